import { type Nanos } from '../core/event-queue';
import type { Address, Packet } from '../core/packet';
import type { Node } from '../net/node';
import {
  Attribute,
  errorValue,
  readText,
  readU32,
  readXorAddress,
  textValue,
  u32Value,
  xorAddressValue,
} from '../stun/attributes';
import {
  attributeOf,
  Class,
  encode,
  hasIntegrity,
  Method,
  type StunAttribute,
  type StunMessage,
} from '../stun/message';
import { isSame, meant, sendBytes, sourceOf, type TransportAddress, written } from '../stun/packet';
import type { StunExtension } from '../stun/server';
import type { UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { type Credentials, longTermKey } from './credentials';
import { RelayedData, unwrap, wrap } from './data';

/** RFC 8656 sections 3.2, 9 and 12. */
export const ALLOCATION_LIFETIME: Nanos = 600e9;
export const PERMISSION_LIFETIME: Nanos = 300e9;
export const CHANNEL_LIFETIME: Nanos = 600e9;
const NONCE_LIFETIME: Nanos = 3600e9;
const REALM = 'hopwise';
const FIRST_CHANNEL = 0x4000;
const LAST_CHANNEL = 0x4fff;
const UDP = 17;

interface Allocation {
  readonly client: TransportAddress;
  readonly local: TransportAddress;
  readonly relay: UdpSocket;
  until: Nanos;
  readonly permissions: Map<Address, Nanos>;
  readonly channels: Map<number, { readonly peer: TransportAddress; until: Nanos }>;
}

/** Relays datagrams between clients and their peers (RFC 8656). */
export class TurnServer implements StunExtension {
  /** Datagrams and bytes of payload passed on, both ways; and those that were dropped. */
  relayed = 0;
  relayedBytes = 0;
  refused = 0;
  private readonly allocations = new Map<string, Allocation>();
  private readonly key: Uint8Array;

  constructor(
    private readonly node: Node,
    credentials: Credentials,
    private readonly socket: UdpSocket,
  ) {
    this.key = longTermKey(credentials, REALM);
  }

  /** Data from a client to a peer. */
  onDatagram(p: Packet): void {
    const data = p.payload;
    if (!(data instanceof RelayedData)) return;
    const allocation = this.allocationOf(sourceOf(p));
    const peer = data.channel === 0 ? data.peer : allocation?.channels.get(data.channel)?.peer;
    if (allocation === undefined || peer === undefined || !this.isPermitted(allocation, peer.address)) {
      this.refused++;
      return;
    }
    const out = this.copy(p);
    unwrap(out, data);
    out.src = this.node.address;
    out.srcPort = allocation.relay.port;
    out.dst = peer.address;
    out.dstPort = peer.port;
    this.pass(out);
  }

  /** A request; false if it is not one of TURN's. */
  onRequest(p: Packet, message: StunMessage, bytes: Uint8Array): boolean {
    if (!REQUESTS.has(message.method)) return false;
    const refusal = this.refusalOf(message, bytes);
    const client = sourceOf(p);
    const result = refusal ?? this.perform(message, client, { address: p.dst, port: p.dstPort });
    const isError = result.some(({ type }) => type === Attribute.errorCode);
    const kind = isError ? Class.error : Class.success;
    const { method, transaction } = message;
    const seals = { fingerprint: true, ...(refusal === null ? { key: this.key } : {}) };
    sendBytes(this.socket, encode({ method, class: kind, transaction, attributes: result }, seals), client, p.dst);
    return true;
  }

  private get now(): Nanos {
    return this.node.simulation.events.now;
  }

  /** RFC 8489 section 9.2.4. */
  private refusalOf(message: StunMessage, bytes: Uint8Array): StunAttribute[] | null {
    const nonce = attributeOf(message, Attribute.nonce);
    const challenge = (code: number, reason: string): StunAttribute[] => [
      { type: Attribute.errorCode, value: errorValue(code, reason) },
      { type: Attribute.realm, value: textValue(REALM) },
      { type: Attribute.nonce, value: textValue(this.nonce) },
    ];
    if (attributeOf(message, Attribute.messageIntegrity) === undefined || nonce === undefined) {
      return challenge(401, 'Unauthenticated');
    }
    if (readText(nonce) !== this.nonce) return challenge(438, 'Stale Nonce');
    return hasIntegrity(bytes, this.key) ? null : challenge(401, 'Unauthenticated');
  }

  /** It names the hour it was made in. */
  private get nonce(): string {
    return `hour-${Math.floor(this.now / NONCE_LIFETIME)}`;
  }

  private perform(message: StunMessage, client: TransportAddress, local: TransportAddress): StunAttribute[] {
    const allocation = this.allocationOf(client);
    if (message.method === Method.allocate)
      return allocation ? error(437, 'Allocation Mismatch') : this.allocate(message, client, local);
    if (allocation === undefined) return error(437, 'Allocation Mismatch');
    switch (message.method) {
      case Method.refresh:
        return this.refresh(allocation, readU32(attributeOf(message, Attribute.lifetime) ?? NONE));
      case Method.createPermission: {
        const peer = this.peerIn(message);
        if (peer === undefined) return error(400, 'Bad Request');
        this.permit(allocation, peer);
        return [];
      }
      default:
        return this.bindChannel(allocation, message);
    }
  }

  private allocate(message: StunMessage, client: TransportAddress, local: TransportAddress): StunAttribute[] {
    if (attributeOf(message, Attribute.requestedTransport)?.[0] !== UDP)
      return error(442, 'Unsupported Transport Protocol');
    const allocation: Allocation = {
      client,
      local,
      relay: UdpStack.of(this.node).bind({ onDatagram: (p) => this.fromPeer(p, allocation) }, 0),
      until: this.now + ALLOCATION_LIFETIME,
      permissions: new Map(),
      channels: new Map(),
    };
    this.allocations.set(keyOf(client), allocation);
    const relayed = { address: this.node.address, port: allocation.relay.port };
    return [
      { type: Attribute.xorRelayedAddress, value: xorAddressValue(written(this.node, relayed)) },
      { type: Attribute.lifetime, value: u32Value(ALLOCATION_LIFETIME / 1e9) },
      { type: Attribute.xorMappedAddress, value: xorAddressValue(written(this.node, client)) },
    ];
  }

  private refresh(allocation: Allocation, seconds: number | undefined): StunAttribute[] {
    const lifetime = seconds === 0 ? 0 : ALLOCATION_LIFETIME;
    allocation.until = this.now + lifetime;
    if (lifetime === 0) this.remove(allocation);
    return [{ type: Attribute.lifetime, value: u32Value(lifetime / 1e9) }];
  }

  /** RFC 8656 section 12: a channel and a peer belong to each other for as long as the channel lives. */
  private bindChannel(allocation: Allocation, message: StunMessage): StunAttribute[] {
    const field = attributeOf(message, Attribute.channelNumber);
    const number = field?.length === 4 ? readU32(field)! >>> 16 : 0;
    const peer = this.peerIn(message);
    if (peer === undefined || number < FIRST_CHANNEL || number > LAST_CHANNEL) return error(400, 'Bad Request');
    for (const [other, bound] of allocation.channels) {
      if (bound.until > this.now && (other === number) !== isSame(bound.peer, peer)) return error(400, 'Bad Request');
    }
    allocation.channels.set(number, { peer, until: this.now + CHANNEL_LIFETIME });
    this.permit(allocation, peer);
    return [];
  }

  private permit({ permissions }: Allocation, peer: TransportAddress): void {
    permissions.set(peer.address, this.now + PERMISSION_LIFETIME);
  }

  private isPermitted({ permissions }: Allocation, address: Address): boolean {
    return (permissions.get(address) ?? 0) > this.now;
  }

  private fromPeer(p: Packet, allocation: Allocation): void {
    const peer = sourceOf(p);
    if (allocation.until <= this.now || !this.isPermitted(allocation, peer.address)) {
      this.refused++;
      return;
    }
    const out = this.copy(p);
    wrap(
      out,
      new RelayedData(
        peer,
        written(this.node, peer),
        this.channelOf(allocation, peer),
        p.payload,
        p.length,
        Method.data,
      ),
    );
    out.src = allocation.local.address;
    out.srcPort = allocation.local.port;
    out.dst = allocation.client.address;
    out.dstPort = allocation.client.port;
    this.pass(out);
  }

  private channelOf({ channels }: Allocation, peer: TransportAddress): number {
    for (const [number, bound] of channels) if (bound.until > this.now && isSame(bound.peer, peer)) return number;
    return 0;
  }

  private copy(p: Packet): Packet {
    const out = this.node.simulation.pool.copy(p);
    out.ttl = 64;
    return out;
  }

  private pass(p: Packet): void {
    this.relayed++;
    this.relayedBytes += p.length;
    this.node.send(p);
  }

  private peerIn(message: StunMessage): TransportAddress | undefined {
    const read = readXorAddress(attributeOf(message, Attribute.xorPeerAddress) ?? NONE);
    return read && meant(this.node, read);
  }

  private allocationOf(client: TransportAddress): Allocation | undefined {
    const allocation = this.allocations.get(keyOf(client));
    if (allocation === undefined || allocation.until > this.now) return allocation;
    this.remove(allocation);
    return undefined;
  }

  private remove(allocation: Allocation): void {
    allocation.relay.close();
    this.allocations.delete(keyOf(allocation.client));
  }
}

const NONE = new Uint8Array(0);
const REQUESTS: ReadonlySet<number> = new Set([
  Method.allocate,
  Method.refresh,
  Method.createPermission,
  Method.channelBind,
]);

function keyOf({ address, port }: TransportAddress): string {
  return `${address}:${port}`;
}

function error(code: number, reason: string): StunAttribute[] {
  return [{ type: Attribute.errorCode, value: errorValue(code, reason) }];
}
