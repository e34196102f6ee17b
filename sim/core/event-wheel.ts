import { EventHeap } from './event-heap';
import { DOUBLES, type EventRecords, INTS, NEXT, NONE, ORDER, TIME } from './event-records';

const FIRST_BUCKETS = 4096;
const MOST_BUCKETS = 2 ** 20;
const FIRST_WIDTH = 2 ** 13;
const WIDEST = 2 ** 30;
/** Buckets that are gone through between two looks at whether they are of the right width and number. */
const PERIOD = 2 ** 12;
/** Entries of its bucket that a new one passes at most, and how many may have met more before the next look. */
const CROWD = 8;
const MOST_CROWDED = 256;

/**
 * The entries of the event queue: a calendar queue (R. Brown, CACM 31(10), 1988). Time is cut into buckets; the present one,
 * which also takes what falls before it, and those ahead each have a list in the order in which its entries come up. What is
 * later, or would have to pass too many in its bucket, stands in a heap. A heap alone costs more with every event that is
 * pending; here that is only so for few. The width follows the number of events, so that about one falls into a bucket.
 */
export class EventWheel {
  private readonly heap = new EventHeap();
  private head = new Int32Array(0);
  private mask = 0;
  /** Number of the present bucket since time 0, and of that in which the heap has an entry, the run ends or a look is due. */
  private tick = 0;
  private limit = PERIOD;
  /** Nanoseconds to a bucket, a power of two. */
  private width = 1;
  private perWidth = 0.5;
  private until = Infinity;
  private lookAt = PERIOD;
  /** The bucket and the events fired at the last look. */
  private lookedAt = 0;
  private firedBefore = 0;
  /** Entries put into the heap since then: too far ahead, too many in a bucket. */
  private distant = 0;
  private crowded = 0;

  constructor() {
    // again: a field that was assigned once is a constant to V8, which throws away what it compiled when that changes
    this.cut(FIRST_WIDTH, FIRST_BUCKETS);
  }

  /** Takes the entry that the record of `id` tells of. */
  insert(id: number, records: EventRecords): void {
    const { tick, mask, head } = this;
    const ahead = records.doubles[(id << DOUBLES) | TIME]! * this.perWidth - tick;
    if (ahead > mask) {
      this.distant++;
      this.heap.push(id, records);
      this.setLimit();
      return;
    }
    const bucket = (ahead > 0 ? tick + (ahead | 0) : tick) & mask;
    if (head[bucket] !== NONE) {
      this.insertAmong(bucket, id, records);
      return;
    }
    records.ints[(id << INTS) | NEXT] = NONE;
    head[bucket] = id;
  }

  /** Takes out the entry of `id`; one that stands in the heap stays there, and is void once the record tells of another. */
  remove(id: number, records: EventRecords): void {
    const { tick, mask, head } = this;
    const { doubles, ints } = records;
    const ahead = doubles[(id << DOUBLES) | TIME]! * this.perWidth - tick;
    if (ahead > mask) return;
    const bucket = (ahead > 0 ? tick + (ahead | 0) : tick) & mask;
    let before = NONE;
    for (let other = head[bucket]!; other !== NONE; other = ints[(other << INTS) | NEXT]!) {
      if (other === id) {
        const next = ints[(id << INTS) | NEXT]!;
        if (before === NONE) head[bucket] = next;
        else ints[(before << INTS) | NEXT] = next;
        return;
      }
      before = other;
    }
  }

  /** From now on `next` takes what is not after `until`. */
  bound(until: number): void {
    this.until = until;
    this.setLimit();
  }

  /** Takes out the entry that comes up first: its id, or NONE. `fired` tells how many have, to judge the width by. */
  next(records: EventRecords, fired: number): number {
    const { head, mask, limit } = this;
    let { tick } = this;
    let id = head[tick & mask]!;
    while (id === NONE && tick < limit) id = head[++tick & mask]!;
    this.tick = tick;
    // an integer for V8, and not tagged as one
    if (tick >= limit) return this.nextAtLimit(records, fired) | 0;
    head[tick & mask] = records.ints[(id << INTS) | NEXT]!;
    return id;
  }

  private nextAtLimit(records: EventRecords, fired: number): number {
    const { heap } = this;
    // void: there is a newer entry
    while (heap.size > 0 && records.doubles[(heap.id << DOUBLES) | ORDER]! !== heap.order) heap.pop();
    if (this.tick >= this.lookAt) {
      if (fired === this.firedBefore && this.head.every((id) => id === NONE)) {
        const isOver = heap.size === 0 || heap.time > this.until;
        const time = isOver ? this.until : heap.time;
        if (time < Infinity) this.tick = this.tickOf(time);
        if (isOver) {
          this.lookAt = this.tick + PERIOD;
          return NONE;
        }
      }
      this.look(records, fired);
    }
    this.setLimit();
    return this.tick < this.limit ? this.next(records, fired) : this.nextOfBoth(records);
  }

  /** As `next`, when the first of the heap or the end of the run falls into the present bucket. */
  private nextOfBoth(records: EventRecords): number {
    const { heap, head, until } = this;
    const bucket = this.tick & this.mask;
    const listed = head[bucket]!;
    if (listed !== NONE && (heap.size === 0 || this.precedes(listed, heap.time, heap.order, records))) {
      if (records.doubles[(listed << DOUBLES) | TIME]! > until) return NONE;
      head[bucket] = records.ints[(listed << INTS) | NEXT]!;
      return listed;
    }
    if (heap.size === 0 || heap.time > until) return NONE;
    const { id } = heap;
    heap.pop();
    this.setLimit();
    return id;
  }

  /** Inserts `id` into the list of `bucket`, which is not empty. */
  private insertAmong(bucket: number, id: number, records: EventRecords): void {
    const { doubles, ints } = records;
    const time = doubles[(id << DOUBLES) | TIME]!;
    const order = doubles[(id << DOUBLES) | ORDER]!;
    let before = NONE;
    let after = this.head[bucket]!;
    for (let passed = 0; after !== NONE; passed++) {
      const other = doubles[(after << DOUBLES) | TIME]!;
      if (other > time || (other === time && doubles[(after << DOUBLES) | ORDER]! > order)) break;
      if (passed === CROWD) {
        if (++this.crowded === MOST_CROWDED) this.lookAt = this.tick;
        this.heap.push(id, records);
        this.setLimit();
        return;
      }
      before = after;
      after = ints[(after << INTS) | NEXT]!;
    }
    ints[(id << INTS) | NEXT] = after;
    if (before === NONE) this.head[bucket] = id;
    else ints[(before << INTS) | NEXT] = id;
  }

  private precedes(id: number, time: number, order: number, { doubles }: EventRecords): boolean {
    const other = doubles[(id << DOUBLES) | TIME]!;
    return other < time || (other === time && doubles[(id << DOUBLES) | ORDER]! < order);
  }

  private tickOf(time: number): number {
    return Math.floor(time * this.perWidth);
  }

  private setLimit(): void {
    const { heap, until } = this;
    let limit = this.lookAt;
    if (heap.size > 0) limit = Math.min(limit, this.tickOf(heap.time));
    if (until < Infinity) limit = Math.min(limit, this.tickOf(until));
    this.limit = limit;
  }

  /** Makes the buckets narrower or wider if far from one entry falls into each, and more if they do not reach far enough. */
  private look(records: EventRecords, fired: number): void {
    const events = fired - this.firedBefore;
    const ticks = this.tick - this.lookedAt;
    let { width } = this;
    if (events > 1.6 * ticks || events < 0.4 * ticks) {
      // few may have come because it only begins
      const gap = Math.min((width * (ticks + 1)) / (events + 1), 2 * width, WIDEST);
      width = 1 << (31 - Math.clz32(gap | 1));
    }
    const reach = this.distant > (events + ticks) / 16 ? 2 : 1;
    const buckets = Math.min((this.mask + 1) * reach, MOST_BUCKETS);
    if (width !== this.width || buckets !== this.mask + 1) this.rebuild(width, buckets, records);
    this.lookedAt = this.tick;
    this.lookAt = this.tick + PERIOD;
    this.firedBefore = fired;
    this.distant = this.crowded = 0;
  }

  private rebuild(width: number, buckets: number, records: EventRecords): void {
    const ids: number[] = [];
    for (let i = 0; i <= this.mask; i++) {
      for (let id = this.head[i]!; id !== NONE; id = records.ints[(id << INTS) | NEXT]!) ids.push(id);
    }
    const begins = this.tick * this.width;
    this.cut(width, buckets);
    this.tick = this.tickOf(begins);
    for (const id of ids) this.insert(id, records);
  }

  private cut(width: number, buckets: number): void {
    this.head = new Int32Array(buckets).fill(NONE);
    this.mask = buckets - 1;
    this.width = width;
    this.perWidth = 1 / width;
  }
}
