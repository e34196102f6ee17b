import { EventHeap } from './event-heap';
import { DOUBLES, type EventRecords, INTS, NEXT, NONE, ORDER, PREVIOUS, TIME } from './event-records';

const NEVER = Infinity;

const FIRST_BUCKETS = 4096;
const MOST_BUCKETS = 2 ** 20;
const FIRST_WIDTH = 2 ** 13;
/** Entries that come up between two looks at whether the buckets are of the right width and number; the first come sooner. */
const PERIOD = 8192;
const FIRST_PERIOD = 64;
/** Or buckets gone through, when they are so narrow that most are empty. */
const MOST_TICKS = 16 * PERIOD;
const WIDEST = 2 ** 30;
/** Entries in one bucket among which the first is looked for at every turn; of more a heap is made. */
const CROWD = 8;

/**
 * The entries of the event queue: a calendar queue (R. Brown, CACM 31(10), 1988). Time is cut into buckets; the present one,
 * which also takes what falls before it, and those ahead each have an unordered list; what is later stands in `far`, a heap.
 * A heap alone costs more with every event that is pending; here that is only so for the few of one bucket. The width follows
 * the number of events, so that about one falls into a bucket. Only when many come up in the present one are they put into
 * `near`, a second heap.
 */
export class EventWheel {
  private readonly near = new EventHeap();
  private readonly far = new EventHeap();
  private head = new Int32Array(FIRST_BUCKETS).fill(NONE);
  private mask = FIRST_BUCKETS - 1;
  /** Entries in the buckets. */
  private listed = 0;
  /** Number of the present bucket since time 0, and of the one at which the first entry of `far` comes within reach. */
  private tick = 0;
  private limit = NEVER;
  /** Nanoseconds to a bucket, a power of two. */
  private width = FIRST_WIDTH;
  private perWidth = 1 / FIRST_WIDTH;
  private period = FIRST_PERIOD;
  // Since the last look:
  private insertions = 0;
  private distant = 0;
  private ticks = 0;

  /** Takes the entry that the record of `id` tells of. */
  insert(id: number, records: EventRecords): void {
    this.insertions++;
    const { tick, mask } = this;
    let ahead = Math.floor(records.doubles[(id << DOUBLES) | TIME]! * this.perWidth) - tick;
    if (ahead <= 0) {
      if (this.near.size > 0) {
        this.near.push(id, records);
        return;
      }
      ahead = 0;
    } else if (ahead > mask) {
      this.distant++;
      this.far.push(id, records);
      this.setLimit();
      return;
    }
    const { head } = this;
    const { ints } = records;
    const bucket = (tick + ahead) & mask;
    const next = head[bucket]!;
    ints[(id << INTS) | NEXT] = next;
    ints[(id << INTS) | PREVIOUS] = NONE;
    if (next !== NONE) ints[(next << INTS) | PREVIOUS] = id;
    head[bucket] = id;
    this.listed++;
  }

  /** Takes out the entry of `id`; one that stands in a heap stays there, and is void once the record tells of another. */
  remove(id: number, records: EventRecords): void {
    let ahead = Math.floor(records.doubles[(id << DOUBLES) | TIME]! * this.perWidth) - this.tick;
    if (ahead > this.mask) return;
    if (ahead <= 0) {
      if (this.near.size > 0) return;
      ahead = 0;
    }
    this.unlink(id, (this.tick + ahead) & this.mask, records);
  }

  /** Takes out the entry that comes up first, if that is not after `until`: its id, or NONE. */
  next(records: EventRecords, until: number): number {
    for (;;) {
      const { head } = this;
      const bucket = this.tick & this.mask;
      const id = head[bucket]!;
      if (id === NONE) {
        if (this.near.size > 0) {
          const first = this.nextNear(records, until);
          if (first !== NONE || this.near.size > 0) return first;
        }
        if (!this.advance(records)) return NONE;
        continue;
      }
      if (records.ints[(id << INTS) | NEXT] !== NONE) return this.nextOfSeveral(bucket, records, until);
      if (records.doubles[(id << DOUBLES) | TIME]! > until) return NONE;
      head[bucket] = NONE;
      this.listed--;
      return id;
    }
  }

  /** Moves on towards the next bucket that holds anything; false if none does. */
  private advance(records: EventRecords): boolean {
    if (this.insertions >= this.period || this.ticks >= MOST_TICKS) {
      this.look(records);
      return true;
    }
    if (this.listed === 0) {
      if (this.far.size === 0) return false;
      this.tick = Math.floor(this.far.time * this.perWidth);
      this.fetch(records);
      return true;
    }
    const { head, mask, limit } = this;
    let { tick } = this;
    const start = tick;
    // entries of `far` must come in before the wheel has turned past them
    do tick++;
    while (head[tick & mask]! === NONE && tick < limit);
    this.ticks += tick - start;
    this.tick = tick;
    if (tick >= limit) this.fetch(records);
    return true;
  }

  /** As `next`, of a bucket that holds more than one. */
  private nextOfSeveral(bucket: number, records: EventRecords, until: number): number {
    const { doubles, ints } = records;
    let first = this.head[bucket]!;
    let least = doubles[(first << DOUBLES) | TIME]!;
    let count = 1;
    for (let id = ints[(first << INTS) | NEXT]!; id !== NONE; id = ints[(id << INTS) | NEXT]!) {
      count++;
      const time = doubles[(id << DOUBLES) | TIME]!;
      if (time > least) continue;
      if (time === least && doubles[(id << DOUBLES) | ORDER]! > doubles[(first << DOUBLES) | ORDER]!) continue;
      first = id;
      least = time;
    }
    if (least > until) return NONE;
    if (count > CROWD) {
      this.empty(bucket, records);
      return this.nextNear(records, until);
    }
    this.unlink(first, bucket, records);
    return first;
  }

  private nextNear(records: EventRecords, until: number): number {
    const { near } = this;
    while (near.size > 0) {
      const { id, order } = near;
      // void: there is a newer entry
      const isVoid = records.doubles[(id << DOUBLES) | ORDER]! !== order;
      if (!isVoid && near.time > until) return NONE;
      near.pop();
      if (!isVoid) return id;
    }
    return NONE;
  }

  private unlink(id: number, bucket: number, records: EventRecords): void {
    const { ints } = records;
    const next = ints[(id << INTS) | NEXT]!;
    const previous = ints[(id << INTS) | PREVIOUS]!;
    if (previous === NONE) this.head[bucket] = next;
    else ints[(previous << INTS) | NEXT] = next;
    if (next !== NONE) ints[(next << INTS) | PREVIOUS] = previous;
    this.listed--;
  }

  /** Moves a bucket into `near`. */
  private empty(bucket: number, records: EventRecords): void {
    const { near } = this;
    for (let id = this.head[bucket]!; id !== NONE; id = records.ints[(id << INTS) | NEXT]!) {
      near.push(id, records);
      this.listed--;
    }
    this.head[bucket] = NONE;
  }

  /** Moves what has come within reach of the buckets out of `far`. */
  private fetch(records: EventRecords): void {
    const { far } = this;
    while (far.size > 0 && Math.floor(far.time * this.perWidth) - this.tick <= this.mask) {
      const { id, order } = far;
      far.pop();
      if (records.doubles[(id << DOUBLES) | ORDER]! === order) this.insert(id, records);
    }
    this.setLimit();
  }

  private setLimit(): void {
    this.limit = this.far.size === 0 ? NEVER : Math.floor(this.far.time * this.perWidth) - this.mask;
  }

  /** Makes the buckets narrower or wider if far from one entry falls into each, and more if they do not reach far enough. */
  private look(records: EventRecords): void {
    const gap = (this.width * (this.ticks + 1)) / (this.insertions + 1);
    const wanted = gap < WIDEST ? 1 << (31 - Math.clz32(gap | 1)) : WIDEST;
    const reach = this.distant > this.insertions / 16 ? 2 : 1;
    const width = wanted >= 4 * this.width || wanted * 4 <= this.width ? wanted : this.width;
    const buckets = Math.min((this.mask + 1) * reach, MOST_BUCKETS);
    this.insertions = this.distant = this.ticks = 0;
    this.period = Math.min(2 * this.period, PERIOD);
    if (width !== this.width || buckets !== this.mask + 1) this.rebuild(width, buckets, records);
  }

  private rebuild(width: number, buckets: number, records: EventRecords): void {
    const ids: number[] = [];
    for (let i = 0; i <= this.mask; i++) {
      for (let id = this.head[i]!; id !== NONE; id = records.ints[(id << INTS) | NEXT]!) ids.push(id);
    }
    for (; this.far.size > 0; this.far.pop()) {
      if (records.doubles[(this.far.id << DOUBLES) | ORDER]! === this.far.order) ids.push(this.far.id);
    }
    const begins = this.tick * this.width;
    this.head = new Int32Array(buckets).fill(NONE);
    this.mask = buckets - 1;
    this.listed = 0;
    this.width = width;
    this.perWidth = 1 / width;
    this.tick = Math.floor(begins * this.perWidth);
    for (const id of ids) this.insert(id, records);
    this.insertions = this.distant = 0;
    this.setLimit();
  }
}
