import { ENTRY, ENTRY_ORDER, EventHeap, NEVER, RECORD } from './event-heap';

/** No id. */
export const NONE = -1;
const LINK = 2;
const NEXT = 0;
const PREVIOUS = 1;

const FIRST_BUCKETS = 4096;
const MOST_BUCKETS = 2 ** 20;
const FIRST_WIDTH = 2 ** 13;
/** Entries that come up between two looks at whether the buckets are of the right width and number. */
const PERIOD = 8192;
/** Or buckets gone through, when they are so narrow that most are empty. */
const MOST_TICKS = 16 * PERIOD;
const WIDEST = 2 ** 30;

/**
 * The entries of the event queue: a calendar queue (R. Brown, CACM 31(10), 1988) with a heap at each end. Time is cut into
 * buckets; what falls into the present one, or before, stands in `near`, the next `buckets` each have an unordered list,
 * and what is later stands in `far`. A heap alone costs more with every event that is pending; here that is only so for
 * the few of one bucket. The width follows the number of events, so that about one falls into a bucket.
 */
export class EventWheel {
  private readonly near = new EventHeap();
  private readonly far = new EventHeap();
  private head = new Int32Array(FIRST_BUCKETS).fill(NONE);
  /** By id: the neighbours in the list of its bucket. */
  private links: Int32Array = new Int32Array(64 * LINK);
  private mask = FIRST_BUCKETS - 1;
  /** Entries in the buckets. */
  private listed = 0;
  /** Number of the present bucket since time 0, and of the one at which the first entry of `far` comes within reach. */
  private tick = 0;
  private limit = NEVER;
  /** Nanoseconds to a bucket, a power of two. */
  private width = FIRST_WIDTH;
  private perWidth = 1 / FIRST_WIDTH;
  // Since the last look:
  private insertions = 0;
  private distant = 0;
  private ticks = 0;

  growIds(count: number): void {
    const { links } = this;
    this.links = new Int32Array(count * LINK);
    this.links.set(links);
  }

  /** Takes the entry that the record of `id` tells of. */
  insert(id: number, records: Float64Array): void {
    this.insertions++;
    const ahead = Math.floor(records[id * RECORD + ENTRY]! * this.perWidth) - this.tick;
    if (ahead <= 0) {
      this.near.push(id, records);
    } else if (ahead > this.mask) {
      this.distant++;
      this.far.push(id, records);
      this.setLimit();
    } else {
      const { links, head } = this;
      const bucket = (this.tick + ahead) & this.mask;
      const next = head[bucket]!;
      links[id * LINK + NEXT] = next;
      links[id * LINK + PREVIOUS] = NONE;
      if (next !== NONE) links[next * LINK + PREVIOUS] = id;
      head[bucket] = id;
      this.listed++;
    }
  }

  /** Takes out the entry of `id`; one that stands in a heap stays there, and is void once the record tells of another. */
  remove(id: number, records: Float64Array): void {
    const ahead = Math.floor(records[id * RECORD + ENTRY]! * this.perWidth) - this.tick;
    if (ahead <= 0 || ahead > this.mask) return;
    const { links } = this;
    const next = links[id * LINK + NEXT]!;
    const previous = links[id * LINK + PREVIOUS]!;
    if (previous === NONE) this.head[(this.tick + ahead) & this.mask] = next;
    else links[previous * LINK + NEXT] = next;
    if (next !== NONE) links[next * LINK + PREVIOUS] = previous;
    this.listed--;
  }

  /** Takes out the entry that comes up first, if that is not after `until`: its id, or NONE. */
  next(records: Float64Array, until: number): number {
    const { near } = this;
    for (;;) {
      if (near.size === 0) {
        const id = this.advance(records, until);
        if (id !== NONE) return id;
        if (near.size === 0) return NONE;
      }
      const { id, order } = near;
      // void: there is a newer entry
      const isVoid = records[id * RECORD + ENTRY_ORDER]! !== order;
      if (!isVoid && near.time > until) return NONE;
      near.pop();
      if (!isVoid) return id;
    }
  }

  /**
   * Moves on to the next bucket that holds anything. An entry that is alone in it, as most are, is returned at once;
   * otherwise they are put into `near`, which must be empty.
   */
  private advance(records: Float64Array, until: number): number {
    if (this.insertions >= PERIOD || this.ticks >= MOST_TICKS) this.look(records);
    const { head, mask, near, links } = this;
    while (near.size === 0) {
      if (this.listed === 0) {
        if (this.far.size === 0) return NONE;
        this.tick = Math.floor(this.far.time * this.perWidth);
        this.fetch(records);
        continue;
      }
      let { tick } = this;
      const start = tick;
      // entries of `far` must come in before the wheel has turned past them
      const { limit } = this;
      do tick++;
      while (head[tick & mask]! === NONE && tick < limit);
      this.ticks += tick - start;
      this.tick = tick;
      const bucket = tick & mask;
      const id = head[bucket]!;
      if (tick < limit && links[id * LINK + NEXT]! === NONE && records[id * RECORD + ENTRY]! <= until) {
        head[bucket] = NONE;
        this.listed--;
        return id;
      }
      this.empty(bucket, records);
      if (tick >= limit) this.fetch(records);
    }
    return NONE;
  }

  /** Moves a bucket into `near`. */
  private empty(bucket: number, records: Float64Array): void {
    const { links, near } = this;
    for (let id = this.head[bucket]!; id !== NONE; id = links[id * LINK + NEXT]!) {
      near.push(id, records);
      this.listed--;
    }
    this.head[bucket] = NONE;
  }

  /** Moves what has come within reach of the buckets out of `far`. */
  private fetch(records: Float64Array): void {
    const { far } = this;
    while (far.size > 0 && Math.floor(far.time * this.perWidth) - this.tick <= this.mask) {
      const { id, order } = far;
      far.pop();
      if (records[id * RECORD + ENTRY_ORDER]! === order) this.insert(id, records);
    }
    this.setLimit();
  }

  private setLimit(): void {
    this.limit = this.far.size === 0 ? NEVER : Math.floor(this.far.time * this.perWidth) - this.mask;
  }

  /** Makes the buckets narrower or wider if far from one entry falls into each, and more if they do not reach far enough. */
  private look(records: Float64Array): void {
    const gap = (this.width * (this.ticks + 1)) / (this.insertions + 1);
    const wanted = gap < WIDEST ? 1 << (31 - Math.clz32(gap | 1)) : WIDEST;
    const reach = this.distant > this.insertions / 16 ? 2 : 1;
    const width = wanted >= 4 * this.width || wanted * 4 <= this.width ? wanted : this.width;
    const buckets = Math.min((this.mask + 1) * reach, MOST_BUCKETS);
    this.insertions = this.distant = this.ticks = 0;
    if (width !== this.width || buckets !== this.mask + 1) this.rebuild(width, buckets, records);
  }

  private rebuild(width: number, buckets: number, records: Float64Array): void {
    const ids: number[] = [];
    for (let i = 0; i <= this.mask; i++) {
      for (let id = this.head[i]!; id !== NONE; id = this.links[id * LINK + NEXT]!) ids.push(id);
    }
    for (; this.far.size > 0; this.far.pop()) {
      if (records[this.far.id * RECORD + ENTRY_ORDER]! === this.far.order) ids.push(this.far.id);
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
