import { definer } from '../../core/plugin';
import type { CircuitSession } from '../session';

/** What a scheduler knows of its circuit. */
export interface SchedulerHost {
  /** Longest payload of a frame, bytes. */
  readonly frame: number;
}

/** Whose frame is sent next in a circuit. */
export interface Scheduler {
  /** `session` has bytes to send, perhaps more than before. */
  add(session: CircuitSession): void;
  /** Who sends next; null if nobody has anything. */
  next(): CircuitSession | null;
  /** Payload that its frame may have, bytes. */
  most(session: CircuitSession): number;
  /** It has sent a frame of `bytes`. */
  sent(session: CircuitSession, bytes: number): void;
}

/** Declares a scheduler: see `sim/circuit/schedulers/index.ts` for the registry. */
export const defineScheduler = definer<SchedulerHost, Scheduler>();

/** Sessions with bytes to send, in a ring: each gets a turn. */
export class SessionRing {
  private tail: CircuitSession | null = null;

  /** Whose turn it is; those that have nothing any more leave. */
  get first(): CircuitSession | null {
    while (this.tail !== null) {
      const first = this.tail.next!;
      if (first.ready > 0 && first.isOpen) return first;
      this.removeFirst();
    }
    return null;
  }

  /** Returns false if it is there already. */
  add(session: CircuitSession): boolean {
    if (session.next !== null) return false;
    if (this.tail === null) session.next = session;
    else {
      session.next = this.tail.next;
      this.tail.next = session;
    }
    this.tail = session;
    return true;
  }

  /** The turn passes to the next. */
  turn(): void {
    if (this.tail !== null) this.tail = this.tail.next;
  }

  private removeFirst(): void {
    const tail = this.tail!;
    const first = tail.next!;
    if (first === tail) this.tail = null;
    else tail.next = first.next;
    first.next = null;
    first.deficit = 0;
  }
}
