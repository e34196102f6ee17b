import type { Nanos } from '../core/event-queue';
import { FIRST_TTL, type Packet, Protocol } from '../core/packet';
import type { Node } from '../net/node';
import { type KeyLog, newKeyLog } from '../security/tls/key-log';
import type { PacketRef } from './packet-ref';
import { TlsConversation } from './tls-reader';
import type { Ends, Trip } from './wire-watch';

export const TRANSPORT_NAMES = ['tcp', 'udp', 'icmp', 'sctp', 'quic', 'esp'] as const;
export type LegTransport = (typeof TRANSPORT_NAMES)[number];

/**
 * What is found in the bytes of a leg: `http` asks for keys, `turn` is data that a TURN server relays, `packets`
 * are those that ESP carries and does not hide, `cells` are those of onion circuits, `opaque` is what says nothing of itself.
 */
export type Content =
  'sip' | 'msrp' | 'circuit' | 'stun' | 'turn' | 'tls' | 'http' | 'ike' | 'esp' | 'packets' | 'cells' | 'opaque';

/** What one of the two hosts of a leg has sent on it. */
export class LegSide {
  packets = 0;
  /** Of transport payload, retransmissions included. */
  bytes = 0;
  /** The first packet with payload. */
  firstData: PacketRef | null = null;
  /** Links that its last packet took to where it was taken in, by its TTL; -1: none has arrived. */
  hops = -1;
  /** It sent under an address that is not its own, which no packet had brought it: it spoke in the name of another. */
  readonly ofOther: boolean;

  constructor(
    readonly node: Node,
    readonly ends: Ends,
  ) {
    this.ofOther = node.simulation.ownerOf(ends.src) !== node;
  }
}

/** A transport conversation between two hosts: one connection, or datagrams between two ports. */
export class Leg {
  readonly transport: LegTransport;
  readonly opener: LegSide;
  /** Null while nothing has come back. */
  answerer: LegSide | null = null;
  /** The node that took the first packet in; null before. */
  taker: Node | null = null;
  readonly first: PacketRef;
  firstAt: Nanos;
  lastAt: Nanos;
  /** When bytes of payload were sent on it, by either host, and how many until then, those included. */
  readonly sentAt: Nanos[] = [];
  readonly sentBytes: number[] = [];
  /** Accounting identities of its packets: sessions. */
  readonly flows = new Set<number>();
  readonly contents = new Set<Content>();
  /** Legs that have carried its packets inside of their own, all of the way or a part of it. */
  readonly tunnels = new Set<Leg>();
  /** Whether packets of it have been on links as they are. */
  isBare = false;
  readonly tls: TlsConversation;
  /** By session of a circuit. */
  private readonly tlsIn = new Map<number, TlsConversation>();
  private readonly keyLog: KeyLog;

  constructor(
    readonly number: number,
    p: Packet,
    { origin, sent, ref }: Trip,
  ) {
    this.keyLog = origin.simulation.single(newKeyLog);
    this.tls = new TlsConversation(this.keyLog);
    this.transport = TRANSPORT_NAMES[p.protocol]!;
    this.opener = new LegSide(origin, sent);
    this.first = ref;
    this.firstAt = this.lastAt = ref.at;
  }

  /** TLS within a session of the circuit that this leg is. */
  tlsOf(session: number): TlsConversation {
    let talk = this.tlsIn.get(session);
    if (talk === undefined) this.tlsIn.set(session, (talk = new TlsConversation(this.keyLog)));
    return talk;
  }

  /** All TLS within sessions of the circuit that this leg is. */
  get innerTls(): Iterable<TlsConversation> {
    return this.tlsIn.values();
  }

  /** The hosts, opener first; one while nothing has come back or arrived. */
  get nodes(): readonly Node[] {
    const other = this.answerer?.node ?? this.taker;
    return other === null ? [this.opener.node] : [this.opener.node, other];
  }

  /** The sides that have sent something, opener first. */
  get sides(): readonly LegSide[] {
    return this.answerer === null ? [this.opener] : [this.opener, this.answerer];
  }

  /** Bytes of payload sent from `from` on and before `to`, by both hosts. */
  sentIn(from: Nanos, to: Nanos): number {
    return this.sentBefore(to) - this.sentBefore(from);
  }

  private sentBefore(time: Nanos): number {
    let low = 0;
    let high = this.sentAt.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sentAt[middle]! < time) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.sentBytes[low - 1]!;
  }

  /** `alice - bob over tcp` */
  get text(): string {
    return `${this.nodes.map(({ name }) => name).join(' - ')} over ${this.transport}`;
  }
}

/** All conversations of a run, by who talks to whom as each host sees it: address translators between do not split them. */
export class Legs {
  readonly all: Leg[] = [];
  /** The conversation that a host's packets belong to, by host and by the ends in them. */
  private readonly bySender = new Map<string, { readonly leg: Leg; readonly isOpener: boolean }>();

  /** A host has made and sent `p`. */
  sent(p: Packet, trip: Trip): { readonly leg: Leg; readonly side: LegSide } {
    const key = keyOf(trip.origin, p.protocol, trip.sent);
    let found = this.bySender.get(key);
    if (found === undefined) {
      const leg = new Leg(this.all.length + 1, p, trip);
      this.all.push(leg);
      this.bySender.set(key, (found = { leg, isOpener: true }));
    }
    const { leg, isOpener } = found;
    const side = isOpener ? leg.opener : (leg.answerer ??= new LegSide(trip.origin, trip.sent));
    side.packets++;
    side.bytes += p.length;
    if (p.length > 0) {
      side.firstData ??= trip.ref;
      leg.sentAt.push(trip.ref.at);
      leg.sentBytes.push((leg.sentBytes.at(-1) ?? 0) + p.length);
    }
    leg.lastAt = trip.ref.at;
    if (p.flow > 0) leg.flows.add(p.flow);
    return { leg, side };
  }

  /** `node` has taken in what `trip` brought: its answers are part of the same conversation. */
  taken(p: Packet, trip: Trip, node: Node): void {
    const found = this.bySender.get(keyOf(trip.origin, p.protocol, trip.sent));
    if (found === undefined) return;
    const { src, srcPort, dst, dstPort } = trip.arrived;
    const side = found.isOpener ? found.leg.opener : found.leg.answerer;
    if (side !== null && node.simulation.ownerOf(dst) === node) side.hops = FIRST_TTL - trip.arrived.ttl;
    const back = keyOf(node, p.protocol, { src: dst, srcPort: dstPort, dst: src, dstPort: srcPort });
    if (!this.bySender.has(back)) this.bySender.set(back, { leg: found.leg, isOpener: !found.isOpener });
    // what took it in without being asked to is an end only if it answers
    if (found.isOpener && node.simulation.ownerOf(dst) === node) found.leg.taker ??= node;
  }

  /** The conversation that a packet belongs to. */
  of(p: Packet, { origin, sent }: Trip): Leg | undefined {
    return this.bySender.get(keyOf(origin, p.protocol, sent))?.leg;
  }
}

function keyOf(node: Node, protocol: number, { src, srcPort, dst, dstPort }: Ends): string {
  // the ports of what has none are not set
  const ports = protocol === Protocol.icmp ? '' : `${srcPort}>${dstPort}`;
  return `${node.address}|${protocol}|${src}>${dst}|${ports}`;
}
