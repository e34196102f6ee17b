import type { Nanos } from '../../core/event-queue';
import { type Address, type Packet, Protocol } from '../../core/packet';
import type { Node } from '../../net/node';
import { Drop } from '../../net/queue';
import { equal } from '../../security/primitives';
import { fragmentsFor, inFragments, Reassembly } from '../fragments';
import { clampMss, Encapsulated } from '../tunnel';
import type { IpsecCounts } from './counts';
import { EspPacket, isGenuine, type SaKeys } from './esp';
import { NAT_PORT } from './ike-message';
import type { IpsecParams } from './params';
import { ReplayWindow } from './replay-window';
import { IpsecStack } from './stack';
import { espBytes, type EspSuite, espSuites, mostInEsp } from './suites';

const IP_HEADER = 20;
const UDP_HEADER = 8;

/** What keeps associations up, told of what the gateway does. */
export interface Keeper {
  /** A packet waits, and there is no association. */
  wanted(): void;
  sent(): void;
  received(): void;
  crash(): void;
}

/** An association towards this gateway. */
export interface Inbound {
  readonly keys: SaKeys;
  readonly gateway: Gateway;
  readonly window: ReplayWindow;
  /** Called with the first genuine packet. */
  onFirst: (() => void) | null;
}

/** Where the other gateway is. */
export interface PeerEnd {
  readonly address: Address;
  /** Of UDP around ESP; 0: without UDP. */
  readonly port: number;
}

/** One end of an IPsec tunnel: packets into ESP and out of it, by the associations that IKE has set up. */
export class Gateway {
  readonly stack: IpsecStack;
  readonly suite: EspSuite;
  keeper: Keeper | null = null;
  /** What has answered the other gateway. */
  responder: { forget(): void } | null = null;
  /** When something was sent last. */
  sentAt: Nanos = 0;
  private peer: PeerEnd | null = null;
  private outbound: SaKeys | null = null;
  /** Sequence number of the last packet that was sent. */
  private last = 0;
  /** Copies: what waits belongs to no link. */
  private held: Encapsulated[] = [];
  private readonly reassembly = new Reassembly();
  private fragmented = 0;

  constructor(
    readonly node: Node,
    /** Of its packets; it tells the tunnels of a node apart, too. */
    readonly flow: number,
    /** Known to both gateways beforehand. */
    readonly secret: Uint8Array,
    readonly params: IpsecParams,
    readonly counts: IpsecCounts,
  ) {
    this.suite = espSuites[params.cipher];
    this.stack = IpsecStack.of(node);
    this.stack.add(this);
  }

  get isUp(): boolean {
    return this.outbound !== null;
  }

  /** Takes ownership of `p`. */
  carry(p: Packet): void {
    const { outbound, params } = this;
    if (outbound !== null) {
      this.seal(p, outbound);
      return;
    }
    if (this.held.length < params.held) {
      this.held.push(new Encapsulated(p));
      this.node.simulation.pool.give(p);
    } else {
      this.counts.refused++;
      this.node.drop(p, Drop.overflow);
    }
    this.keeper?.wanted();
  }

  /** An association towards this gateway from now on. */
  admit(keys: SaKeys, onFirst: (() => void) | null = null): void {
    this.stack.addInbound({ keys, gateway: this, window: new ReplayWindow(this.params.replayWindow), onFirst });
  }

  /** Sends under these keys from now on, what has waited first. */
  use(keys: SaKeys, peer: PeerEnd): void {
    this.outbound = keys;
    this.peer = peer;
    this.last = 0;
    const waiting = this.held;
    this.held = [];
    for (const { packet } of waiting) this.seal(this.node.simulation.pool.copy(packet), keys);
  }

  /** There is no association any more, and none will be for what waits. */
  lose(): void {
    this.outbound = null;
    this.counts.refused += this.held.length;
    this.held.forEach(() => this.node.noteDrop(Drop.outage));
    this.held = [];
  }

  crash(): void {
    this.keeper?.crash();
    this.responder = null;
    this.lose();
  }

  /** A packet of ESP has come. It stays the caller's. */
  receive(p: Packet, inbound: Inbound): void {
    const esp = p.payload instanceof EspPacket ? p.payload : null;
    if (esp === null) {
      this.refuse('forged', Drop.corrupt);
      return;
    }
    const whole = this.reassembly.add(esp, p.corrupt);
    if (whole === null) return;
    // the window first, since it costs less; it moves once the packet was found genuine
    if (!inbound.window.admits(esp.number)) this.refuse('replayed', Drop.filtered);
    else if (!this.isGenuine(esp, inbound.keys, whole.corrupt)) this.refuse('forged', Drop.corrupt);
    else {
      inbound.window.note(esp.number);
      inbound.onFirst?.();
      inbound.onFirst = null;
      this.counts.delivered++;
      this.follow(p);
      this.keeper?.received();
      esp.leave(this.node, p.ecn);
    }
  }

  /** Untouched since it was sealed, its check value is right if and only if the key is. */
  private isGenuine(esp: EspPacket, keys: SaKeys, corrupt: boolean): boolean {
    if (!corrupt) return equal(esp.sa.key, keys.key);
    const bytes = esp.encode().slice();
    bytes[bytes.length - 1]! ^= DAMAGE;
    return isGenuine(keys, bytes);
  }

  private refuse(why: 'forged' | 'replayed', reason: Drop): void {
    this.counts[why]++;
    this.node.noteDrop(reason);
  }

  /** A translator may have given the peer another end (RFC 7296 section 2.23). */
  private follow(p: Packet): void {
    const { peer } = this;
    if (peer === null || peer.port === 0 || (peer.address === p.src && peer.port === p.srcPort)) return;
    this.peer = { address: p.src, port: p.srcPort };
  }

  private seal(p: Packet, keys: SaKeys): void {
    const { node, params, suite, counts, stack } = this;
    const peer = this.peer!;
    const inUdp = peer.port === 0 ? 0 : UDP_HEADER;
    if (params.mssClamp) clampMss(p, mostInEsp(suite, params.mtu - IP_HEADER - inUdp));
    const bytes = inUdp + espBytes(suite, p.size);
    const fragments = fragmentsFor(bytes, params.mtu);
    if (fragments > 1 && params.oversize === 'drop') {
      node.drop(p, Drop.unroutable);
      return;
    }
    const id = fragments === 1 ? 0 : ++this.fragmented;
    const esp = new EspPacket(p, keys, ++this.last, id, fragments, stack.bytesOf);
    counts.inner += p.size;
    node.simulation.pool.give(p);
    counts.outer += fragments * IP_HEADER + bytes;
    inFragments(bytes, params.mtu, (part, isFirst) => {
      const outer = inUdp === 0 ? this.raw(peer, part) : this.datagram(peer, isFirst ? part - UDP_HEADER : part);
      outer.size = IP_HEADER + part;
      outer.ecn = esp.packet.ecn;
      outer.payload = esp;
      node.send(outer);
    });
    this.sentAt = node.simulation.events.now;
    this.keeper?.sent();
  }

  private datagram({ address, port }: PeerEnd, length: number): Packet {
    return this.stack.datagram(NAT_PORT, address, port, length, this.flow);
  }

  private raw({ address }: PeerEnd, length: number): Packet {
    const { node, flow } = this;
    const p = node.simulation.pool.take();
    p.protocol = Protocol.esp;
    p.src = node.address;
    p.dst = address;
    p.srcPort = p.dstPort = 0;
    p.flow = flow;
    p.length = length;
    p.flags = p.seq = p.ack = p.window = 0;
    return p;
  }

  /** One byte that keeps translators open (RFC 3948 section 2.3). */
  sendKeepalive(): void {
    if (this.peer === null || this.peer.port === 0) return;
    this.node.send(this.datagram(this.peer, 1));
    this.sentAt = this.node.simulation.events.now;
  }
}

/** What captures show of a packet that was changed on its way. */
const DAMAGE = 0x55;
