import { ZERO } from './zero';
import { ORDER, RECORD, TIME } from './event-heap';
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

/** What stands for an id in the wheel: nothing; an entry; one that was armed for later since; one that was disarmed. */
const IDLE = 0;
const ARMED = 1;
const POSTPONED = 2;
const VOID = 3;
const STATE = 3;
/** In the slot of an id, the kind stands above the state. */
const KIND_SHIFT = 2;

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

  /** By id: when its entry comes up. */
  private entries = new Float64Array(64 * RECORD);
  /** By id: for when it is armed, if that is later than its entry. */
  private dues = new Float64Array(64 * RECORD);
  private slots: Uint16Array = new Uint16Array(64);
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

  /** Events that are armed, the one being fired not counted: they are counted when this is asked. */
  get size(): number {
    let size = 0;
    for (let id = 0; id < this.source.length; id++) if (this.isArmed(id)) size++;
    return size;
  }

  /** Gives `source` an id to arm; `kind`, below 2^14, comes back in `fire`. */
  register(source: EventSource, kind = 0): number {
    const id = this.freeIds.pop() ?? this.source.length;
    this.source[id] = source;
    if (id >= this.slots.length) this.grow();
    this.slots[id] = (kind << KIND_SHIFT) | (this.slots[id]! & STATE);
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
    const state = this.slots[id]! & STATE;
    if (state === ARMED) return this.entries[id * RECORD + TIME]!;
    return state === POSTPONED ? this.dues[id * RECORD + TIME]! : Infinity;
  }

  isArmed(id: number): boolean {
    const state = this.slots[id]! & STATE;
    return state === ARMED || state === POSTPONED;
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
    const slot = this.slots[id]!;
    if ((slot & STATE) !== IDLE) this.slots[id] = slot | VOID;
  }

  /** Fires every event up to and including time `until`, then sets the clock there; with `once`, only the first of them. */
  run(until: Nanos, once = false): void {
    this.stopped = once;
    const { wheel } = this;
    for (;;) {
      const { entries } = this;
      const id = wheel.next(entries, until);
      if (id === NONE) break;
      const { slots } = this;
      const slot = slots[id]!;
      slots[id] = slot & ~STATE;
      if ((slot & STATE) !== ARMED) {
        if ((slot & STATE) === POSTPONED) this.follow(id);
        continue;
      }
      this.now = entries[(id << 1) | TIME]!;
      this.fired++;
      this.source[id]!.fire(slot >> KIND_SHIFT);
      if (this.stopped === true) return;
    }
    if (until > this.now && until !== Infinity) this.now = until;
  }

  /** Makes `run` return after the event being fired. */
  stop(): void {
    this.stopped = true;
  }

  private put(id: number, band: number): void {
    const order = band + this.armed++;
    const slot = this.slots[id]!;
    if ((slot & STATE) !== IDLE) {
      this.putAnew(id, order);
      return;
    }
    this.slots[id] = slot | ARMED;
    const { entries } = this;
    entries[id << 1] = this.at;
    entries[(id << 1) | ORDER] = order;
    this.wheel.insert(id, entries);
  }

  /** `id` has an entry: it stays if it comes up first, and gives way to the new one otherwise. */
  private putAnew(id: number, order: number): void {
    const { entries, dues, slots, at } = this;
    const record = id * RECORD;
    const time = entries[record + TIME]!;
    if (time < at || (time === at && entries[record + ORDER]! < order)) {
      dues[record + TIME] = at;
      dues[record + ORDER] = order;
      slots[id] = (slots[id]! & ~STATE) | POSTPONED;
      return;
    }
    this.wheel.remove(id, entries);
    slots[id] = (slots[id]! & ~STATE) | ARMED;
    entries[record + TIME] = at;
    entries[record + ORDER] = order;
    this.wheel.insert(id, entries);
  }

  /** The entry of `id` has come up, but `id` was armed for later since. */
  private follow(id: number): void {
    const { entries, dues } = this;
    const record = id * RECORD;
    entries[record + TIME] = dues[record + TIME]!;
    entries[record + ORDER] = dues[record + ORDER]!;
    this.slots[id]! |= ARMED;
    this.wheel.insert(id, entries);
  }

  private grow(): void {
    const { entries, dues, slots } = this;
    this.entries = new Float64Array(entries.length * 2);
    this.entries.set(entries);
    this.dues = new Float64Array(dues.length * 2);
    this.dues.set(dues);
    this.slots = new Uint16Array(slots.length * 2);
    this.slots.set(slots);
    this.wheel.growIds(this.slots.length);
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
