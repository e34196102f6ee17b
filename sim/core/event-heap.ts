import { EventRecords, ORDER, DOUBLES, TIME } from './event-records';

const KEY = 2;
const FIRST_ENTRIES = 32;

/** A binary heap of entries by (time, order). Times and orders are taken from the records: as arguments they would be boxed. */
export class EventHeap {
  size = 0;
  private keys = new Float64Array(FIRST_ENTRIES * KEY);
  private ids = new Int32Array(FIRST_ENTRIES);

  constructor() {
    // a field that was assigned once is a constant to V8, which throws away what it compiled when that changes
    this.grow();
  }

  /** The first entry; there must be one. */
  get time(): number {
    return this.keys[0]!;
  }

  get order(): number {
    return this.keys[1]!;
  }

  get id(): number {
    return this.ids[0]!;
  }

  /** Takes the entry that the record of `id` tells of. */
  push(id: number, records: EventRecords): void {
    if (this.size === this.ids.length) this.grow();
    const { keys, ids } = this;
    const { doubles } = records;
    const time = doubles[(id << DOUBLES) | TIME]!;
    const order = doubles[(id << DOUBLES) | ORDER]!;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = keys[parent * KEY]!;
      if (time > parentTime || (time === parentTime && order > keys[parent * KEY + 1]!)) break;
      keys[at * KEY] = parentTime;
      keys[at * KEY + 1] = keys[parent * KEY + 1]!;
      ids[at] = ids[parent]!;
      at = parent;
    }
    keys[at * KEY] = time;
    keys[at * KEY + 1] = order;
    ids[at] = id;
  }

  /** Drops the first entry. */
  pop(): void {
    const size = --this.size;
    if (size === 0) return;
    const { keys, ids } = this;
    const time = keys[size * KEY]!;
    const order = keys[size * KEY + 1]!;
    const id = ids[size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      let childTime = keys[child * KEY]!;
      if (child + 1 < size) {
        const rightTime = keys[child * KEY + KEY]!;
        if (
          rightTime < childTime ||
          (rightTime === childTime && keys[child * KEY + KEY + 1]! < keys[child * KEY + 1]!)
        ) {
          child++;
          childTime = rightTime;
        }
      }
      const childOrder = keys[child * KEY + 1]!;
      if (time < childTime || (time === childTime && order < childOrder)) break;
      keys[at * KEY] = childTime;
      keys[at * KEY + 1] = childOrder;
      ids[at] = ids[child]!;
      at = child;
    }
    keys[at * KEY] = time;
    keys[at * KEY + 1] = order;
    ids[at] = id;
  }

  private grow(): void {
    const { keys, ids } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.keys.set(keys);
    this.ids = new Int32Array(ids.length * 2);
    this.ids.set(ids);
  }
}
