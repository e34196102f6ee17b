import { ZERO } from './zero';
import { DUE, DUE_ORDER, ENTRY, ENTRY_ORDER, NEVER, RECORD } from './event-heap';
import { EventWheel, NONE } from './event-wheel';

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

/** Departures are ordered before every other event of their instant (docs/decisions/0002). */
const FIRST_BAND = -(2 ** 52);

/**
 * Pending wake-ups, ordered by (time, order of arming); an event armed with `armFirst` precedes all others of its instant.
 *
 * Arming an id for *later* than the entry that it has, and disarming it, are stores: the entry is moved or dropped when it
 * comes up (a retransmission timer is pushed back by every ACK and fires almost never).
 */
export class EventQueue implements Clock {
  now: Nanos = ZERO;
  /** Events fired so far. */
  fired = 0;
  /** Events that are armed, the one being fired not counted. */
  size = 0;

  private records = new Float64Array(64 * RECORD).fill(NEVER);
  private kind: Uint8Array = new Uint8Array(64);
  private readonly source: EventSource[] = [];
  private readonly freeIds: number[] = [];
  private readonly wheel = new EventWheel();
  private armed = 0;
  /** The time that `arm` was given. */
  private at: Nanos = ZERO;
  private stopped = false;

  constructor() {
    this.now = 0;
  }

  /** Gives `source` an id to arm; `kind` comes back in `fire`. */
  register(source: EventSource, kind = 0): number {
    const id = this.freeIds.pop() ?? this.source.length;
    this.source[id] = source;
    if (id >= this.kind.length) this.grow();
    this.kind[id] = kind;
    return id;
  }

  /** Returns an id. Its pending event, if any, is cancelled. */
  unregister(id: number): void {
    this.disarm(id);
    this.source[id] = NOBODY;
    this.freeIds.push(id);
  }

  /** When `id` will fire, or Infinity. */
  deadline(id: number): Nanos {
    return this.records[id * RECORD + DUE]!;
  }

  isArmed(id: number): boolean {
    return this.records[id * RECORD + DUE]! !== NEVER;
  }

  // These two are small enough (27 bytecodes) for V8 to inline them always: a double that is passed on to a call which is not
  // inlined is boxed, 16 bytes an event. That is why the time goes on in a field.

  /** Fires `id` at time `at` (never before now), whatever it was armed for. */
  arm(id: number, at: Nanos): void {
    this.at = at;
    this.put(id, 0);
  }

  /** As `arm`, but before every event armed with `arm` for the same instant. */
  armFirst(id: number, at: Nanos): void {
    this.at = at;
    this.put(id, FIRST_BAND);
  }

  disarm(id: number): void {
    const at = id * RECORD;
    if (this.records[at + DUE]! === NEVER) return;
    this.size--;
    this.records[at + DUE] = this.records[at + DUE_ORDER] = NEVER;
  }

  /** Fires every event up to and including time `until`, then sets the clock there; with `once`, only the first of them. */
  run(until: Nanos, once = false): void {
    this.stopped = once;
    const { wheel } = this;
    for (;;) {
      const id = wheel.next(this.records, until);
      if (id === NONE) break;
      const { records } = this;
      const at = id * RECORD;
      const time = records[at + ENTRY]!;
      const order = records[at + ENTRY_ORDER]!;
      records[at + ENTRY] = records[at + ENTRY_ORDER] = NEVER;
      if (records[at + DUE_ORDER]! !== order) {
        // armed for later since, or disarmed
        if (records[at + DUE]! !== NEVER) this.place(id);
        continue;
      }
      records[at + DUE] = records[at + DUE_ORDER] = NEVER;
      this.now = time;
      this.fired++;
      this.size--;
      this.source[id]!.fire(this.kind[id]!);
      if (this.stopped) return;
    }
    if (until > this.now && until !== Infinity) this.now = until;
  }

  /** Makes `run` return after the event being fired. */
  stop(): void {
    this.stopped = true;
  }

  private put(id: number, band: number): void {
    const at = id * RECORD;
    const { records } = this;
    if (records[at + DUE]! === NEVER) this.size++;
    records[at + DUE] = this.at;
    records[at + DUE_ORDER] = band + this.armed++;
    this.place(id);
  }

  /** Sees to it that an entry comes up no later than `id` is due. */
  private place(id: number): void {
    const { records, wheel } = this;
    const at = id * RECORD;
    const due = records[at + DUE]!;
    const order = records[at + DUE_ORDER]!;
    const entry = records[at + ENTRY]!;
    if (entry !== NEVER) {
      if (entry < due || (entry === due && records[at + ENTRY_ORDER]! < order)) return;
      wheel.remove(id, records);
    }
    records[at + ENTRY] = due;
    records[at + ENTRY_ORDER] = order;
    wheel.insert(id, records);
  }

  private grow(): void {
    const { records, kind } = this;
    this.records = new Float64Array(records.length * 2).fill(NEVER);
    this.records.set(records);
    this.kind = new Uint8Array(kind.length * 2);
    this.kind.set(kind);
    this.wheel.growIds(this.kind.length);
  }
}

const NOBODY: EventSource = {
  fire() {
    throw new Error('an unregistered event fired');
  },
};

/** A named deadline with a callback, for everything that is not on the hot path. */
export class Timer implements EventSource {
  private readonly id: number;

  constructor(
    private readonly events: EventQueue,
    private readonly onTimer: () => void,
  ) {
    this.id = events.register(this);
  }

  /** Infinity when not armed. */
  get deadline(): Nanos {
    return this.events.deadline(this.id);
  }

  get isArmed(): boolean {
    return this.events.isArmed(this.id);
  }

  arm(at: Nanos): void {
    this.events.arm(this.id, at);
  }

  disarm(): void {
    this.events.disarm(this.id);
  }

  /** Gives the timer back; it must not be used again. */
  release(): void {
    this.events.unregister(this.id);
  }

  fire(): void {
    this.onTimer();
  }
}
