import { size } from '../../core/params';
import type { CircuitSession } from '../session';
import { defineScheduler, type Scheduler, SessionRing } from './scheduler';

/** Deficit round robin: the same bytes each in a round, whatever the frames; `weighted` gives them in proportion. */
export class DeficitRoundRobin implements Scheduler {
  private readonly ring = new SessionRing();
  /** Whose turn has begun. */
  private current: CircuitSession | null = null;

  constructor(
    private readonly quantum: number,
    private readonly frame: number,
    private readonly weighted: boolean,
  ) {}

  add(session: CircuitSession): void {
    this.ring.add(session);
  }

  next(): CircuitSession | null {
    const first = this.ring.first;
    if (first === null) this.current = null;
    else if (first !== this.current) {
      this.current = first;
      first.deficit += this.quantum * (this.weighted ? first.weight : 1);
    }
    return first;
  }

  most(session: CircuitSession): number {
    return Math.max(1, Math.min(this.frame, Math.floor(session.deficit)));
  }

  sent(session: CircuitSession, bytes: number): void {
    session.deficit -= bytes;
    if (session.deficit >= 1 && session.ready > 0) return;
    // an idle session saves nothing up
    if (session.ready === 0) session.deficit = 0;
    this.current = null;
    this.ring.turn();
  }
}

export const drr = defineScheduler({
  summary: 'the same number of bytes of each session in turn',
  reference: 'Shreedhar and Varghese 1995',
  params: { quantum: size('bytes of a session in a round', '1500 B') },
  create: ({ quantum }, { frame }) => new DeficitRoundRobin(quantum, frame, false),
});
