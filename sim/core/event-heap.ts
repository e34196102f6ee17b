import type { Wakeup } from './wakeup';

const KEY = 2;
const FIRST_ENTRIES = 32;

/** A binary heap of wake-ups by the time and order that they have when they come in; one that has another order since is void. */
export class EventHeap {
  private keys = new Float64Array(FIRST_ENTRIES * KEY);
  /** The first `size` of them; `pop` of an array would give back room that `push` soon asks for again. */
  private readonly wakeups: Wakeup[] = [];
  size = 0;

  constructor() {
    // a field that was assigned once is a constant to V8, which throws away what it compiled when that changes
    this.grow();
  }

  /** The first entry; there must be one. */
  get time(): number {
    return this.keys[0]!;
  }

  get first(): Wakeup {
    return this.wakeups[0]!;
  }

  visit(see: (wakeup: Wakeup) => void): void {
    for (let i = 0; i < this.size; i++) {
      const wakeup = this.wakeups[i]!;
      if (wakeup.order === this.keys[i * KEY + 1]) see(wakeup);
    }
  }

  clear(): void {
    this.size = this.wakeups.length = 0;
  }

  /** Drops first entries that are void. */
  dropVoid(): void {
    while (this.size > 0 && this.first.order !== this.keys[1]) this.pop();
  }

  push(wakeup: Wakeup): void {
    const { wakeups } = this;
    let at = this.size++;
    if (at * KEY === this.keys.length) this.grow();
    const { keys } = this;
    const { at: time, order } = wakeup;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentTime = keys[parent * KEY]!;
      if (time > parentTime || (time === parentTime && order > keys[parent * KEY + 1]!)) break;
      keys[at * KEY] = parentTime;
      keys[at * KEY + 1] = keys[parent * KEY + 1]!;
      wakeups[at] = wakeups[parent]!;
      at = parent;
    }
    keys[at * KEY] = time;
    keys[at * KEY + 1] = order;
    wakeups[at] = wakeup;
  }

  /** Drops the first entry. */
  pop(): void {
    const { keys, wakeups } = this;
    const size = --this.size;
    const wakeup = wakeups[size]!;
    if (wakeups.length > 4 * size + FIRST_ENTRIES) wakeups.length = 2 * size;
    if (size === 0) return;
    const time = keys[size * KEY]!;
    const order = keys[size * KEY + 1]!;
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
      wakeups[at] = wakeups[child]!;
      at = child;
    }
    keys[at * KEY] = time;
    keys[at * KEY + 1] = order;
    wakeups[at] = wakeup;
  }

  private grow(): void {
    const { keys } = this;
    this.keys = new Float64Array(keys.length * 2);
    this.keys.set(keys);
  }
}
