import { type Address, type Packet, type PacketPool, Protocol, type WireContent } from '../core/packet';
import { DST, INTS, TTL } from '../core/packet-row';
import { echoReply, timeExceeded } from './icmp';
import type { Link } from './link';
import { type Middlebox, MiddleboxChain, Verdict } from './middlebox';
import { Drop, NO_DROPS } from './queue';
import type { Simulation } from './simulation';

/** A transport protocol of a node: what packets for its own address are handed to. */
export interface Transport {
  /** Takes ownership of `p`. */
  receive(p: Packet): void;
  /** The node has failed: all state but what listens is lost, and no peer is told. */
  crash?(): void;
}

export { type Middlebox, Verdict } from './middlebox';

/** Whether only who takes the packet can tell that it was changed. */
function hasNoChecksum({ payload }: Packet): boolean {
  return (payload as Partial<WireContent> | null)?.noChecksum === true;
}

/** A host or router: addresses, links, next hops, transports. One class for every role. */
export class Node {
  // What every hop reads is assigned first, so that it is in one or two lines of the cache.
  middlebox: Middlebox | null = null;
  up = true;
  address: Address = -1;
  /** The link towards each address but its own, as far as there is one; null for a node with one link, which needs none. */
  private routes: (Link | undefined)[] | null = null;
  links: Link[] = [];
  readonly transports: (Transport | null)[] = [null, null, null, null, null, null];
  /** Packets dropped here, by `Drop` reason. */
  drops: readonly number[] = NO_DROPS;
  private readonly pool: PacketPool;
  readonly simulation: Simulation;
  readonly name: string;

  constructor(simulation: Simulation, name: string) {
    this.pool = simulation.pool;
    this.simulation = simulation;
    this.name = name;
  }

  attach(link: Link): void {
    // a first push would make room for 17: hosts are many, and have one
    if (this.links.length === 0) this.links = [link];
    else this.links.push(link);
  }

  /** Puts `middlebox` on this node, after those that are there: each sees what the ones before it let pass. */
  addMiddlebox(middlebox: Middlebox): void {
    if (this.middlebox === null) this.middlebox = middlebox;
    else if (this.middlebox instanceof MiddleboxChain) this.middlebox.add(middlebox);
    else this.middlebox = new MiddleboxChain(this.middlebox, middlebox);
  }

  /** Sets the next hops, by destination address: an index into `links`, or -1. */
  setRoutes(nextHop: Int32Array | null): void {
    this.routes =
      nextHop === null ? null : Array.from(nextHop, (hop, a) => (this.owns(a) ? undefined : this.links[hop]));
  }

  private owns(address: Address): boolean {
    return this.simulation.ownerOf(address) === this;
  }

  /** The link towards `address`, or null. */
  linkTo(address: Address): Link | null {
    return (this.routes === null ? this.links[0] : this.routes[address]) ?? null;
  }

  /** The node fails: from now on it loses every packet, and all that its transports and middleboxes knew. */
  fail(): void {
    this.up = false;
    for (const transport of this.transports) transport?.crash?.();
    this.middlebox?.restart?.();
  }

  /** It is back, knowing nothing. */
  restart(): void {
    this.up = true;
  }

  /** Packet number `id` arrives over a link. What is only forwarded is not looked at (`PacketPool`). */
  receive(id: number, from: Link): void {
    const { routes, pool } = this;
    if (this.middlebox !== null || this.up === false) {
      const p = pool.unfold(id);
      if (!this.passes(p, from)) return;
      if (p.dst === this.address) this.deliver(p);
      else this.forward(p);
      return;
    }
    const { ints } = pool;
    const at = id << INTS;
    const dst = ints[at | DST]!;
    if (dst === this.address) {
      this.deliver(pool.unfold(id));
      return;
    }
    const link = routes === null ? undefined : routes[dst];
    const ttl = ints[at | TTL]!;
    if (link !== undefined && ttl > 1) {
      ints[at | TTL] = ttl - 1;
      link.take(id);
    } else this.forward(pool.unfold(id));
  }

  /** A transport of this node sends a packet. */
  send(p: Packet): void {
    if (this.middlebox !== null || this.up === false) {
      if (!this.passes(p, null)) return;
    }
    if (p.dst === this.address) this.deliver(p);
    else {
      // the first hop is that to the next node, not that to this one
      if (this.routes !== null) p.ttl++;
      this.forward(p);
    }
  }

  /** Sends `p` on towards its destination; the middlebox is not asked again. */
  forward(p: Packet): void {
    const { routes } = this;
    if (routes === null) {
      if (this.links.length === 0) this.drop(p, Drop.unroutable);
      else this.links[0]!.send(p);
      return;
    }
    const link = routes[p.dst];
    if (link !== undefined) {
      if (--p.ttl <= 0) this.expire(p);
      else link.send(p);
    } else if (this.owns(p.dst)) this.deliver(p);
    else this.drop(p, Drop.unroutable);
  }

  /** Hands `p` to its transport. */
  deliver(p: Packet): void {
    const transport = this.transports[p.protocol]!;
    if (p.corrupt && !hasNoChecksum(p)) this.drop(p, Drop.corrupt);
    else if (transport !== null) transport.receive(p);
    else {
      const reply = p.protocol === Protocol.icmp ? echoReply(this, p) : null;
      if (reply === null) this.drop(p, Drop.unroutable);
      else {
        this.pool.give(p);
        this.send(reply);
      }
    }
  }

  /** Drops `p`, which has used up its hops here, and tells its source (RFC 1812 section 5.3.1). */
  expire(p: Packet): void {
    const error = timeExceeded(this, p);
    this.drop(p, Drop.unroutable);
    if (error !== null) this.send(error);
  }

  drop(p: Packet, reason: Drop): void {
    this.noteDrop(reason);
    this.pool.give(p);
  }

  /** Counts a packet that a transport of this node refuses, and gives back itself. */
  noteDrop(reason: Drop): void {
    if (this.drops === NO_DROPS) this.drops = [...NO_DROPS];
    (this.drops as number[])[reason]!++;
  }

  private passes(p: Packet, from: Link | null): boolean {
    if (!this.up) {
      this.drop(p, Drop.outage);
      return false;
    }
    const verdict = this.middlebox!.onPacket(p, from);
    if (verdict === Verdict.drop) this.drop(p, Drop.filtered);
    return verdict === Verdict.forward;
  }
}
