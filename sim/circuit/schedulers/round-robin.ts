import type { CircuitSession } from '../session';
import { defineScheduler, type Scheduler, SessionRing } from './scheduler';

/** One frame each, whatever its length. */
class RoundRobin implements Scheduler {
  private readonly ring = new SessionRing();

  constructor(private readonly frame: number) {}

  add(session: CircuitSession): void {
    this.ring.add(session);
  }

  next(): CircuitSession | null {
    return this.ring.first;
  }

  most(): number {
    return this.frame;
  }

  sent(): void {
    this.ring.turn();
  }
}

export const roundRobin = defineScheduler({
  summary: 'one frame of each session in turn',
  reference: 'RFC 8260 section 3.2; Nagle, RFC 970',
  params: {},
  create: (_, { frame }) => new RoundRobin(frame),
});
