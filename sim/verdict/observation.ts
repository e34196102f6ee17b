import type { Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import type { Link } from '../net/link';
import { formatIpv4 } from '../net/addressing';
import type { Node } from '../net/node';
import type { Simulation } from '../net/simulation';
import type { MsrpMessage } from '../msrp/message';
import { newKeyLog } from '../security/tls/key-log';
import { newVerificationLog } from '../security/verification-log';
import type { SipMessage } from '../sip/message';
import { type ContentListener, Dissector, isStream, type TlsHere } from './content';
import { type Leg, Legs, type LegSide } from './legs';
import type { PacketRef } from './packet-ref';
import type { TlsConversation } from './tls-reader';
import { type Trip, type WireListener, WireWatch } from './wire-watch';

/** A message that a host has put on the wire, as an analyser reads it there. */
export interface Seen<M> {
  readonly message: M;
  /** All of it on the wire. */
  readonly bytes: number;
  readonly leg: Leg;
  /** Who wrote it to this leg. */
  readonly from: Node;
  /** The packet with its last byte. */
  readonly ref: PacketRef;
  /** What seals it on this leg; null: nothing. */
  readonly tls: TlsConversation | null;
}

/** A node has sent on packets of a leg otherwise than they came. */
export interface Change {
  readonly node: Node;
  readonly leg: Leg;
  readonly what: 'addresses' | 'content';
  /** The first such packet. */
  readonly ref: PacketRef;
  packets: number;
  /** Such as `10.0.0.2:1024 -> 198.18.0.1:5000`. */
  readonly text: string;
}

/** Payload of one session in one circuit, one frame. */
export interface FrameSeen {
  readonly session: number;
  readonly bytes: number;
  readonly ref: PacketRef;
}

/** Everything that a run showed on its wires. It costs nothing in runs that nobody observes. */
export class Observation implements WireListener {
  readonly legs = new Legs();
  readonly sip: Seen<SipMessage>[] = [];
  readonly msrp: Seen<MsrpMessage>[] = [];
  readonly changes: Change[] = [];
  /** Frames with payload, by leg and then by direction: that of the opener, and back. */
  readonly frames = new Map<Leg, readonly [FrameSeen[], FrameSeen[]]>();
  /** Packets of each leg that links dropped. */
  readonly drops = new Map<Leg, { readonly at: Nanos; readonly link: Link }[]>();
  private readonly dissectors = new Map<LegSide, Dissector>();
  private readonly byChange = new Map<string, Change>();
  private readonly watch: WireWatch;

  constructor(readonly simulation: Simulation) {
    simulation.single(newKeyLog).keep();
    simulation.single(newVerificationLog).keep();
    this.watch = new WireWatch(simulation, this);
  }

  /** Packets that have arrived over links. */
  get packets(): number {
    return this.watch.frames;
  }

  /** Dotted address, as captures and messages have it. */
  hostOf(node: Node): string {
    return formatIpv4(this.simulation.addressing.ipv4(node.address));
  }

  sent(p: Packet, trip: Trip): void {
    this.read(p, trip).isBare = true;
  }

  wrapped(p: Packet, trip: Trip, outer: Packet, around: Trip, isNew: boolean): void {
    const leg = isNew ? this.read(p, trip) : this.legs.of(p, trip);
    const tunnel = this.legs.of(outer, around);
    if (leg !== undefined && tunnel !== undefined) leg.tunnels.add(tunnel);
  }

  private read(p: Packet, trip: Trip): Leg {
    const { leg, side } = this.legs.sent(p, trip);
    if (p.length === 0) return leg;
    let dissector = this.dissectors.get(side);
    if (dissector === undefined) {
      const tls: TlsHere = {
        talk: leg.tls,
        side: side === leg.opener ? 'client' : 'server',
        in: (session) => leg.tlsOf(session),
      };
      this.dissectors.set(side, (dissector = new Dissector(this.listenerOf(leg, side), tls)));
    }
    if (isStream(p)) dissector.segment(p, trip.ref);
    else dissector.datagram(p, trip.ref);
    return leg;
  }

  taken(p: Packet, trip: Trip, node: Node): void {
    this.legs.taken(p, trip, node);
  }

  changed(p: Packet, trip: Trip, node: Node, before: Trip['arrived']): void {
    const leg = this.legs.of(p, trip);
    if (leg === undefined) return;
    const isRenamed =
      p.src !== before.src || p.dst !== before.dst || p.srcPort !== before.srcPort || p.dstPort !== before.dstPort;
    if (isRenamed) this.note(leg, node, 'addresses', trip.ref, () => this.renaming(p, before));
    if (p.payload !== before.payload) this.note(leg, node, 'content', trip.ref, () => 'other bytes than came');
  }

  dropped(p: Packet, trip: Trip, link: Link): void {
    const leg = this.legs.of(p, trip);
    if (leg === undefined) return;
    const list = this.drops.get(leg) ?? [];
    if (list.length === 0) this.drops.set(leg, list);
    list.push({ at: this.simulation.events.now, link });
  }

  private note(leg: Leg, node: Node, what: Change['what'], ref: PacketRef, text: () => string): void {
    const key = `${leg.number}|${node.address}|${what}`;
    let change = this.byChange.get(key);
    if (change === undefined) {
      change = { node, leg, what, ref, packets: 0, text: text() };
      this.byChange.set(key, change);
      this.changes.push(change);
    }
    change.packets++;
  }

  private renaming(p: Packet, before: Trip['arrived']): string {
    const { addressing } = this.simulation;
    const end = (address: number, port: number) => `${formatIpv4(addressing.ipv4(address))}:${port}`;
    const [was, is] =
      p.src !== before.src || p.srcPort !== before.srcPort
        ? [end(before.src, before.srcPort), end(p.src, p.srcPort)]
        : [end(before.dst, before.dstPort), end(p.dst, p.dstPort)];
    return `${was} became ${is}`;
  }

  private listenerOf(leg: Leg, side: LegSide): ContentListener {
    const from = side.node;
    return {
      kind: (content) => void leg.contents.add(content),
      sip: (message, bytes, ref) => this.sip.push({ message, bytes, leg, from, ref, tls: null }),
      msrp: (message, bytes, ref, { tls }) => this.msrp.push({ message, bytes, leg, from, ref, tls }),
      frame: (session, bytes, ref) => {
        let frames = this.frames.get(leg);
        if (frames === undefined) this.frames.set(leg, (frames = [[], []]));
        frames[side === leg.opener ? 0 : 1].push({ session, bytes, ref });
      },
    };
  }
}
