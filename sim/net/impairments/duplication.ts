import type { Packet } from '../../core/packet';
import type { Nanos } from '../../core/event-queue';
import { duration, number } from '../../core/params';
import { DelayLine } from '../delay-line';
import type { ImpairmentHost, WireStage } from '../impairment';
import { defineImpairment } from './define';

class Duplication implements WireStage {
  private readonly line: DelayLine;

  constructor(
    private readonly share: number,
    private readonly after: Nanos,
    private readonly host: ImpairmentHost,
  ) {
    this.line = new DelayLine(host.events, host);
  }

  take(p: Packet): void {
    const { host } = this;
    if (!host.random.chance(this.share)) {
      host.pass(p);
      return;
    }
    const copy = host.copy(p);
    host.pass(p);
    if (this.after === 0) host.pass(copy);
    else this.line.hold(copy, host.now + this.after);
  }
}

export const duplication = defineImpairment({
  summary: 'delivers some packets twice',
  reference: 'RFC 3366 section 2.4; Paxson 1997, End-to-end Internet packet dynamics',
  params: {
    share: number('share of packets that are duplicated', 0.01, 0, 1),
    after: duration('time from a packet to its duplicate', '0 ms'),
  },
  create: ({ share, after }, host) => ({ kind: 'stage', stage: new Duplication(share, after, host) }),
});
