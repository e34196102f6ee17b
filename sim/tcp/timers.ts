import type { EventQueue, EventSource, Nanos, Wakeup } from '../core/event-queue';

/** The timers of a connection: retransmission (and what shares it), delayed ACK, pacing, and that of the state. */
export enum TimerKind {
  retransmit,
  delayedAck,
  pacing,
  state,
}

/** What the retransmission timer is waiting for: one deadline, one meaning. */
export enum Waiting {
  nothing,
  rto,
  probe,
  reordering,
  persist,
}

/** The timers of a connection by kind, registered when first armed: most connections never need all. */
export class ConnectionTimers {
  private retransmit: Wakeup | null = null;
  private delayedAck: Wakeup | null = null;
  private pacing: Wakeup | null = null;
  private state: Wakeup | null = null;

  constructor(
    private readonly events: EventQueue,
    private readonly owner: EventSource,
  ) {}

  arm(kind: TimerKind, at: Nanos): void {
    this.events.arm(this.of(kind), at);
  }

  /** A timer, for who arms it so often that the time must not be boxed: see `EventQueue.due`. */
  of(kind: TimerKind): Wakeup {
    return this.present(kind) ?? this.make(kind);
  }

  disarm(kind: TimerKind): void {
    const timer = this.present(kind);
    if (timer !== null) this.events.disarm(timer);
  }

  isArmed(kind: TimerKind): boolean {
    return this.present(kind)?.isArmed === true;
  }

  /** As `disarm`, and forgets the timer: for one that is not soon needed again. */
  drop(kind: TimerKind): void {
    const timer = this.present(kind);
    if (timer === null) return;
    this.events.unregister(timer);
    this.set(kind, null);
  }

  /** Drops all. */
  release(): void {
    for (let kind = TimerKind.retransmit; kind <= TimerKind.state; kind++) this.drop(kind);
  }

  /** None is registered. */
  get isEmpty(): boolean {
    return this.retransmit === null && this.delayedAck === null && this.pacing === null && this.state === null;
  }

  private make(kind: TimerKind): Wakeup {
    const timer = this.events.register(this.owner, kind);
    this.set(kind, timer);
    return timer;
  }

  private present(kind: TimerKind): Wakeup | null {
    if (kind === TimerKind.retransmit) return this.retransmit;
    if (kind === TimerKind.delayedAck) return this.delayedAck;
    return kind === TimerKind.pacing ? this.pacing : this.state;
  }

  private set(kind: TimerKind, timer: Wakeup | null): void {
    if (kind === TimerKind.retransmit) this.retransmit = timer;
    else if (kind === TimerKind.delayedAck) this.delayedAck = timer;
    else if (kind === TimerKind.pacing) this.pacing = timer;
    else this.state = timer;
  }
}
