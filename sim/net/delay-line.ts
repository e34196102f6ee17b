import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { Packet } from '../core/packet';

const FIRST_CAPACITY = 8;

/** Holds packets, each until its own time, and hands them on in the order of these times; equal times in order of entry. */
export class DelayLine {
  private size = 0;
  private entries = 0;
  // A binary heap by (time, order of entry).
  private times = new Float64Array(FIRST_CAPACITY);
  private orders = new Float64Array(FIRST_CAPACITY);
  private packets: (Packet | null)[] = new Array<Packet | null>(FIRST_CAPACITY).fill(null);
  private readonly timer: Timer;

  constructor(
    private readonly events: EventQueue,
    private readonly after: { pass(p: Packet): void },
  ) {
    this.timer = new Timer(events, () => this.release());
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Hands `p` on at time `until`. */
  hold(p: Packet, until: Nanos): void {
    if (this.size === this.times.length) this.grow();
    this.up(this.size++, until, this.entries++, p);
    if (this.packets[0] === p) this.timer.arm(until);
  }

  private release(): void {
    const { now } = this.events;
    while (this.size > 0 && this.times[0]! <= now) this.after.pass(this.shift());
    if (this.size > 0) this.timer.arm(this.times[0]!);
  }

  private shift(): Packet {
    const first = this.packets[0]!;
    const last = --this.size;
    const p = this.packets[last]!;
    this.packets[last] = null;
    if (last > 0) this.down(this.times[last]!, this.orders[last]!, p);
    return first;
  }

  private up(at: number, time: Nanos, order: number, p: Packet): void {
    const { times, orders, packets } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // A new entry is the last of its time.
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      orders[at] = orders[parent]!;
      packets[at] = packets[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    packets[at] = p;
  }

  private down(time: Nanos, order: number, p: Packet): void {
    const { times, orders, packets, size } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.before(child + 1, times[child]!, orders[child]!)) child++;
      if (!this.before(child, time, order)) break;
      times[at] = times[child]!;
      orders[at] = orders[child]!;
      packets[at] = packets[child]!;
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    packets[at] = p;
  }

  private before(at: number, time: Nanos, order: number): boolean {
    return this.times[at]! < time || (this.times[at]! === time && this.orders[at]! < order);
  }

  private grow(): void {
    const capacity = 2 * this.size;
    const { times, orders } = this;
    this.times = new Float64Array(capacity);
    this.orders = new Float64Array(capacity);
    this.times.set(times);
    this.orders.set(orders);
    for (let i = this.size; i < capacity; i++) this.packets.push(null);
  }
}
