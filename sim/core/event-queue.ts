import { EventWheel } from './event-wheel';
import { EntryState, Later, NOBODY, Wakeup } from './wakeup';
import { ZERO } from './zero';

/** A moment or a span of simulated time: integer nanoseconds, exact in a double for 104 days. */
export type Nanos = number;

/** Where a model reads the time. Passing `now` as an argument instead would box a double per call (docs/decisions/0003). */
export interface Clock {
  readonly now: Nanos;
}

/** What the event queue wakes. At most four classes implement it, so that the call in `run` stays fast. */
export interface EventSource {
  /** Called at the armed time. `kind` is the number given to `register`. */
  fire(kind: number): void;
}

export type { Wakeup } from './wakeup';

/**
 * Orders are below this when `arm` finds an entry or `armFirst` is called: those in use are then numbered anew. V8 keeps integers
 * up to here without a box, in any browser; more than that is right, but slower.
 */
const ORDERS = 2 ** 30;
/** Departures are ordered before every other event of their instant (docs/decisions/0002). */
const FIRST_BAND = -ORDERS;

/**
 * Pending wake-ups, ordered by (time, order of arming); one armed with `armFirst` precedes all others of its instant.
 *
 * Arming one for *later* than the entry that it has, and disarming it, are stores: the entry is moved or dropped when it comes
 * up (a retransmission timer is pushed back by every ACK and fires almost never).
 */
export class EventQueue implements Clock {
  now: Nanos = ZERO;
  /** Events fired so far. */
  fired = 0;

  private readonly wheel = new EventWheel();
  /** What `put` is to arm for: an argument that holds a time is boxed, 16 bytes an event, where V8 does not inline the call. */
  due: Nanos = ZERO;
  private stopped = false;

  /** `order` is that of the first event. */
  constructor(private order = 0) {
    this.now = 0;
  }

  /** Events that are armed, the one being fired not counted: they are counted when this is asked. */
  get size(): number {
    let size = 0;
    this.wheel.visit((wakeup) => {
      if (wakeup.isArmed) size++;
    });
    return size;
  }

  /** Gives `source` an event to arm; `kind` comes back in `fire`. */
  register(source: EventSource, kind = 0): Wakeup {
    return new Wakeup(source, kind);
  }

  /** Takes an event back; if it is pending it is cancelled. It must not be used again. */
  unregister(wakeup: Wakeup): void {
    this.disarm(wakeup);
    wakeup.source = NOBODY;
  }

  /** Fires `wakeup` at time `at` (never before now), whatever it was armed for. */
  arm(wakeup: Wakeup, at: Nanos): void {
    this.due = at;
    this.put(wakeup);
  }

  /** As `arm`, but before every event armed with `arm` for the same instant. */
  armFirst(wakeup: Wakeup, at: Nanos): void {
    if (this.order >= ORDERS) this.renumber();
    this.due = at;
    this.order += FIRST_BAND;
    this.put(wakeup);
    this.order -= FIRST_BAND;
  }

  /** As `arm`, at `wakeup.at`, for one that is not pending and has never been disarmed. */
  enter(wakeup: Wakeup): void {
    wakeup.order = this.order++;
    wakeup.state = EntryState.armed;
    this.wheel.insert(wakeup);
  }

  disarm(wakeup: Wakeup): void {
    if (wakeup.state !== EntryState.none) wakeup.state = EntryState.void;
  }

  /** Fires every event up to and including time `until`, then sets the clock there; with `once`, only the first of them. */
  run(until: Nanos, once = false): void {
    this.stopped = false;
    this.wheel.bound(until);
    this.fireAll(once);
    if (!this.stopped && until > this.now && until !== Infinity) this.now = until;
  }

  /** The loop has a function of its own: V8 compiles it before what comes after it was ever run. */
  private fireAll(once: boolean): void {
    for (;;) {
      const wakeup = this.wheel.next(this.fired);
      if (wakeup === null) return;
      const { state } = wakeup;
      wakeup.state = EntryState.none;
      if (state === EntryState.armed) {
        this.now = wakeup.at;
        this.fired++;
        if (once) this.stop();
        wakeup.source.fire(wakeup.kind);
      } else if (state === EntryState.postponed) this.follow(wakeup);
    }
  }

  /** Makes `run` return after the event being fired. */
  stop(): void {
    this.stopped = true;
    this.wheel.close();
  }

  /** As `arm`, for the time in `due`. */
  put(wakeup: Wakeup): void {
    if (wakeup.state === EntryState.none) {
      wakeup.at = this.due;
      this.enter(wakeup);
    } else this.putAnew(wakeup);
  }

  /** There is an entry: it stays if it comes up first, and gives way to a new one otherwise. */
  private putAnew(wakeup: Wakeup): void {
    const { due } = this;
    if (this.order >= ORDERS) this.renumber();
    const order = this.order++;
    if (wakeup.at > due || (wakeup.at === due && wakeup.order > order)) {
      this.wheel.remove(wakeup);
      wakeup.at = due;
      wakeup.order = order;
      wakeup.state = EntryState.armed;
      this.wheel.insert(wakeup);
      return;
    }
    const later = (wakeup.later ??= new Later());
    later.at = due;
    later.order = order;
    wakeup.state = EntryState.postponed;
  }

  /** The entry of `wakeup` has come up, but it was armed for later since. */
  private follow(wakeup: Wakeup): void {
    const later = wakeup.later!;
    wakeup.at = later.at;
    wakeup.order = later.order;
    wakeup.state = EntryState.armed;
    this.wheel.insert(wakeup);
  }

  private renumber(): void {
    const entries = this.wheel.takeAll();
    const orders = entries.flatMap(({ order, state, later }) =>
      state === EntryState.postponed ? [order, later!.order] : [order],
    );
    orders.sort((a, b) => a - b);
    const anew = new Map(orders.map((order, i) => [order, order < 0 ? FIRST_BAND + i : i]));
    for (const entry of entries) {
      entry.order = anew.get(entry.order)!;
      if (entry.state === EntryState.postponed) entry.later!.order = anew.get(entry.later!.order)!;
      this.wheel.insert(entry);
    }
    this.order = orders.length;
  }
}

/** A named deadline with a callback, for everything that is not on the hot path. */
export class Timer implements EventSource {
  private readonly wakeup: Wakeup;

  constructor(
    private readonly events: EventQueue,
    private readonly onTimer: () => void,
  ) {
    this.wakeup = events.register(this);
  }

  /** Infinity when not armed. */
  get deadline(): Nanos {
    return this.wakeup.deadline;
  }

  get isArmed(): boolean {
    return this.wakeup.isArmed;
  }

  arm(at: Nanos): void {
    this.events.arm(this.wakeup, at);
  }

  disarm(): void {
    this.events.disarm(this.wakeup);
  }

  /** Gives the timer back; it must not be used again. */
  release(): void {
    this.events.unregister(this.wakeup);
  }

  fire(): void {
    this.onTimer();
  }
}
