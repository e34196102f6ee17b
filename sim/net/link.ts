import type { EventQueue, EventSource, Nanos } from '../core/event-queue';
import type { NumberTable } from '../core/number-table';
import { CONTENT, DEPARTS_AT, INTS, NEXT, NONE, type Packet, type PacketPool, ROW, SIZE } from '../core/packet';
import type { Fingerprint } from '../stats/fingerprint';
import type { NamedImpairment, PacketFilter } from './impairment';
import {
  ACCEPTED_BYTES,
  BUSY_UNTIL,
  DELIVERED_BYTES,
  DEPARTED_BYTES,
  LINK_ROW,
  MAX_PACKETS,
  NS_PER_BYTE,
  PROPAGATION,
  RESIDUE,
} from './link-row';
import type { LinkTap } from './link-tap';
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

const ARRIVAL = 0;
const DEPARTURE = 1;

/**
 * One direction of a link: buffer, transmitter, wire.
 *
 * Packets between transmitter and far end stand in a list, and only the first of them has an event. If the buffer decides
 * on arrival and serves in order (drop-tail, RED), the departure is computed when the packet arrives and a hop costs one
 * event; packets in the buffer then stand in the same list, from `departing` on. Otherwise the transmitter has an event of
 * its own. Departures precede arrivals at the same instant on both paths.
 *
 * Impairments that only judge packets do so at the far end, on either path. Those that take time stand in a `Wire` between
 * the transmitter and the ring; those that change the rate bring a `Transmitter`. Both need the two-event path.
 */
export class Link implements EventSource, TransmitterPort, WireEnd {
  // What every hop reads stands first, so that it is in few lines of the cache.
  readonly events: EventQueue;
  private readonly rows: NumberTable;
  private readonly row: number;
  private readonly pool: PacketPool;
  /** Packets taken into the buffer or the transmitter; handed to the far node. */
  acceptedPackets = 0;
  deliveredPackets = 0;

  // The list, by packet number: [head, departing) is on the wire, [departing, tail] in the transmitter and the buffer.
  private head = NONE;
  private tail = NONE;
  /** NONE if all have departed. */
  private departing = NONE;
  private listed = 0;
  /** Of these, how many have not departed, as far as was looked (`settle`). */
  private undeparted = 0;

  private readonly arrivalId: number;
  tap: LinkTap | null = null;
  private readonly queue: Queue | null;
  private readonly admission: Admission | null;
  private readonly limitsBytes: boolean;
  private readonly filter: PacketFilter | null;
  private readonly fingerprint: Fingerprint;
  private readonly number: number;
  readonly to: Node;

  readonly from: Node;
  readonly rate: number;
  readonly delay: Nanos;
  /** Packets dropped, by `Drop` reason. */
  drops: readonly number[] = NO_DROPS;
  droppedPackets = 0;
  private refusedPackets = 0;
  markedPackets = 0;
  /** Packets and bytes that the queue discipline dropped after having taken them. */
  private discardedPackets = 0;
  private discardedBytes = 0;
  private readonly maxBytes: number;
  private readonly wire: Wire | null;
  private readonly transmitter: Transmitter | null;
  /** The event of the two-event path, and the packet in its transmitter. */
  readonly departureId: number;
  inService: Packet | null = null;

  constructor(simulation: Simulation, from: Node, to: Node, options: LinkOptions) {
    this.from = from;
    this.to = to;
    this.events = simulation.events;
    this.rows = simulation.linkRows;
    this.row = LINK_ROW * this.rows.add();
    this.pool = simulation.pool;
    this.fingerprint = simulation.fingerprint;
    this.number = simulation.links.length;
    this.rate = options.rate;
    this.delay = options.delay;
    const { filter, wire, delay, makeTransmitter } = assemble(simulation, this, options.impairments ?? []);
    this.filter = filter;
    this.wire = wire;
    const buffer = options.queue(new LinkQueueHost(this, simulation, options.bdp ?? 0));
    this.admission = buffer.kind === 'admission' ? buffer.admission : null;
    this.maxBytes = buffer.kind === 'drop-tail' ? buffer.maxBytes : Infinity;
    this.limitsBytes = this.maxBytes !== Infinity;
    const { doubles } = this.rows;
    doubles[this.row + PROPAGATION] = delay;
    doubles[this.row + NS_PER_BYTE] = 8e9 / options.rate;
    doubles[this.row + MAX_PACKETS] = buffer.kind === 'drop-tail' ? buffer.maxPackets : Infinity;
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

  /** Bytes taken into the buffer or the transmitter. */
  get acceptedBytes(): number {
    return this.rows.doubles[this.row + ACCEPTED_BYTES]!;
  }

  /** Bytes handed to the far node. */
  get deliveredBytes(): number {
    return this.rows.doubles[this.row + DELIVERED_BYTES]!;
  }

  /** Packets that have left the transmitter: packet-hops. */
  get transmittedPackets(): number {
    if (this.queue === null) {
      this.settle();
      return this.acceptedPackets - this.undeparted;
    }
    return this.acceptedPackets - this.queue.packets - this.discardedPackets - (this.inService === null ? 0 : 1);
  }

  /** Bytes that have left the transmitter. */
  get transmittedBytes(): number {
    if (this.queue === null) {
      this.settle();
      return this.rows.doubles[this.row + DEPARTED_BYTES]!;
    }
    return this.acceptedBytes - this.queue.bytes - this.discardedBytes - (this.inService?.size ?? 0);
  }

  /** Packets waiting, the one in service not counted. */
  get queuedPackets(): number {
    if (this.queue !== null) return this.queue.packets;
    this.settle();
    return this.undeparted > 0 ? this.undeparted - 1 : 0;
  }

  /** Bytes waiting, the packet in service not counted. */
  get queuedBytes(): number {
    if (this.queue !== null) return this.queue.bytes;
    this.settle();
    return this.undeparted > 0 ? this.waitingBytes() : 0;
  }

  /** Packets held anywhere in the link: buffer, transmitter, wire. */
  get heldPackets(): number {
    if (this.queue === null) return this.listed;
    return this.listed + (this.wire?.held ?? 0) + this.queue.packets + (this.inService === null ? 0 : 1);
  }

  /** Shows each packet on its way to the far end and how far it has come, 0 to 1; those in impairments are not seen. */
  visitWire(visit: (p: Packet, progress: number) => void): void {
    if (this.queue === null) this.settle();
    const { doubles, ints } = this.pool.rows;
    const propagation = this.rows.doubles[this.row + PROPAGATION]!;
    let id = this.head;
    for (let i = this.listed - this.undeparted; i > 0; i--) {
      const gone = this.events.now - doubles[id * ROW + DEPARTS_AT]!;
      visit(this.pool.unfold(id), propagation === 0 ? 1 : gone / propagation);
      id = ints[id * INTS + NEXT]!;
    }
  }

  /** Packets that came into being on the wire. */
  get duplicatedPackets(): number {
    return this.wire?.duplicated ?? 0;
  }

  /** Bytes that could have been transmitted since the beginning. */
  get capacityBytes(): number {
    return this.transmitter?.capacity ?? this.events.now / this.serialisation(1);
  }

  /** Time a packet of `bytes` takes to be transmitted, not rounded. */
  serialisation(bytes: number): number {
    return bytes * this.rows.doubles[this.row + NS_PER_BYTE]!;
  }

  /** Takes ownership of `p`, which a transport or a middlebox sends. */
  send(p: Packet): void {
    if (this.tap !== null) this.tap.onSend(p, this);
    if (this.queue !== null) this.sendQueued(p);
    else if (this.admission === null || this.isAdmitted(p, this.admission)) {
      this.pool.fold(p);
      this.accept(p.id);
    }
  }

  /** Takes ownership of packet number `id`, which a router forwards. */
  take(id: number): void {
    if (this.tap === null && this.queue === null && this.admission === null) this.accept(id);
    else this.send(this.pool.unfold(id));
  }

  /** One-event path. */
  private accept(id: number): void {
    const size = this.pool.rows.ints[id * INTS + SIZE]!;
    const { doubles } = this.rows;
    const { row } = this;
    const { now } = this.events;
    let begins = now;
    let exact = size * doubles[row + NS_PER_BYTE]!;
    const busyUntil = doubles[row + BUSY_UNTIL]!;
    if (busyUntil > now) {
      // how many wait is looked at only if it can be too many
      if ((this.limitsBytes || this.listed > doubles[row + MAX_PACKETS]!) && this.isFull(size)) {
        this.refuse(this.pool.unfold(id), Drop.overflow);
        return;
      }
      exact += doubles[row + RESIDUE]!;
      begins = busyUntil;
    }
    const whole = Math.floor(exact);
    doubles[row + RESIDUE] = exact - whole;
    const departure = begins + whole;
    doubles[row + BUSY_UNTIL] = departure;
    this.acceptedPackets++;
    doubles[row + ACCEPTED_BYTES]! += size;
    this.pool.rows.doubles[id * ROW + DEPARTS_AT] = departure;
    if (this.undeparted++ === 0) this.departing = id;
    if (this.append(id)) this.events.arm(this.arrivalId, departure + doubles[row + PROPAGATION]!);
  }

  /** One-event path, busy: whether one of `size` more is too many. The one in service is not counted. */
  private isFull(size: number): boolean {
    this.settle();
    if (this.undeparted > this.rows.doubles[this.row + MAX_PACKETS]!) return true;
    return this.limitsBytes && this.waitingBytes() + size > this.maxBytes;
  }

  /** One-event path: whether `admission` takes `p`, which is dropped otherwise. */
  private isAdmitted(p: Packet, admission: Admission): boolean {
    this.settle();
    const refused =
      this.undeparted > 0
        ? admission.admit(p, this.undeparted - 1, this.waitingBytes(), -1)
        : admission.admit(p, 0, 0, this.rows.doubles[this.row + BUSY_UNTIL]!);
    if (refused !== Drop.none) this.refuse(p, refused);
    return refused === Drop.none;
  }

  fire(kind: number): void {
    if (kind === ARRIVAL) this.arrive();
    else if (this.transmitter !== null) this.transmitter.fire();
    else this.depart();
  }

  /** One-event path, settled, with a packet in service: what waits behind it. */
  private waitingBytes(): number {
    const { doubles } = this.rows;
    const inService = this.pool.rows.ints[this.departing * INTS + SIZE]!;
    return doubles[this.row + ACCEPTED_BYTES]! - doubles[this.row + DEPARTED_BYTES]! - inService;
  }

  /** The first packet on the wire reaches the far end. */
  private arrive(): void {
    const id = this.head;
    const { doubles, ints } = this.pool.rows;
    const at = id * INTS;
    const size = ints[at + SIZE]!;
    if (this.departing === id) this.leaveTransmitter();
    const next = ints[at + NEXT]!;
    this.head = next;
    if (--this.listed > 0) {
      const departure = doubles[next * ROW + DEPARTS_AT]!;
      this.events.arm(this.arrivalId, departure + this.rows.doubles[this.row + PROPAGATION]!);
    }
    if (this.filter !== null) {
      const p = this.pool.unfold(id);
      const reason = this.filter.judge(p);
      if (reason !== Drop.none) {
        this.drop(p, reason);
        return;
      }
    }
    this.deliveredPackets++;
    this.rows.doubles[this.row + DELIVERED_BYTES]! += size;
    this.fingerprint.mix(this.number ^ (size << 16), ints[at + CONTENT]!);
    if (this.tap !== null) this.tap.onArrive(this.pool.unfold(id), this);
    this.to.receive(id, this);
  }

  /** One-event path: moves past the packets that have left the transmitter by now (departures precede arrivals). */
  private settle(): void {
    const { now } = this.events;
    const { doubles } = this.pool.rows;
    while (this.undeparted > 0 && doubles[this.departing * ROW + DEPARTS_AT]! <= now) this.leaveTransmitter();
  }

  /** One-event path: the packet in service has left the transmitter. */
  private leaveTransmitter(): void {
    const { ints } = this.pool.rows;
    const at = this.departing * INTS;
    this.rows.doubles[this.row + DEPARTED_BYTES]! += ints[at + SIZE]!;
    this.departing = --this.undeparted > 0 ? ints[at + NEXT]! : NONE;
  }

  /** Whether it is now the only one on the list. */
  private append(id: number): boolean {
    const wasEmpty = this.listed++ === 0;
    if (wasEmpty) this.head = id;
    else this.pool.rows.ints[this.tail * INTS + NEXT] = id;
    this.tail = id;
    return wasEmpty;
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
    this.rows.doubles[this.row + ACCEPTED_BYTES]! += p.size;
    if (this.transmitter !== null) this.transmitter.wake();
    else if (this.inService === null) this.transmitNext(0);
  }

  private depart(): void {
    const hadPacket = this.inService !== null;
    if (hadPacket) this.launch();
    this.transmitNext(hadPacket ? this.rows.doubles[this.row + RESIDUE]! : 0);
  }

  private transmitNext(residue: number): void {
    const p = this.pull();
    const now = this.events.now;
    if (p === null) {
      const { readyAt } = this;
      if (readyAt !== Infinity) this.events.armFirst(this.departureId, Math.max(readyAt, now));
      return;
    }
    const exact = this.serialisation(p.size) + residue;
    const whole = Math.floor(exact);
    this.rows.doubles[this.row + RESIDUE] = exact - whole;
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
    this.rows.doubles[this.row + BUSY_UNTIL] = this.events.now;
    if (this.wire === null) this.propagate(p);
    else this.wire.take(p);
  }

  propagate(p: Packet): void {
    const { now } = this.events;
    this.pool.fold(p);
    this.pool.rows.doubles[p.id * ROW + DEPARTS_AT] = now;
    if (this.append(p.id)) this.events.arm(this.arrivalId, now + this.rows.doubles[this.row + PROPAGATION]!);
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
      const refused = this.admission.admit(
        p,
        queue.packets,
        queue.bytes,
        busy ? -1 : this.rows.doubles[this.row + BUSY_UNTIL]!,
      );
      if (refused !== Drop.none) return refused;
    } else if (
      busy &&
      (queue.packets >= this.rows.doubles[this.row + MAX_PACKETS]! || queue.bytes + p.size > this.maxBytes)
    )
      return Drop.overflow;
    return queue.push(p);
  }
}

const UNLIMITED = { maxPackets: Infinity, maxBytes: Infinity };
