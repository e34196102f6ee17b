import { type Nanos, Timer } from '../core/event-queue';
import { Bytes } from '../core/bytes';
import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';
import type { Node } from '../net/node';
import {
  Attribute,
  readError,
  readText,
  readXorAddress,
  textValue,
  u32Value,
  xorAddressValue,
} from '../stun/attributes';
import { attributeOf, Class, Method, type StunAttribute, type StunMessage } from '../stun/message';
import { isSame, meant, sendBytes, type TransportAddress, written } from '../stun/packet';
import { ClientTransaction } from '../stun/transaction';
import type { UdpSocket } from '../udp/socket';
import { type Credentials, longTermKey } from './credentials';
import { RelayedData, wrap } from './data';

/** Well before a permission ends (RFC 8656 section 9). */
const REFRESH: Nanos = 240e9;
const FIRST_CHANNEL = 0x4000;

/** An allocation on a TURN server, as its client keeps it (RFC 8656). */
export class TurnClient {
  /** The end that peers send to; null before it is there. */
  relayed: TransportAddress | null = null;
  private readonly open = new Set<ClientTransaction>();
  private readonly peers: TransportAddress[] = [];
  private readonly channels: TransportAddress[] = [];
  private readonly refresh: Timer;
  private realm = '';
  private nonce = '';

  constructor(
    private readonly node: Node,
    private readonly socket: UdpSocket,
    readonly server: TransportAddress,
    private readonly credentials: Credentials,
    private readonly random: RandomStream,
  ) {
    this.refresh = new Timer(node.simulation.events, () => this.refreshAll());
  }

  /** `onEnd` is told whether there is an allocation. */
  allocate(onEnd: (relayed: TransportAddress | null) => void): void {
    const transport = { type: Attribute.requestedTransport, value: Uint8Array.of(17, 0, 0, 0) };
    this.request(Method.allocate, [transport], (answer) => {
      const read = answer && readXorAddress(attributeOf(answer, Attribute.xorRelayedAddress) ?? NONE);
      this.relayed = read ? meant(this.node, read) : null;
      if (this.relayed !== null) this.refresh.arm(this.now + REFRESH);
      onEnd(this.relayed);
    });
  }

  /** Lets a peer send. */
  permit(peer: TransportAddress): void {
    if (this.peers.some(({ address }) => address === peer.address)) return;
    this.peers.push(peer);
    this.createPermission(peer);
  }

  /** Data to and from `peer` has a short header from then on. */
  bindChannel(peer: TransportAddress, onEnd: () => void): void {
    this.channelBind(FIRST_CHANNEL + this.channels.length, peer, (isBound) => {
      if (isBound) this.channels.push(peer);
      onEnd();
    });
  }

  /** Turns a datagram to the server into one to `peer`. */
  wrap(p: Packet, peer: TransportAddress): void {
    const channel = this.channels.findIndex((one) => isSame(one, peer));
    const number = channel < 0 ? 0 : FIRST_CHANNEL + channel;
    wrap(p, new RelayedData(peer, written(this.node, peer), number, p.payload, p.length, Method.send));
  }

  send(bytes: Uint8Array, peer: TransportAddress): void {
    const p = this.socket.datagramTo(this.server.address, this.server.port, bytes.length);
    p.payload = new Bytes(bytes);
    this.wrap(p, peer);
    this.socket.transmit(p);
  }

  /** Whether a message is the answer to one of the requests. */
  receive(message: StunMessage, bytes: Uint8Array): boolean {
    for (const transaction of this.open) if (transaction.receive(message, bytes)) return true;
    return false;
  }

  close(): void {
    this.refresh.disarm();
    if (this.relayed !== null) this.request(Method.refresh, [{ type: Attribute.lifetime, value: u32Value(0) }], ignore);
    this.relayed = null;
  }

  private get now(): Nanos {
    return this.node.simulation.events.now;
  }

  private refreshAll(): void {
    this.request(Method.refresh, [], ignore);
    for (const peer of this.peers) this.createPermission(peer);
    this.channels.forEach((peer, i) => this.channelBind(FIRST_CHANNEL + i, peer, ignore));
    this.refresh.arm(this.now + REFRESH);
  }

  private createPermission(peer: TransportAddress): void {
    this.request(Method.createPermission, [this.peerAttribute(peer)], ignore);
  }

  private channelBind(number: number, peer: TransportAddress, onEnd: (isBound: boolean) => void): void {
    const channel = { type: Attribute.channelNumber, value: Uint8Array.of(number >> 8, number & 0xff, 0, 0) };
    this.request(Method.channelBind, [channel, this.peerAttribute(peer)], (answer) => onEnd(answer !== null));
  }

  private peerAttribute(peer: TransportAddress): StunAttribute {
    return { type: Attribute.xorPeerAddress, value: xorAddressValue(written(this.node, peer)) };
  }

  /** Sends a request; answers a challenge once (RFC 8489 section 9.2.5). `onEnd` gets null unless it succeeded. */
  private request(
    method: number,
    attributes: readonly StunAttribute[],
    onEnd: (answer: StunMessage | null) => void,
    isRetry = false,
  ): void {
    const seals = this.nonce === '' ? {} : { key: longTermKey(this.credentials, this.realm) };
    const transaction = new ClientTransaction(
      this.node.simulation.events,
      this.random,
      { method, attributes: [...attributes, ...this.credentialAttributes()], ...seals, fingerprint: true },
      (bytes) => sendBytes(this.socket, bytes, this.server),
      (answer) => {
        this.open.delete(transaction);
        if (answer?.class === Class.success) return onEnd(answer);
        const code = answer && readError(attributeOf(answer, Attribute.errorCode) ?? NONE);
        if (isRetry || answer === null || (code !== 401 && code !== 438)) return onEnd(null);
        this.realm = readText(attributeOf(answer, Attribute.realm) ?? NONE);
        this.nonce = readText(attributeOf(answer, Attribute.nonce) ?? NONE);
        this.request(method, attributes, onEnd, true);
      },
    );
    this.open.add(transaction);
  }

  private credentialAttributes(): StunAttribute[] {
    if (this.nonce === '') return [];
    return [
      { type: Attribute.username, value: textValue(this.credentials.username) },
      { type: Attribute.realm, value: textValue(this.realm) },
      { type: Attribute.nonce, value: textValue(this.nonce) },
    ];
  }
}

const NONE = new Uint8Array(0);

function ignore(): void {
  // what fails shows when data does not arrive
}
