import type { Nanos } from '../core/event-queue';
import { type Address, type Packet, Protocol } from '../core/packet';
import type { Link } from '../net/link';
import { Verdict } from '../net/node';
import { remoteKey } from './endpoint';
import { errorAbout, errorIn, icmpError, Unreachable } from '../net/icmp';
import { Mapping } from './mapping';
import { midcomControl } from './control';
import type { MidcomServer } from '../midcom/server';
import { NatAlg, type Pinholes } from './alg';
import { defineMiddlebox, type MiddleboxHost, type MiddleboxMetric, type NodeMiddlebox } from './middlebox';
import { natParams, type NatParams } from './params';
import { PortAssigner, type PublicEnd } from './ports';
import { count, DEPTH, StatefulMiddlebox } from './stateful';

/** In place of a remote end, in mappings that were opened for anybody. */
const OPENED = -1;

/**
 * A network address and port translator (RFC 4787, 5382, 5508, 7857). Packets from inside get a public source, packets to a
 * public address get the inside destination that they are for; between inside and inside, outside and outside, and to or
 * from the node itself, packets pass as they are. A packet from outside to a private address is dropped: it has no route.
 */
export class Nat extends StatefulMiddlebox {
  readonly realm: NodeMiddlebox['realm'] & object;
  /** Packets from inside for which no mapping could be made. */
  exhausted = 0;
  private readonly addresses: readonly Address[];
  private readonly assigner: PortAssigner;
  private readonly mappingDepth: number;
  private readonly alg: NatAlg | null;
  readonly control?: NodeMiddlebox['control'] & object;
  private readonly server: MidcomServer | null = null;
  /** Ports were opened for inside ends before they sent anything. */
  private hasPinholes = false;

  constructor(
    host: MiddleboxHost,
    private readonly params: NatParams,
  ) {
    super(host, params);
    const { node, simulation, random } = host;
    this.realm = { inside: this.sides.inside, prefix: params.prefix };
    this.addresses = Array.from({ length: params.addresses }, () => simulation.addAddress(node));
    this.assigner = new PortAssigner(params, this.addresses, this.table, random);
    this.mappingDepth = DEPTH[params.mapping];
    const pinholes: Pinholes = {
      open: (protocol, address, port) => this.open(protocol, address, port, this.now + params.pinhole),
      insideOf: (protocol, address, port) => this.insideOf(protocol, address, port),
    };
    if (params.control === 'midcom') {
      const made = midcomControl(host, params.controlTime, this.sides, this.open.bind(this));
      this.control = made.control;
      this.server = made.server;
    }
    this.alg = params.alg === 'none' ? null : new NatAlg(params.alg, simulation, this.sides, pinholes);
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    const fromInside = from !== null && this.sides.isFromInside(from);
    if (this.addresses.includes(p.dst)) return fromInside ? this.hairpin(p) : this.inbound(p);
    if (from === null || p.dst === this.host.node.address) return Verdict.forward;
    if (fromInside) return this.sides.isInside(p.dst) ? Verdict.forward : this.outbound(p);
    return this.sides.isInside(p.dst) ? this.refuse() : Verdict.forward;
  }

  override restart(): void {
    super.restart();
    this.assigner.reset();
  }

  override metrics(): MiddleboxMetric[] {
    const { server } = this;
    const controlled =
      server === null ? [] : [count('rulesEnabled', server.enabled), count('rulesRefused', server.refused)];
    const rows = [...super.metrics(), count('exhausted', this.exhausted), ...controlled];
    if (this.alg === null) return rows;
    const { rewritten, unread } = this.alg.gateway;
    return [...rows, count('rewritten', rewritten), count('unread', unread)];
  }

  /** Gives an inside end a public one that anybody may send to until then; null when there is no port left. */
  open(protocol: number, address: Address, port: number, until: Nanos): PublicEnd | null {
    const remote = this.mappingDepth === 0 ? 0 : OPENED;
    let mapping = this.table.findInside(protocol, address, port, remote, this.now);
    if (mapping === undefined) {
      const end = this.hasRoom(address) ? this.assigner.assign(protocol, address, port, this.now) : null;
      if (end === null) return null;
      mapping = new Mapping(protocol, address, port, end.address, end.port, remote);
      mapping.open(until);
      this.table.add(mapping, this.now);
    } else mapping.open(until);
    this.hasPinholes = true;
    return { address: mapping.outsideAddress, port: mapping.outsidePort };
  }

  private insideOf(protocol: number, address: Address, port: number): PublicEnd | undefined {
    const mapping = this.table.findOutside(protocol, address, port, this.now);
    return mapping && { address: mapping.insideAddress, port: mapping.insidePort };
  }

  private outbound(p: Packet): Verdict {
    const error = errorIn(p);
    if (error !== null) return this.outboundError(p, error);
    if (p.ttl <= 1) return this.expire(p);
    // without ports there is nothing to tell hosts apart by (RFC 3715 section 2.1)
    if (p.protocol === Protocol.esp) return this.refuse();
    const mapping = this.mappingFor(p);
    if (mapping === null) return Verdict.drop;
    this.pass(mapping, p.dst, p.dstPort, p.flags, true);
    p.src = mapping.outsideAddress;
    p.srcPort = mapping.outsidePort;
    this.alg?.outbound(p, mapping);
    return Verdict.forward;
  }

  private inbound(p: Packet): Verdict {
    const error = errorIn(p);
    if (error !== null) return this.inboundError(p, error);
    const mapping = this.mappingAt(p);
    if (mapping === undefined) return this.refuseUnsolicited(p);
    if (p.ttl <= 1) return this.expire(p);
    this.pass(mapping, p.src, p.srcPort, p.flags, false);
    p.dst = mapping.insideAddress;
    p.dstPort = mapping.insidePort;
    this.alg?.inbound(p, mapping);
    return Verdict.forward;
  }

  /** Before it is translated: the error is to name the ends that its reader knows. */
  private expire(p: Packet): Verdict {
    this.host.node.expire(p);
    return Verdict.consumed;
  }

  /** From inside to a public address of this translator (RFC 4787 section 6). */
  private hairpin(p: Packet): Verdict {
    const { hairpinning } = this.params;
    if (hairpinning === 'none') return this.refuse();
    const { src, srcPort } = p;
    if (this.outbound(p) === Verdict.drop) return Verdict.drop;
    if (this.inbound(p) === Verdict.drop) return Verdict.drop;
    if (hairpinning === 'internal-source') {
      p.src = src;
      p.srcPort = srcPort;
    }
    return Verdict.forward;
  }

  /** The mapping of a packet from inside; a new one has yet to be entered in the table. Null when there can be none. */
  private mappingFor(p: Packet): Mapping | null {
    const { now, table } = this;
    const remote = remoteKey(this.mappingDepth, p.dst, p.dstPort);
    const known = table.findInside(p.protocol, p.src, p.srcPort, remote, now);
    if (known !== undefined) return known;
    const answering = this.hasPinholes ? this.openedTo(p) : undefined;
    if (answering !== undefined) return answering;
    const end = this.newEnd(p) ?? (this.params.exhaustion === 'recycle' ? this.takeOver(p) : null);
    if (end !== null) return new Mapping(p.protocol, p.src, p.srcPort, end.address, end.port, remote);
    this.exhausted++;
    if (this.params.exhaustion === 'icmp') {
      const { node } = this.host;
      node.forward(icmpError(node, errorAbout(p, Unreachable.host), p.flow));
    }
    return null;
  }

  /** The opened mapping through which the other end has come in, where mappings depend on the other end. */
  private openedTo({ protocol, src, srcPort, dst, dstPort }: Packet): Mapping | undefined {
    const opened = this.table.findInside(protocol, src, srcPort, OPENED, this.now);
    return opened?.sessionWith(dst, dstPort, this.now) === undefined ? undefined : opened;
  }

  private newEnd({ protocol, src, srcPort }: Packet): PublicEnd | null {
    return this.hasRoom(src) ? this.assigner.assign(protocol, src, srcPort, this.now) : null;
  }

  /** Room for one more mapping of `host` (RFC 6888 REQ-4). */
  private hasRoom(host: Address): boolean {
    if (!this.isFull(host)) return true;
    this.table.sweep(this.now);
    return !this.isFull(host);
  }

  private isFull(host: Address): boolean {
    const { maxMappings } = this.params;
    return (maxMappings > 0 && this.table.size >= maxMappings) || this.isAtItsLimit(host);
  }

  private isAtItsLimit(host: Address): boolean {
    const { portsPerHost } = this.params;
    return portsPerHost > 0 && this.table.countOf(host) >= portsPerHost;
  }

  /** Ends the mapping that was idle longest and takes its public end: one of the same host if that is at its limit. */
  private takeOver({ protocol, src }: Packet): PublicEnd | null {
    const victim = this.table.idlest(protocol, this.isAtItsLimit(src) ? src : undefined);
    if (victim === undefined) return null;
    this.table.remove(victim);
    return { address: victim.outsideAddress, port: victim.outsidePort };
  }
}

export const nat = defineMiddlebox({
  summary: 'network address and port translator: mapping and filtering as told',
  reference: 'RFC 4787, RFC 5382, RFC 5508, RFC 7857',
  params: natParams,
  create: (params, host) => new Nat(host, params),
});
