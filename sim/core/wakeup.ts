import type { EventSource, Nanos } from './event-queue';
import { ZERO } from './zero';

/** What stands for a wake-up in the queue: nothing; an entry; one that was armed for later since; one that was disarmed. */
export enum EntryState {
  none,
  armed,
  postponed,
  void,
}

/** An event of a source, pending or not, and its entry in the queue: all but `isArmed` and `deadline` is for the queue alone. */
export class Wakeup {
  state = EntryState.none;
  /** When the entry comes up, and its order within that instant. */
  at: Nanos = ZERO;
  order = 0;
  /** The next in the list of its bucket. */
  next: Wakeup | null = null;
  source: EventSource;
  /** When it is to fire instead, once it was armed for later than its entry. Most never are. */
  later: Later | null = null;

  constructor(
    source: EventSource,
    readonly kind: number,
  ) {
    // a field that was assigned once is a constant to V8, which throws away what it compiled when that changes
    this.source = NOBODY;
    this.source = source;
  }

  get isArmed(): boolean {
    return this.state === EntryState.armed || this.state === EntryState.postponed;
  }

  /** When it will fire, or Infinity. */
  get deadline(): Nanos {
    if (this.state === EntryState.armed) return this.at;
    return this.state === EntryState.postponed ? this.later!.at : Infinity;
  }

  /** Whether its entry comes up before that of `other`. */
  precedes(other: Wakeup): boolean {
    return this.at < other.at || (this.at === other.at && this.order < other.order);
  }
}

/** A time and an order within it. */
export class Later {
  at: Nanos = ZERO;
  order = 0;
}

export const NOBODY: EventSource = {
  fire() {
    throw new Error('an unregistered event fired');
  },
};
