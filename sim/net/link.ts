import type { EventQueue, EventSource, Nanos } from '../core/event-queue';
import type { Packet, PacketPool } from '../core/packet';
import { NO_DOUBLES, ZERO } from '../core/zero';
import type { Fingerprint } from '../stats/fingerprint';
import type { NamedImpairment, PacketFilter } from './impairment';
import type { Node } from './node';
import { type Admission, Drop, NO_DROPS, type Queue, type QueueHost } from './queue';
import { LinkQueueHost } from './queue-host';
import type { Discipline } from './queues/define';
import { Fifo } from './queues/fifo';
import type { Factory } from '../core/plugin';
import type { Simulation } from './simulation';
import type { Transmitter, TransmitterPort } from './transmitter';
import { assemble, type Wire, type WireEnd } from './wire';

export interface LinkOptions {
  /** bit/s */
  readonly rate: number;
  /** Propagation delay, one way. */
  readonly delay: Nanos;
  /** Bandwidth-delay product of the path that the link is on, bytes; for buffers given in BDP. */
  readonly bdp?: number;
  /** Made for this link when it is built. */
  readonly queue: Factory<QueueHost, Discipline>;
  /** In the order in which packets meet them. */
  readonly impairments?: readonly NamedImpairment[];
  /** False forces the two-event path where the one-event path would do: for the test that both are the same link. */
  readonly express?: boolean;
}

/** Sees packets as they enter (`sent`), leave the transmitter or are dropped: captures and traces. */
export interface LinkTap {
  onSend(p: Packet, link: Link): void;
  onArrive(p: Packet, link: Link): void;
  onDrop(p: Packet, link: Link, reason: Drop): void;
}

const ARRIVAL = 0;
const DEPARTURE = 1;
const INITIAL_RING = 4;

/**
 * One direction of a link: buffer, transmitter, wire.
 *
 * Packets between transmitter and far end stand in a ring, and only the first of them has an event. If the buffer decides
 * on arrival and serves in order (drop-tail, RED), the departure is computed when the packet arrives and a hop costs one
 * event; packets in the buffer then stand in the same ring, beyond `departed`. Otherwise the transmitter has an event of
 * its own. Departures precede arrivals at the same instant on both paths.
 *
 * Impairments that only judge packets do so at the far end, on either path. Those that take time stand in a `Wire` between
 * the transmitter and the ring; those that change the rate bring a `Transmitter`. Both need the two-event path.
 */
export class Link implements EventSource, TransmitterPort, WireEnd {
  readonly rate: number;
  readonly delay: Nanos;
  /** Packets and bytes taken into the buffer or the transmitter. */
  acceptedPackets = 0;
  acceptedBytes = 0;
  /** Packets and bytes handed to the far node. */
  deliveredPackets = 0;
  deliveredBytes = 0;
  /** Packets dropped, by `Drop` reason. */
  drops: readonly number[] = NO_DROPS;
  droppedPackets = 0;
  private refusedPackets = 0;
  markedPackets = 0;
  /** Packets and bytes that the queue discipline dropped after having taken them. */
  private discardedPackets = 0;
  private discardedBytes = 0;
  tap: LinkTap | null = null;

  readonly events: EventQueue;
  private readonly pool: PacketPool;
  private readonly fingerprint: Fingerprint;
  private readonly number: number;
  private readonly arrivalId: number;
  private readonly nsPerByte: number;
  private readonly propagation: Nanos;
  private readonly filter: PacketFilter | null;
  private readonly wire: Wire | null;
  private readonly transmitter: Transmitter | null;
  private readonly admission: Admission | null;
  private readonly queue: Queue | null;
  /** The event of the two-event path. */
  readonly departureId: number;
  private readonly maxPackets: number;
  private readonly maxBytes: number;

  // The ring: [head, departed) is on the wire, [departed, tail) in the transmitter and the buffer.
  private packets: (Packet | null)[] = [];
  /**
   * By packet of the ring, two numbers side by side: when it departs, and `acceptedBytes` with it. The second gives the bytes
   * of any stretch of the ring without a look at its packets, which are no longer or not yet in the cache.
   */
  private departures = NO_DOUBLES;
  private mask = -1;
  private head = 0;
  private departed = 0;
  private tail = 0;

  /** When the transmitter falls idle; the fraction of a nanosecond it is behind. */
  private busyUntil: Nanos = ZERO;
  private residue = ZERO;
  /** Two-event path: the packet in the transmitter. */
  inService: Packet | null = null;

  constructor(
    simulation: Simulation,
    readonly from: Node,
    readonly to: Node,
    options: LinkOptions,
  ) {
    this.events = simulation.events;
    this.pool = simulation.pool;
    this.fingerprint = simulation.fingerprint;
    this.number = simulation.links.length;
    this.rate = options.rate;
    this.delay = options.delay;
    this.nsPerByte = 8e9 / options.rate;
    const { filter, wire, delay, makeTransmitter } = assemble(simulation, this, options.impairments ?? []);
    this.filter = filter;
    this.wire = wire;
    this.propagation = delay;
    const buffer = options.queue(new LinkQueueHost(this, simulation, options.bdp ?? 0));
    this.admission = buffer.kind === 'admission' ? buffer.admission : null;
    this.maxPackets = buffer.kind === 'drop-tail' ? buffer.maxPackets : Infinity;
    this.maxBytes = buffer.kind === 'drop-tail' ? buffer.maxBytes : Infinity;
    if (buffer.kind === 'queue') this.queue = buffer.queue;
    else {
      const express = options.express !== false && wire === null && makeTransmitter === null;
      this.queue = express ? null : new Fifo(this.events, UNLIMITED);
    }
    this.arrivalId = this.events.register(this, ARRIVAL);
    this.departureId = this.queue === null ? -1 : this.events.register(this, DEPARTURE);
    this.transmitter = makeTransmitter?.(this) ?? null;
  }

  /** Of both ends, `from>to`. */
  get name(): string {
    return `${this.from.name}>${this.to.name}`;
  }

  /** Packets handed to this link: taken or refused. */
  get sentPackets(): number {
    return this.acceptedPackets + this.refusedPackets;
  }

  /** Packets that have left the transmitter: packet-hops. */
  get transmittedPackets(): number {
    if (this.queue === null) {
      this.settle();
      return this.acceptedPackets - (this.tail - this.departed);
    }
    return this.acceptedPackets - this.queue.packets - this.discardedPackets - (this.inService === null ? 0 : 1);
  }

  /** Bytes that have left the transmitter. */
  get transmittedBytes(): number {
    if (this.queue === null) {
      this.settle();
      if (this.tail === this.departed) return this.acceptedBytes;
      const at = this.departed & this.mask;
      return this.departures[2 * at + 1]! - this.packets[at]!.size;
    }
    return this.acceptedBytes - this.queue.bytes - this.discardedBytes - (this.inService?.size ?? 0);
  }

  /** Packets waiting, the one in service not counted. */
  get queuedPackets(): number {
    if (this.queue !== null) return this.queue.packets;
    this.settle();
    const held = this.tail - this.departed;
    return held > 0 ? held - 1 : 0;
  }

  /** Bytes waiting, the packet in service not counted. */
  get queuedBytes(): number {
    if (this.queue !== null) return this.queue.bytes;
    this.settle();
    return this.tail === this.departed ? 0 : this.waitingBytes();
  }

  /** Packets held anywhere in the link: buffer, transmitter, wire. */
  get heldPackets(): number {
    if (this.queue === null) return this.tail - this.head;
    return this.tail - this.head + (this.wire?.held ?? 0) + this.queue.packets + (this.inService === null ? 0 : 1);
  }

  /** Shows each packet on its way to the far end and how far it has come, 0 to 1; those in impairments are not seen. */
  visitWire(visit: (p: Packet, progress: number) => void): void {
    if (this.queue === null) this.settle();
    for (let i = this.head; i < this.departed; i++) {
      const gone = this.events.now - this.departures[2 * (i & this.mask)]!;
      visit(this.packets[i & this.mask]!, this.propagation === 0 ? 1 : gone / this.propagation);
    }
  }

  /** Packets that came into being on the wire. */
  get duplicatedPackets(): number {
    return this.wire?.duplicated ?? 0;
  }

  /** Bytes that could have been transmitted since the beginning. */
  get capacityBytes(): number {
    return this.transmitter?.capacity ?? this.events.now / this.nsPerByte;
  }

  /** Time a packet of `bytes` takes to be transmitted, not rounded. */
  serialisation(bytes: number): number {
    return bytes * this.nsPerByte;
  }

  /** Takes ownership of `p`. */
  send(p: Packet): void {
    if (this.tap !== null) this.tap.onSend(p, this);
    if (this.queue !== null) {
      this.sendQueued(p);
      return;
    }
    const now = this.events.now;
    if (this.departed !== this.tail) this.settle();
    const held = this.tail - this.departed;
    if (this.admission !== null) {
      const waitingBytes = held > 0 ? this.waitingBytes() : 0;
      const refused = this.admission.admit(p, held > 0 ? held - 1 : 0, waitingBytes, held > 0 ? -1 : this.busyUntil);
      if (refused !== Drop.none) {
        this.refuse(p, refused);
        return;
      }
    } else if (held > 0 && this.isFull(held, p.size)) {
      this.refuse(p, Drop.overflow);
      return;
    }
    this.acceptedPackets++;
    this.acceptedBytes += p.size;
    const exact = p.size * this.nsPerByte + (held > 0 ? this.residue : 0);
    const whole = Math.floor(exact);
    this.residue = exact - whole;
    const departure = (held > 0 ? this.busyUntil : now) + whole;
    this.busyUntil = departure;
    const wasEmpty = this.head === this.tail;
    this.append(p, departure);
    if (wasEmpty) this.events.arm(this.arrivalId, departure + this.propagation);
  }

  fire(kind: number): void {
    if (kind === ARRIVAL) this.arrive();
    else if (this.transmitter !== null) this.transmitter.fire();
    else this.depart();
  }

  private isFull(held: number, size: number): boolean {
    if (held > this.maxPackets) return true;
    if (this.maxBytes === Infinity) return false;
    return this.waitingBytes() + size > this.maxBytes;
  }

  /** One-event path, settled, with a packet in service: what waits behind it. */
  private waitingBytes(): number {
    return this.acceptedBytes - this.departures[2 * (this.departed & this.mask) + 1]!;
  }

  /** The first packet on the wire reaches the far end. */
  private arrive(): void {
    const at = this.head & this.mask;
    const p = this.packets[at]!;
    this.packets[at] = null;
    if (this.departed === this.head) this.departed++;
    this.head++;
    if (this.head !== this.tail)
      this.events.arm(this.arrivalId, this.departures[2 * (this.head & this.mask)]! + this.propagation);
    if (this.filter !== null) {
      const reason = this.filter.judge(p);
      if (reason !== Drop.none) {
        this.drop(p, reason);
        return;
      }
    }
    this.deliveredPackets++;
    this.deliveredBytes += p.size;
    this.fingerprint.mix(this.number ^ (p.size << 16), p.seq ^ p.ack);
    if (this.tap !== null) this.tap.onArrive(p, this);
    this.to.receive(p, this);
  }

  /** One-event path: moves past the packets that have left the transmitter by now (departures precede arrivals). */
  private settle(): void {
    const { now } = this.events;
    const { departures, mask, tail } = this;
    let { departed } = this;
    while (departed !== tail && departures[2 * (departed & mask)]! <= now) departed++;
    this.departed = departed;
  }

  private append(p: Packet, departure: Nanos): void {
    if (this.tail - this.head > this.mask) this.grow();
    const at = this.tail & this.mask;
    this.packets[at] = p;
    this.departures[2 * at] = departure;
    this.departures[2 * at + 1] = this.acceptedBytes;
    this.tail++;
  }

  private grow(): void {
    const size = this.mask < 0 ? INITIAL_RING : 2 * (this.mask + 1);
    const packets: (Packet | null)[] = [];
    const departures: number[] = [];
    const held = this.tail - this.head;
    for (let i = 0; i < size; i++) {
      const from = (this.head + i) & this.mask;
      packets.push(i < held ? this.packets[from]! : null);
      // a double from the start, so that the array is one of unboxed doubles
      departures.push(i < held ? this.departures[2 * from]! : -0.5);
      departures.push(i < held ? this.departures[2 * from + 1]! : -0.5);
    }
    this.departed -= this.head;
    this.head = 0;
    this.tail = held;
    this.mask = size - 1;
    this.packets = packets;
    this.departures = departures;
  }

  // Two-event path

  private sendQueued(p: Packet): void {
    const queue = this.queue!;
    const refused = this.refusal(p, queue);
    if (refused !== Drop.none) {
      this.refuse(p, refused);
      return;
    }
    this.acceptedPackets++;
    this.acceptedBytes += p.size;
    if (this.transmitter !== null) this.transmitter.wake();
    else if (this.inService === null) this.transmitNext(0);
  }

  private depart(): void {
    const hadPacket = this.inService !== null;
    if (hadPacket) this.launch();
    this.transmitNext(hadPacket ? this.residue : 0);
  }

  private transmitNext(residue: number): void {
    const p = this.pull();
    const now = this.events.now;
    if (p === null) {
      const { readyAt } = this;
      if (readyAt !== Infinity) this.events.armFirst(this.departureId, Math.max(readyAt, now));
      return;
    }
    const exact = p.size * this.nsPerByte + residue;
    const whole = Math.floor(exact);
    this.residue = exact - whole;
    this.events.armFirst(this.departureId, now + whole);
  }

  get readyAt(): Nanos {
    return this.queue!.readyAt ?? Infinity;
  }

  pull(): Packet | null {
    return (this.inService = this.queue!.pop());
  }

  launch(): void {
    const p = this.inService!;
    this.inService = null;
    this.busyUntil = this.events.now;
    if (this.wire === null) this.propagate(p);
    else this.wire.take(p);
  }

  propagate(p: Packet): void {
    const wasEmpty = this.head === this.tail;
    this.append(p, this.events.now);
    this.departed = this.tail;
    if (wasEmpty) this.events.arm(this.arrivalId, this.events.now + this.propagation);
  }

  private refuse(p: Packet, reason: Drop): void {
    this.refusedPackets++;
    this.drop(p, reason);
  }

  /** The queue discipline drops a packet that it had taken. */
  discard(p: Packet, reason: Drop): void {
    this.discardedPackets++;
    this.discardedBytes += p.size;
    this.drop(p, reason);
  }

  /** Counts and returns a packet that this link, its buffer or its wire dropped. */
  drop(p: Packet, reason: Drop): void {
    if (this.drops === NO_DROPS) this.drops = [...NO_DROPS];
    (this.drops as number[])[reason]!++;
    this.droppedPackets++;
    if (this.tap !== null) this.tap.onDrop(p, this, reason);
    this.pool.give(p);
  }

  private refusal(p: Packet, queue: Queue): Drop {
    const busy = this.inService !== null || this.transmitter?.isReady === false;
    if (this.admission !== null) {
      const refused = this.admission.admit(p, queue.packets, queue.bytes, busy ? -1 : this.busyUntil);
      if (refused !== Drop.none) return refused;
    } else if (busy && (queue.packets >= this.maxPackets || queue.bytes + p.size > this.maxBytes)) return Drop.overflow;
    return queue.push(p);
  }
}

const UNLIMITED = { maxPackets: Infinity, maxBytes: Infinity };
