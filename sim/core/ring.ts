import type { Nanos } from './event-queue';
import type { Packet } from './packet';

const FIRST_CAPACITY = 8;

/** A FIFO of packets with their arrival times. Grows by doubling, never shrinks; allocates nothing while it is empty. */
export class PacketRing {
  /** Packets held. */
  length = 0;
  private packets: (Packet | null)[] = [];
  /** Infinity at the head while empty: a conditional in `headArrival` would box its result. */
  private times = Float64Array.of(Infinity);
  private head = 0;
  private mask = -1;

  push(p: Packet, arrival: Nanos): void {
    if (this.length > this.mask) this.grow();
    const at = (this.head + this.length++) & this.mask;
    this.packets[at] = p;
    this.times[at] = arrival;
  }

  /** Removes and returns the oldest packet, or null. */
  shift(): Packet | null {
    if (this.length === 0) return null;
    const p = this.packets[this.head]!;
    this.packets[this.head] = null;
    this.head = (this.head + 1) & this.mask;
    if (--this.length === 0) this.times[this.head] = Infinity;
    return p;
  }

  /** The oldest packet, left in place, or null. */
  peek(): Packet | null {
    return this.length === 0 ? null : this.packets[this.head]!;
  }

  /** Arrival time of the oldest packet; Infinity when empty. */
  get headArrival(): Nanos {
    return this.times[this.head]!;
  }

  private grow(): void {
    const capacity = this.mask < 0 ? FIRST_CAPACITY : 2 * (this.mask + 1);
    const packets = new Array<Packet | null>(capacity).fill(null);
    const times = new Float64Array(capacity);
    for (let i = 0; i < this.length; i++) {
      const from = (this.head + i) & this.mask;
      packets[i] = this.packets[from]!;
      times[i] = this.times[from]!;
    }
    this.packets = packets;
    this.times = times;
    this.head = 0;
    this.mask = capacity - 1;
  }
}
