import type { EventQueue, EventSource, Nanos } from '../core/event-queue';

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

const UNUSED = -1;

/** Event ids by kind, registered when first armed: most connections never need all. */
export class ConnectionTimers {
  private retransmit = UNUSED;
  private delayedAck = UNUSED;
  private pacing = UNUSED;
  private state = UNUSED;

  constructor(
    private readonly events: EventQueue,
    private readonly owner: EventSource,
  ) {}

  arm(kind: TimerKind, at: Nanos): void {
    this.events.arm(this.id(kind), at);
  }

  /** The id of a timer, for who arms it so often that the time must not be boxed: see `EventQueue.arm`. */
  id(kind: TimerKind): number {
    let id = this.idOf(kind);
    if (id === UNUSED) this.setId(kind, (id = this.events.register(this.owner, kind)));
    return id;
  }

  disarm(kind: TimerKind): void {
    const id = this.idOf(kind);
    if (id !== UNUSED) this.events.disarm(id);
  }

  isArmed(kind: TimerKind): boolean {
    const id = this.idOf(kind);
    return id !== UNUSED && this.events.isArmed(id);
  }

  /** As `disarm`, and gives the id back: for a timer that is not soon needed again. */
  drop(kind: TimerKind): void {
    const id = this.idOf(kind);
    if (id === UNUSED) return;
    this.events.unregister(id);
    this.setId(kind, UNUSED);
  }

  /** Gives all ids back. */
  release(): void {
    for (let kind = TimerKind.retransmit; kind <= TimerKind.state; kind++) this.drop(kind);
  }

  private idOf(kind: TimerKind): number {
    if (kind === TimerKind.retransmit) return this.retransmit;
    if (kind === TimerKind.delayedAck) return this.delayedAck;
    return kind === TimerKind.pacing ? this.pacing : this.state;
  }

  private setId(kind: TimerKind, id: number): void {
    if (kind === TimerKind.retransmit) this.retransmit = id;
    else if (kind === TimerKind.delayedAck) this.delayedAck = id;
    else if (kind === TimerKind.pacing) this.pacing = id;
    else this.state = id;
  }
}
