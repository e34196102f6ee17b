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

const ABSENT = -1;
/** Departures are ordered before every other event of their instant (docs/decisions/0002). */
const FIRST_BAND = -(2 ** 52);

/**
 * Pending wake-ups, ordered by (time, order of arming); an event armed with `armFirst` precedes all others of its instant.
 *
 * An entry belongs to an id from `register` and an id has at most one entry, so cancelling and re-arming leave nothing
 * behind. Arming an id for *later* than its entry is a store: the entry moves when it comes up (a retransmission timer is
 * pushed back by every ACK and fires almost never).
 */
export class EventQueue implements Clock {
  now: Nanos = 0;
  /** Events fired so far. */
  fired = 0;

  private size_ = 0;
  private heapTime = new Float64Array(64);
  private heapId = new Int32Array(64);
  // By id:
  private place = new Int32Array(64).fill(ABSENT);
  private due = new Float64Array(64);
  /** The order by which the entry stands in the heap, and the one it was last armed with: they differ until it is moved. */
  private order = new Float64Array(64);
  private dueOrder = new Float64Array(64);
  private kind = new Uint8Array(64);
  private readonly source: EventSource[] = [];
  private readonly freeIds: number[] = [];
  private armed = 0;
  /** The id whose event is being fired: it still holds its place, so that re-arming it is one sift instead of two. */
  private firing = ABSENT;
  private stopped = false;

  /** Entries in the queue, a fired one not counted. */
  get size(): number {
    return this.firing === ABSENT ? this.size_ : this.size_ - 1;
  }

  /** Gives `source` an id to arm; `kind` comes back in `fire`. */
  register(source: EventSource, kind = 0): number {
    const id = this.freeIds.pop() ?? this.source.length;
    this.source[id] = source;
    if (id >= this.place.length) this.growIds();
    this.place[id] = ABSENT;
    this.kind[id] = kind;
    return id;
  }

  /** Returns an id. Its pending event, if any, is cancelled. */
  unregister(id: number): void {
    this.disarm(id);
    if (this.firing === id) {
      this.remove(this.place[id]!);
      this.firing = ABSENT;
    }
    this.source[id] = NOBODY;
    this.freeIds.push(id);
  }

  /** When `id` will fire, or Infinity. */
  deadline(id: number): Nanos {
    return this.isArmed(id) ? this.due[id]! : Infinity;
  }

  isArmed(id: number): boolean {
    return this.place[id] !== ABSENT && this.firing !== id;
  }

  /** Fires `id` at time `at` (never before now), whatever it was armed for. */
  arm(id: number, at: Nanos): void {
    this.put(id, at, this.armed++);
  }

  /** As `arm`, but before every event armed with `arm` for the same instant. */
  armFirst(id: number, at: Nanos): void {
    this.put(id, at, FIRST_BAND + this.armed++);
  }

  disarm(id: number): void {
    const at = this.place[id]!;
    if (at === ABSENT || this.firing === id) return;
    this.remove(at);
  }

  /** Fires every event up to and including time `until`, then sets the clock there. */
  run(until: Nanos): void {
    this.stopped = false;
    while (this.size_ > 0) {
      const time = this.heapTime[0]!;
      if (time > until) break;
      const id = this.heapId[0]!;
      if (this.due[id]! > time) {
        this.order[id] = this.dueOrder[id]!;
        this.down(0, this.due[id]!, id);
        continue;
      }
      this.now = time;
      this.fired++;
      this.firing = id;
      this.source[id]!.fire(this.kind[id]!);
      if (this.firing === id) {
        this.firing = ABSENT;
        this.remove(this.place[id]!);
      }
      if (this.stopped) return;
    }
    if (until > this.now && until !== Infinity) this.now = until;
  }

  /** Makes `run` return after the event being fired. */
  stop(): void {
    this.stopped = true;
  }

  private put(id: number, at: Nanos, order: number): void {
    const place = this.place[id]!;
    this.dueOrder[id] = order;
    this.due[id] = at;
    if (place !== ABSENT && this.firing !== id && at > this.heapTime[place]!) return;
    const prior = this.order[id]!;
    this.order[id] = order;
    if (this.firing === id) {
      this.firing = ABSENT;
      this.down(place, at, id);
    } else if (place === ABSENT) {
      if (this.size_ === this.heapTime.length) this.growHeap();
      this.up(this.size_++, at, id);
    } else if (at < this.heapTime[place]! || order < prior) {
      this.up(place, at, id);
    } else {
      this.down(place, at, id);
    }
  }

  private remove(at: number): void {
    this.place[this.heapId[at]!] = ABSENT;
    const last = --this.size_;
    if (at === last) return;
    const time = this.heapTime[last]!;
    const id = this.heapId[last]!;
    const parent = (at - 1) >> 1;
    if (at > 0 && this.before(time, id, this.heapTime[parent]!, this.heapId[parent]!)) this.up(at, time, id);
    else this.down(at, time, id);
  }

  private before(time: Nanos, id: number, otherTime: Nanos, other: number): boolean {
    return time < otherTime || (time === otherTime && this.order[id]! < this.order[other]!);
  }

  private up(at: number, time: Nanos, id: number): void {
    const { heapTime, heapId, place } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = heapTime[parent]!;
      if (time > parentTime) break;
      const parentId = heapId[parent]!;
      if (time === parentTime && this.order[id]! > this.order[parentId]!) break;
      heapTime[at] = parentTime;
      heapId[at] = parentId;
      place[parentId] = at;
      at = parent;
    }
    heapTime[at] = time;
    heapId[at] = id;
    place[id] = at;
  }

  private down(at: number, time: Nanos, id: number): void {
    const { heapTime, heapId, place, order } = this;
    const size = this.size_;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let childTime = heapTime[child]!;
      const right = child + 1;
      if (right < size) {
        const rightTime = heapTime[right]!;
        if (rightTime < childTime || (rightTime === childTime && order[heapId[right]!]! < order[heapId[child]!]!)) {
          child = right;
          childTime = rightTime;
        }
      }
      if (time < childTime) break;
      const childId = heapId[child]!;
      if (time === childTime && order[id]! < order[childId]!) break;
      heapTime[at] = childTime;
      heapId[at] = childId;
      place[childId] = at;
      at = child;
    }
    heapTime[at] = time;
    heapId[at] = id;
    place[id] = at;
  }

  private growHeap(): void {
    this.heapTime = grown(this.heapTime, new Float64Array(this.heapTime.length * 2));
    this.heapId = grown(this.heapId, new Int32Array(this.heapId.length * 2));
  }

  private growIds(): void {
    const size = this.place.length;
    this.place = grown(this.place, new Int32Array(size * 2).fill(ABSENT));
    this.due = grown(this.due, new Float64Array(size * 2));
    this.order = grown(this.order, new Float64Array(size * 2));
    this.dueOrder = grown(this.dueOrder, new Float64Array(size * 2));
    this.kind = grown(this.kind, new Uint8Array(size * 2));
  }
}

const NOBODY: EventSource = {
  fire() {
    throw new Error('an unregistered event fired');
  },
};

function grown<T extends { set(from: ArrayLike<number>): void }>(from: ArrayLike<number>, to: T): T {
  to.set(from);
  return to;
}

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
