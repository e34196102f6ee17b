import { ZERO } from './zero';
import {
  ARMED,
  DOUBLES,
  EventRecords,
  IDLE,
  INTS,
  KIND_SHIFT,
  NONE,
  ORDER,
  POSTPONED,
  SLOT,
  STATE_BITS,
  TIME,
  VOID,
} from './event-records';
import { EventWheel } from './event-wheel';

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

/** Doubles to an id in `dues`. */
const DUE = 2;

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

  private readonly records = new EventRecords();
  /** By id: time and order for which it is armed, if that is after its entry. */
  private dues = new Float64Array(this.records.length * DUE);
  private readonly source: EventSource[] = [];
  private readonly freeIds: number[] = [];
  private readonly wheel = new EventWheel();
  /** What `put` is to enter: the time, and the order within it. */
  at: Nanos = ZERO;
  private order = ZERO;
  private stopped = false;

  constructor() {
    this.now = 0;
    // a field that was assigned once is a constant to V8, which throws away what it compiled when that changes
    this.grow();
  }

  /** Events that are armed, the one being fired not counted: they are counted when this is asked. */
  get size(): number {
    let size = 0;
    for (let id = 0; id < this.source.length; id++) if (this.isArmed(id)) size++;
    return size;
  }

  /** Gives `source` an id to arm; `kind` comes back in `fire`. */
  register(source: EventSource, kind = 0): number {
    const id = this.freeIds.pop() ?? this.source.length;
    this.source[id] = source;
    if (id >= this.records.length) this.grow();
    const { ints } = this.records;
    const at = (id << INTS) | SLOT;
    ints[at] = (kind << KIND_SHIFT) | (ints[at]! & STATE_BITS);
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
    const state = this.stateOf(id);
    if (state === ARMED) return this.records.doubles[(id << DOUBLES) | TIME]!;
    return state === POSTPONED ? this.dues[id * DUE]! : Infinity;
  }

  isArmed(id: number): boolean {
    const state = this.stateOf(id);
    return state === ARMED || state === POSTPONED;
  }

  private stateOf(id: number): number {
    return this.records.ints[(id << INTS) | SLOT]! & STATE_BITS;
  }

  /** Fires `id` at time `at` (never before now), whatever it was armed for. */
  arm(id: number, at: Nanos): void {
    this.at = at;
    this.put(id);
  }

  /** As `arm`, but before every event armed with `arm` for the same instant. */
  armFirst(id: number, at: Nanos): void {
    this.at = at;
    this.order += FIRST_BAND;
    this.put(id);
    this.order -= FIRST_BAND;
  }

  disarm(id: number): void {
    const { ints } = this.records;
    const at = (id << INTS) | SLOT;
    const slot = ints[at]!;
    if ((slot & STATE_BITS) !== IDLE) ints[at] = slot | VOID;
  }

  /** Fires every event up to and including time `until`, then sets the clock there; with `once`, only the first of them. */
  run(until: Nanos, once = false): void {
    this.stopped = once;
    this.wheel.bound(until);
    if (this.fireAll() && until > this.now && until !== Infinity) this.now = until;
  }

  /** False if it was stopped. The loop has a function of its own: V8 compiles it before what comes after it was ever run. */
  private fireAll(): boolean {
    for (;;) {
      // V8 knows the shapes of what fields hold, and would have to check what was kept since the turn before
      const { wheel, records } = this;
      const id = wheel.next(records, this.fired);
      if (id === NONE) return true;
      const { ints } = records;
      const at = (id << INTS) | SLOT;
      const slot = ints[at]!;
      ints[at] = slot & ~STATE_BITS;
      if ((slot & STATE_BITS) === ARMED) {
        this.now = records.doubles[(id << DOUBLES) | TIME]!;
        this.fired++;
        this.source[id]!.fire(slot >> KIND_SHIFT);
        if (this.stopped === true) return false;
      } else if ((slot & STATE_BITS) === POSTPONED) this.follow(id);
    }
  }

  /** Makes `run` return after the event being fired. */
  stop(): void {
    this.stopped = true;
  }

  /** As `arm`, at time `at`: passed to a function that V8 does not inline, it would be boxed, 16 bytes an event. */
  put(id: number): void {
    const { records, order } = this;
    this.order = order + 1;
    const { doubles, ints } = records;
    const slot = ints[(id << INTS) | SLOT]!;
    if ((slot & STATE_BITS) !== IDLE) {
      this.putAnew(id, order);
      return;
    }
    ints[(id << INTS) | SLOT] = slot | ARMED;
    doubles[(id << DOUBLES) | TIME] = this.at;
    doubles[(id << DOUBLES) | ORDER] = order;
    this.wheel.insert(id, records);
  }

  /** `id` has an entry: it stays if it comes up first, and gives way to the new one otherwise. */
  private putAnew(id: number, order: number): void {
    const { records, dues, at } = this;
    const { doubles } = records;
    const time = doubles[(id << DOUBLES) | TIME]!;
    if (time < at || (time === at && doubles[(id << DOUBLES) | ORDER]! < order)) {
      dues[id * DUE] = at;
      dues[id * DUE + 1] = order;
      this.setState(id, POSTPONED);
      return;
    }
    this.wheel.remove(id, records);
    doubles[(id << DOUBLES) | TIME] = at;
    doubles[(id << DOUBLES) | ORDER] = order;
    this.setState(id, ARMED);
    this.wheel.insert(id, records);
  }

  /** The entry of `id` has come up, but `id` was armed for later since. */
  private follow(id: number): void {
    const { records, dues } = this;
    const { doubles } = records;
    doubles[(id << DOUBLES) | TIME] = dues[id * DUE]!;
    doubles[(id << DOUBLES) | ORDER] = dues[id * DUE + 1]!;
    this.setState(id, ARMED);
    this.wheel.insert(id, records);
  }

  private setState(id: number, state: number): void {
    const { ints } = this.records;
    const at = (id << INTS) | SLOT;
    ints[at] = (ints[at]! & ~STATE_BITS) | state;
  }

  private grow(): void {
    const { dues } = this;
    this.records.grow();
    this.dues = new Float64Array(dues.length * 2);
    this.dues.set(dues);
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
