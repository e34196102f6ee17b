import { EventHeap } from './event-heap';
import type { Wakeup } from './wakeup';

const FIRST_BUCKETS = 4096;
const MOST_BUCKETS = 2 ** 19;
const FIRST_WIDTH = 2 ** 13;
const WIDEST = 2 ** 30;
/** Buckets that are gone through between two looks at whether they are of the right width and number. */
const PERIOD = 2 ** 12;
/** Entries of its bucket that a new one passes at most, and how many may have met more before the next look. */
const CROWD = 8;
const MOST_CROWDED = 256;
/** Of so many events one may be too far ahead: each costs as much as five others. */
const MOST_DISTANT = 256;

/**
 * The entries of the event queue: a calendar queue (R. Brown, CACM 31(10), 1988). Time is cut into buckets; the present one,
 * which also takes what falls before it, and those ahead each have a list in the order in which its entries come up. What is
 * later, or would have to pass too many in its bucket, stands in a heap. A heap alone costs more with every event that is
 * pending; here that is only so for few. The width follows the number of events, so that about one falls into a bucket.
 */
export class EventWheel {
  private readonly heap = new EventHeap();
  private heads: (Wakeup | null)[] = [];
  private mask = 0;
  /** Number of the present bucket since time 0, and of that in which the heap has an entry, the run ends or a look is due. */
  private tick = 0;
  private limit = PERIOD;
  /** Nanoseconds to a bucket, a power of two. */
  private width = 1;
  private perWidth = 0.5;
  private until = Infinity;
  private isClosed = false;
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

  /** Takes the entry of `wakeup`. */
  insert(wakeup: Wakeup): void {
    const { tick, mask, heads } = this;
    const ahead = wakeup.at * this.perWidth - tick;
    if (ahead > mask) {
      this.distant++;
      this.pushToHeap(wakeup);
      return;
    }
    const bucket = (ahead > 0 ? tick + (ahead | 0) : tick) & mask;
    const first = heads[bucket]!;
    if (first === null) {
      wakeup.next = null;
      heads[bucket] = wakeup;
    } else this.insertAmong(first, bucket, wakeup);
  }

  /** Takes out the entry of `wakeup`; one that stands in the heap stays there, and is void once `wakeup` has another order. */
  remove(wakeup: Wakeup): void {
    const { tick, mask, heads } = this;
    const ahead = wakeup.at * this.perWidth - tick;
    if (ahead > mask) return;
    const bucket = (ahead > 0 ? tick + (ahead | 0) : tick) & mask;
    let before: Wakeup | null = null;
    for (let other = heads[bucket]!; other !== null; before = other, other = other.next!) {
      if (other !== wakeup) continue;
      if (before === null) heads[bucket] = wakeup.next;
      else before.next = wakeup.next;
      return;
    }
  }

  /** Shows each entry, void ones included. */
  visit(see: (wakeup: Wakeup) => void): void {
    for (const first of this.heads) for (let w = first; w !== null; w = w.next) see(w);
    this.heap.visit(see);
  }

  /** Takes out all entries, void ones too. */
  takeAll(): Wakeup[] {
    const all: Wakeup[] = [];
    this.visit((wakeup) => all.push(wakeup));
    this.heap.clear();
    this.cut(this.width, this.mask + 1);
    this.setLimit();
    return all;
  }

  /** From now on `next` takes what is not after `until`. */
  bound(until: number): void {
    this.until = until;
    this.isClosed = false;
    this.setLimit();
  }

  /** From now on `next` has nothing more, until the next `bound`. */
  close(): void {
    this.isClosed = true;
    this.limit = 0;
  }

  /** Takes out the entry that comes up first, or null. `fired` tells how many have, to judge the width by. */
  next(fired: number): Wakeup | null {
    const { heads, mask, limit } = this;
    let { tick } = this;
    let first = heads[tick & mask]!;
    while (first === null && tick < limit) first = heads[++tick & mask]!;
    if (tick >= limit) {
      this.tick = tick;
      return this.nextAtLimit(fired);
    }
    const { next } = first;
    if (next === null) {
      // null as a constant costs the collector of garbage nothing; what comes for this bucket now is first in the next
      heads[tick & mask] = null;
      this.tick = tick + 1;
    } else {
      heads[tick & mask] = next;
      this.tick = tick;
    }
    return first;
  }

  private nextAtLimit(fired: number): Wakeup | null {
    if (this.isClosed) return null;
    const { heap } = this;
    heap.dropVoid();
    if (this.tick >= this.lookAt) {
      if (fired === this.firedBefore && !this.heads.some(Boolean)) {
        const isOver = heap.size === 0 || heap.time > this.until;
        const time = isOver ? this.until : heap.time;
        if (time < Infinity) this.tick = this.tickOf(time);
        if (isOver) {
          this.lookAt = this.tick + PERIOD;
          return null;
        }
      }
      this.look(fired);
    }
    this.setLimit();
    return this.tick < this.limit ? this.next(fired) : this.nextOfBoth();
  }

  /** As `next`, when the first of the heap or the end of the run falls into the present bucket. */
  private nextOfBoth(): Wakeup | null {
    const { heap, heads, until } = this;
    const bucket = this.tick & this.mask;
    const listed = heads[bucket]!;
    if (listed !== null && (heap.size === 0 || listed.precedes(heap.first))) {
      if (listed.at > until) return null;
      heads[bucket] = listed.next;
      return listed;
    }
    if (heap.size === 0 || heap.time > until) return null;
    const { first } = heap;
    heap.pop();
    this.setLimit();
    return first;
  }

  /** Inserts `wakeup` into the list of `bucket`, which begins with `first`. */
  private insertAmong(first: Wakeup, bucket: number, wakeup: Wakeup): void {
    if (wakeup.precedes(first)) {
      wakeup.next = first;
      this.heads[bucket] = wakeup;
      return;
    }
    let before = first;
    for (let passed = 1; ; passed++) {
      const after = before.next;
      if (after === null || wakeup.precedes(after)) break;
      if (passed === CROWD) {
        if (++this.crowded === MOST_CROWDED) this.lookAt = this.tick;
        this.pushToHeap(wakeup);
        return;
      }
      before = after;
    }
    wakeup.next = before.next;
    before.next = wakeup;
  }

  private pushToHeap(wakeup: Wakeup): void {
    this.heap.push(wakeup);
    this.setLimit();
  }

  private tickOf(time: number): number {
    return Math.floor(time * this.perWidth);
  }

  private setLimit(): void {
    if (this.isClosed) return;
    const { heap, until } = this;
    let limit = this.lookAt;
    if (heap.size > 0) limit = Math.min(limit, this.tickOf(heap.time));
    if (until < Infinity) limit = Math.min(limit, this.tickOf(until));
    this.limit = limit;
  }

  /** Makes the buckets narrower or wider if far from one entry falls into each, and more if they do not reach far enough. */
  private look(fired: number): void {
    const events = fired - this.firedBefore;
    const ticks = this.tick - this.lookedAt;
    let { width } = this;
    if (events > 1.6 * ticks || events < 0.4 * ticks) {
      // few may have come because it only begins
      const gap = Math.min((width * (ticks + 1)) / (events + 1), 2 * width, WIDEST);
      width = 1 << (31 - Math.clz32(gap | 1));
    }
    const reach = this.distant > (events + ticks) / MOST_DISTANT ? 2 : 1;
    const buckets = Math.min((this.mask + 1) * reach, MOST_BUCKETS);
    if (width !== this.width || buckets !== this.mask + 1) this.rebuild(width, buckets);
    this.lookedAt = this.tick;
    this.lookAt = this.tick + PERIOD;
    this.firedBefore = fired;
    this.distant = this.crowded = 0;
  }

  private rebuild(width: number, buckets: number): void {
    // no loop over all buckets, which V8 would compile in the middle
    const lists = this.heads.filter(Boolean);
    const begins = this.tick * this.width;
    this.cut(width, buckets);
    this.tick = this.tickOf(begins);
    for (const first of lists) {
      let wakeup: Wakeup | null = first;
      while (wakeup !== null) {
        const { next }: Wakeup = wakeup;
        this.insert(wakeup);
        wakeup = next;
      }
    }
  }

  private cut(width: number, buckets: number): void {
    // an array that was made with its length would have holes to V8
    let heads: (Wakeup | null)[] = [null];
    while (heads.length < buckets) heads = heads.concat(heads);
    this.heads = heads;
    this.mask = buckets - 1;
    this.width = width;
    this.perWidth = 1 / width;
  }
}
