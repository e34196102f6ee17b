import type { Clock, Nanos } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { PacketRing } from '../../core/ring';
import { type Admission, Drop, type Queue } from '../queue';
import { type Buffer, UNBOUNDED } from './buffer';
import type { FlowQueue } from './flow-queues';

/** First in, first out; refuses what does not fit (drop-tail). */
export class Fifo implements FlowQueue {
  bytes = 0;
  private readonly ring = new PacketRing();
  private readonly maxPackets: number;
  private readonly maxBytes: number;

  constructor(
    private readonly clock: Clock,
    buffer: Buffer,
  ) {
    this.maxPackets = buffer.maxPackets;
    this.maxBytes = buffer.maxBytes;
  }

  get packets(): number {
    return this.ring.length;
  }

  /** Arrival time of the packet that `pop` would return; Infinity when empty. */
  get headArrival(): Nanos {
    return this.ring.headArrival;
  }

  /** The packet that `pop` would return. */
  peek(): Packet | null {
    return this.ring.peek();
  }

  /** Whether `push` would take a packet of this size. */
  fits(p: Packet): boolean {
    return this.ring.length < this.maxPackets && this.bytes + p.size <= this.maxBytes;
  }

  push(p: Packet): Drop {
    if (!this.fits(p)) return Drop.overflow;
    this.bytes += p.size;
    this.ring.push(p, this.clock.now);
    return Drop.none;
  }

  pop(): Packet | null {
    const p = this.ring.shift();
    if (p !== null) this.bytes -= p.size;
    return p;
  }

  /** As `pop`: a FIFO has no control law to be bypassed. */
  shed(): Packet | null {
    return this.pop();
  }
}

/** An `Admission` with the FIFO behind it, for a link or a scheduler that takes its packets one by one. */
export class AdmittedFifo implements Queue {
  private readonly fifo: Fifo;
  private idleSince: Nanos = 0;

  constructor(
    private readonly clock: Clock,
    private readonly admission: Admission,
  ) {
    this.fifo = new Fifo(clock, UNBOUNDED);
  }

  get packets(): number {
    return this.fifo.packets;
  }

  get bytes(): number {
    return this.fifo.bytes;
  }

  push(p: Packet): Drop {
    const verdict = this.admission.admit(p, this.fifo.packets, this.fifo.bytes, this.idleSince);
    return verdict === Drop.none ? this.fifo.push(p) : verdict;
  }

  pop(): Packet | null {
    const p = this.fifo.pop();
    // Asked and found empty: the link is idle from now on.
    if (p !== null) this.idleSince = -1;
    else if (this.idleSince < 0) this.idleSince = this.clock.now;
    return p;
  }
}
