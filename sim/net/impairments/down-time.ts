import { choice } from '../../core/params';
import type { Impairment, ImpairmentHost, PacketFilter } from '../impairment';
import { Drop } from '../queue';
import type { Course } from './course';
import { follow } from './follow';

/** Parameter `packets`. */
export const packets = choice(
  'while down, packets wait at the transmitter, or are sent and lost',
  ['wait', 'are-lost'],
  'wait',
);

/** A link that is down while `course` is 1. */
export function downWhile(course: Course, fate: 'wait' | 'are-lost', host: ImpairmentHost): Impairment {
  if (fate === 'are-lost') return { kind: 'filter', filter: new LostWhileDown(course, host) };
  return {
    kind: 'control',
    start: (transmitter) =>
      follow(host.events, course, (down) => (down === 1 ? transmitter.pause() : transmitter.resume())),
  };
}

/** Loses packets that leave the transmitter while the link is down; those on the wire by then arrive. */
class LostWhileDown implements PacketFilter {
  constructor(
    private readonly course: Course,
    private readonly host: ImpairmentHost,
  ) {}

  judge(): Drop {
    const { course } = this;
    while (course.next <= this.host.now) course.advance();
    return course.value === 1 ? Drop.outage : Drop.none;
  }
}
