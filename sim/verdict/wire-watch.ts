import type { Address, Packet } from '../core/packet';
import type { Link } from '../net/link';
import type { LinkTap } from '../net/link-tap';
import type { Node } from '../net/node';
import type { Drop } from '../net/queue';
import type { Simulation } from '../net/simulation';
import { Encapsulated } from '../tunnel/tunnel';
import type { PacketRef } from './packet-ref';

/** Both ends of a packet, as it says itself. */
export interface Ends {
  readonly src: Address;
  readonly srcPort: number;
  readonly dst: Address;
  readonly dstPort: number;
}

/** One packet from the node that made it on, whatever is done to it on its way. */
export interface Trip {
  readonly origin: Node;
  /** As the node sent it. */
  readonly sent: Ends;
  readonly payload: unknown;
  readonly ref: PacketRef;
  /** As it arrived where it is now. */
  arrived: Ends & { readonly payload: unknown; readonly ttl: number };
  /** The node where it is; null: on a link. */
  at: Node | null;
}

/** Told what happens to packets. */
export interface WireListener {
  /** A node has made `p` and sends it. */
  sent(p: Packet, trip: Trip): void;
  /** `node` sends on what came to it, with other addresses, ports or content; `before` is how it came. */
  changed(p: Packet, trip: Trip, node: Node, before: Trip['arrived']): void;
  /** `node` has taken `p` in, and does not send it on; told once or twice. */
  taken(p: Packet, trip: Trip, node: Node): void;
  /** It goes on inside of `outer`, which the same node sends. `isNew`: it has been on no link before, and is as if sent now. */
  wrapped(p: Packet, trip: Trip, outer: Packet, around: Trip, isNew: boolean): void;
  /** A link has dropped it. */
  dropped(p: Packet, trip: Trip, link: Link): void;
}

/**
 * Follows every packet of a simulation over its links: who made it, who changed it on its way, who took it in. It reads the
 * packets alone, as a capture at every link does, and what became of each. It changes nothing in the run.
 */
export class WireWatch {
  /** Packets that have arrived over links so far: the number of the last frame. */
  frames = 0;
  private readonly trips = new Map<Packet, Trip>();
  /** What arrived last: what a node sends now may be its answer, before it lets go of the packet. */
  private last: { readonly p: Packet; readonly trip: Trip } | null = null;
  /** Packets out of the inside of others, before they are sent on. */
  private readonly unwrapped = new Set<Packet>();
  /** Packets that a node took in although they were for others, by what tells them apart. */
  private readonly swallowed = new Map<string, Trip>();

  constructor(
    private readonly simulation: Simulation,
    private readonly listener: WireListener,
  ) {
    for (const link of simulation.links) link.tap = new Tap(link.tap, this);
    const { pool } = simulation;
    const give = pool.give.bind(pool);
    const take = pool.take.bind(pool);
    pool.give = (p) => {
      this.given(p);
      give(p);
    };
    pool.take = () => {
      const p = take();
      this.trips.delete(p);
      this.unwrapped.delete(p);
      return p;
    };
    const copy = pool.copy.bind(pool);
    pool.copy = (from) => {
      const p = copy(from);
      // of a packet on a link it is a second one; of one on no link, what a tunnel carried
      if (!this.trips.has(from)) this.unwrapped.add(p);
      return p;
    };
  }

  send(p: Packet, link: Link): void {
    const trip = this.trips.get(p);
    if (trip === undefined) {
      this.begin(p, link);
      return;
    }
    const { arrived, at } = trip;
    trip.at = null;
    if (at !== null && isChanged(p, arrived)) this.listener.changed(p, trip, at, arrived);
  }

  private begin(p: Packet, link: Link): void {
    const isUnwrapped = this.unwrapped.delete(p);
    const before = isUnwrapped ? this.swallowed.get(identityOf(p)) : undefined;
    if (before !== undefined) {
      this.swallowed.delete(identityOf(p));
      before.at = null;
      this.trips.set(p, before);
      return;
    }
    const { last } = this;
    if (last !== null && last.trip.at === link.from) this.listener.taken(last.p, last.trip, link.from);
    const { ownerOf, events } = this.simulation;
    const origin = isUnwrapped ? ownerOf.call(this.simulation, p.src) : link.from;
    const made = tripOf(p, link, events.now, origin);
    this.trips.set(p, made);
    this.listener.sent(p, made);
    if (p.payload instanceof Encapsulated) this.wrap(p.payload.packet, p, made, link);
  }

  private wrap(inner: Packet, outer: Packet, around: Trip, link: Link): void {
    const key = identityOf(inner);
    const known = this.swallowed.get(key);
    const trip = known ?? { ...tripOf(inner, link, this.simulation.events.now), ref: around.ref };
    if (known === undefined) this.swallow(inner, trip);
    this.listener.wrapped(inner, trip, outer, around, known === undefined);
  }

  arrive(p: Packet, link: Link, nth: number): void {
    this.frames++;
    let trip = this.trips.get(p);
    // a packet that a link made twice: nobody sent it
    if (trip === undefined) this.trips.set(p, (trip = tripOf(p, link, this.simulation.events.now)));
    if (trip.ref.frame === 0) Object.assign(trip.ref, { frame: this.frames, nth, at: this.simulation.events.now });
    trip.at = link.to;
    trip.arrived = { ...endsOf(p), payload: p.payload, ttl: p.ttl };
    this.last = { p, trip };
  }

  drop(p: Packet, link: Link): void {
    const trip = this.trips.get(p);
    if (trip !== undefined) this.listener.dropped(p, trip, link);
  }

  private given(p: Packet): void {
    const trip = this.trips.get(p);
    if (trip === undefined) {
      this.unwrappedAtEnd(p);
      return;
    }
    if (this.last?.trip === trip) this.last = null;
    this.trips.delete(p);
    const { at } = trip;
    if (at === null) return;
    if (this.simulation.ownerOf(p.dst) !== at) this.swallow(p, trip);
    this.listener.taken(p, trip, at);
  }

  /** Out of a tunnel that ends where `p` is for. */
  private unwrappedAtEnd(p: Packet): void {
    const trip = this.unwrapped.has(p) ? this.swallowed.get(identityOf(p)) : undefined;
    if (trip === undefined) return;
    this.swallowed.delete(identityOf(p));
    this.listener.taken(p, trip, this.simulation.ownerOf(p.dst));
  }

  private swallow(p: Packet, trip: Trip): void {
    this.swallowed.set(identityOf(p), trip);
    if (this.swallowed.size > MOST_SWALLOWED) this.swallowed.delete(this.swallowed.keys().next().value!);
  }
}

class Tap implements LinkTap {
  private arrivals = 0;

  constructor(
    private readonly next: LinkTap | null,
    private readonly watch: WireWatch,
  ) {}

  onSend(p: Packet, link: Link): void {
    this.watch.send(p, link);
    this.next?.onSend(p, link);
  }

  onArrive(p: Packet, link: Link): void {
    this.watch.arrive(p, link, ++this.arrivals);
    this.next?.onArrive(p, link);
  }

  onDrop(p: Packet, link: Link, reason: Drop): void {
    this.watch.drop(p, link);
    this.next?.onDrop(p, link, reason);
  }
}

/** Packets inside of tunnels at a time, at most. */
const MOST_SWALLOWED = 10_000;

/** Tells a packet from others between the same ends. */
function identityOf({ src, srcPort, dst, dstPort, protocol, seq, ack, flags, length }: Packet): string {
  return `${protocol}|${src}:${srcPort}>${dst}:${dstPort}|${seq}|${ack}|${flags}|${length}`;
}

function tripOf(p: Packet, link: Link, now: number, origin = link.from): Trip {
  const sent = endsOf(p);
  const { payload, ttl } = p;
  const ref = { frame: 0, link: link.name, nth: 0, at: now };
  return { origin, sent, payload, ref, arrived: { ...sent, payload, ttl }, at: null };
}

function endsOf({ src, srcPort, dst, dstPort }: Packet): Ends {
  return { src, srcPort, dst, dstPort };
}

function isChanged(p: Packet, { src, srcPort, dst, dstPort, payload }: Trip['arrived']): boolean {
  return p.src !== src || p.dst !== dst || p.srcPort !== srcPort || p.dstPort !== dstPort || p.payload !== payload;
}
