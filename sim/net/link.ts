import type { EventQueue, EventSource, Nanos, Wakeup } from '../core/event-queue';
import { type Packet, type PacketPool } from '../core/packet';
import { CONTENT, DEPARTS_AT, DOUBLES, INTS, NEXT, NONE, SIZE } from '../core/packet-row';
import type { Fingerprint } from '../stats/fingerprint';
import type { NamedImpairment, PacketFilter } from './impairment';
import type { LinkTap } from './link-tap';
import type { Node } from './node';
import { ZERO } from '../core/zero';
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

/** A buffer without limit holds so many: a small integer, unlike Infinity. */
const MOST_PACKETS = 2 ** 30;

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
  // What every hop reads is assigned first, so that it is in few lines of the cache.
  readonly events: EventQueue;
  private readonly pool: PacketPool;
  // The list, by packet number: [head, departing) is on the wire, [departing, tail] in the transmitter and the buffer.
  private head: number;
  private tail: number;
  /** NONE if all have departed. */
  private departing: number;
  /** How many have not departed, as far as was looked (`settle`). */
  private undeparted: number;
  private readonly arrival: Wakeup;
  /** Nanoseconds, one way, of what remains constant of the delay. */
  private readonly propagation: Nanos;
  tap: LinkTap | null;
  /** Packets and bytes taken into the buffer or the transmitter; packets handed to the far node. */
  deliveredPackets: number;
  acceptedPackets: number;
  acceptedBytes: number;
  /** When the transmitter falls idle; the fraction of a nanosecond it is behind. */
  private busyUntil: Nanos;
  private residue: number;
  private readonly nanosPerByte: number;
  /** Whether a hop costs one event and nobody is asked. */
  private readonly isPlain: boolean;
  /** Whether the buffer wants to know the bytes that wait; their departures are counted only then. */
  private readonly countsBytes: boolean;
  /** One-event path: with how many undeparted ones the buffer may be full. At first 0: V8 is to see `refuses` before it compiles. */
  private fullFrom: number;
  private readonly filter: PacketFilter | null;
  private readonly fingerprint: Fingerprint;
  private readonly number: number;
  readonly to: Node;
  private readonly queue: Queue | null;
  private readonly admission: Admission | null;
  private departedBytes: number;

  readonly from: Node;
  readonly rate: number;
  readonly delay: Nanos;
  /** Packets dropped, by `Drop` reason. */
  drops: readonly number[];
  droppedPackets: number;
  private refusedPackets: number;
  markedPackets: number;
  /** Packets and bytes that the queue discipline dropped after having taken them. */
  private discardedPackets: number;
  private discardedBytes: number;
  private readonly maxPackets: number;
  private readonly maxBytes: number;
  private readonly wire: Wire | null;
  private readonly transmitter: Transmitter | null;
  /** The event of the two-event path, and the packet in its transmitter. */
  readonly departure: Wakeup;
  inService: Packet | null;

  constructor(simulation: Simulation, from: Node, to: Node, options: LinkOptions) {
    this.events = simulation.events;
    this.pool = simulation.pool;
    this.head = this.tail = this.departing = NONE;
    this.arrival = this.events.register(this, ARRIVAL);
    this.tap = null;
    this.undeparted = this.deliveredPackets = this.acceptedPackets = this.fullFrom = 0;
    this.acceptedBytes = this.busyUntil = this.residue = ZERO;
    this.nanosPerByte = 8e9 / options.rate;
    this.fingerprint = simulation.fingerprint;
    this.number = simulation.links.length;
    this.to = to;
    this.from = from;
    this.rate = options.rate;
    this.delay = options.delay;
    const { filter, wire, delay, makeTransmitter } = assemble(simulation, this, options.impairments ?? []);
    this.propagation = delay;
    this.filter = filter;
    const buffer = options.queue(new LinkQueueHost(this, simulation, options.bdp ?? 0));
    const isExpress = buffer.kind !== 'queue' && options.express !== false && wire === null && makeTransmitter === null;
    this.maxPackets = buffer.kind === 'drop-tail' ? Math.min(buffer.maxPackets, MOST_PACKETS) : MOST_PACKETS;
    this.maxBytes = buffer.kind === 'drop-tail' ? buffer.maxBytes : Infinity;
    this.isPlain = isExpress && buffer.kind === 'drop-tail';
    this.countsBytes = this.maxBytes !== Infinity || buffer.kind === 'admission';
    this.queue = buffer.kind === 'queue' ? buffer.queue : isExpress ? null : new Fifo(this.events, UNLIMITED);
    this.admission = buffer.kind === 'admission' ? buffer.admission : null;
    this.departedBytes = ZERO;
    this.drops = NO_DROPS;
    this.droppedPackets = this.refusedPackets = this.markedPackets = this.discardedPackets = this.discardedBytes = 0;
    this.wire = wire;
    this.inService = null;
    this.departure = isExpress ? this.arrival : this.events.register(this, DEPARTURE);
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
      return this.acceptedPackets - this.undeparted;
    }
    return this.acceptedPackets - this.queue.packets - this.discardedPackets - (this.inService === null ? 0 : 1);
  }

  /** Bytes that have left the transmitter. */
  get transmittedBytes(): number {
    if (this.queue === null) {
      this.settle();
      return this.acceptedBytes - this.undepartedBytes();
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
    let listed = 0;
    for (let id = this.head; id !== NONE; id = this.after(id)) listed++;
    if (this.queue === null) return listed;
    return listed + (this.wire?.held ?? 0) + this.queue.packets + (this.inService === null ? 0 : 1);
  }

  /** Shows each packet on its way to the far end and how far it has come, 0 to 1; those in impairments are not seen. */
  visitWire(visit: (p: Packet, progress: number) => void): void {
    if (this.queue === null) this.settle();
    const { doubles } = this.pool;
    const { propagation } = this;
    for (let id = this.head; id !== this.departing; id = this.after(id)) {
      const gone = this.events.now - doubles[(id << DOUBLES) | DEPARTS_AT]!;
      visit(this.pool.unfold(id), propagation === 0 ? 1 : gone / propagation);
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
    return bytes * this.nanosPerByte;
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
    if (this.isPlain === true && this.tap === null) this.accept(id);
    else this.send(this.pool.unfold(id));
  }

  /** One-event path. */
  private accept(id: number): void {
    const { pool } = this;
    const size = pool.ints[(id << INTS) | SIZE]!;
    const { now } = this.events;
    const { busyUntil } = this;
    let begins = now;
    let exact = size * this.nanosPerByte;
    if (busyUntil > now) {
      // how many wait is looked at only if it can be too many
      if (this.undeparted >= this.fullFrom && this.refuses(id, size)) return;
      exact += this.residue;
      begins = busyUntil;
    }
    const whole = Math.floor(exact);
    this.residue = exact - whole;
    const departure = begins + whole;
    this.busyUntil = departure;
    this.acceptedPackets++;
    this.acceptedBytes += size;
    pool.doubles[(id << DOUBLES) | DEPARTS_AT] = departure;
    if (this.undeparted++ === 0) this.departing = id;
    this.append(id);
  }

  /** One-event path, busy: whether packet `id` of `size` bytes is too much, and dropped. The one in service is not counted. */
  private refuses(id: number, size: number): boolean {
    this.settle();
    if (!this.countsBytes) this.fullFrom = this.maxPackets + 1;
    const fits = !this.countsBytes || this.waitingBytes() + size <= this.maxBytes;
    if (fits && this.undeparted <= this.maxPackets) return false;
    this.refuse(this.pool.unfold(id), Drop.overflow);
    return true;
  }

  /** One-event path: whether `admission` takes `p`, which is dropped otherwise. */
  private isAdmitted(p: Packet, admission: Admission): boolean {
    this.settle();
    const refused =
      this.undeparted > 0
        ? admission.admit(p, this.undeparted - 1, this.waitingBytes(), -1)
        : admission.admit(p, 0, 0, this.busyUntil);
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
    return this.undepartedBytes() - this.pool.ints[(this.departing << INTS) | SIZE]!;
  }

  /** One-event path, settled: what waits and what is in service. */
  private undepartedBytes(): number {
    if (this.countsBytes) return this.acceptedBytes - this.departedBytes;
    let bytes = 0;
    for (let id = this.departing; id !== NONE; id = this.after(id)) bytes += this.pool.ints[(id << INTS) | SIZE]!;
    return bytes;
  }

  /** The first packet on the wire reaches the far end. */
  private arrive(): void {
    const id = this.head;
    const { ints } = this.pool;
    const at = id << INTS;
    const next = this.tail === id ? NONE : ints[at | NEXT]!;
    const size = ints[at | SIZE]!;
    const content = ints[at | CONTENT]!;
    this.head = next;
    if (this.departing === id) this.leaveTransmitter(next);
    if (next === NONE) this.tail = NONE;
    else this.expect(next);
    if (this.filter !== null) {
      const p = this.pool.unfold(id);
      const reason = this.filter.judge(p);
      if (reason !== Drop.none) {
        this.drop(p, reason);
        return;
      }
    }
    this.deliveredPackets++;
    this.fingerprint.mix(this.number ^ (size << 16), content);
    if (this.tap !== null) this.tap.onArrive(this.pool.unfold(id), this);
    this.to.receive(id, this);
  }

  /** One-event path: moves past the packets that have left the transmitter by now (departures precede arrivals). */
  private settle(): void {
    const { now } = this.events;
    const { doubles } = this.pool;
    while (this.undeparted > 0 && doubles[(this.departing << DOUBLES) | DEPARTS_AT]! <= now) {
      this.leaveTransmitter(this.after(this.departing));
    }
  }

  /** One-event path: the packet in service has left the transmitter, and `next` follows. */
  private leaveTransmitter(next: number): void {
    if (this.countsBytes === true) this.departedBytes += this.pool.ints[(this.departing << INTS) | SIZE]!;
    this.undeparted--;
    this.departing = next;
  }

  private append(id: number): void {
    const { tail } = this;
    this.tail = id;
    if (tail === NONE) {
      this.head = id;
      this.expect(id);
    } else this.pool.ints[(tail << INTS) | NEXT] = id;
  }

  /** Packet `id` is the next to arrive. */
  private expect(id: number): void {
    const { arrival } = this;
    arrival.at = this.pool.doubles[(id << DOUBLES) | DEPARTS_AT]! + this.propagation;
    this.events.enter(arrival);
  }

  /** The next on the list, or NONE. */
  private after(id: number): number {
    return id === this.tail ? NONE : this.pool.ints[(id << INTS) | NEXT]!;
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
      if (readyAt !== Infinity) this.events.armFirst(this.departure, Math.max(readyAt, now));
      return;
    }
    const exact = this.serialisation(p.size) + residue;
    const whole = Math.floor(exact);
    this.residue = exact - whole;
    this.events.armFirst(this.departure, now + whole);
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
    this.pool.fold(p);
    this.pool.doubles[(p.id << DOUBLES) | DEPARTS_AT] = this.events.now;
    this.append(p.id);
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
