import type { EventQueue } from '../core/event-queue';
import { type Address, type Packet, type PacketPool, Protocol } from '../core/packet';
import type { Factory } from '../core/plugin';
import type { Node, Transport } from '../net/node';
import { newAckSample } from '../tcp/ack-reader';
import type { AckSample, CongestionControl, FlowInfo } from '../tcp/cc/congestion-control';
import { newSenderCommons } from '../tcp/commons';
import type { SegmentPool } from '../tcp/segment-pool';
import type { Endpoint } from '../tcp/states';
import type { StreamDelegate } from '../transport/byte-stream';
import { type ContentWatching, newContentWatching } from '../transport/content-watching';
import { SctpAssociation } from './association';
import { Chunk, chunkBytes, COMMON_HEADER, END, IP_HEADER, nextChunk } from './chunks';
import type { SctpConfig } from './config';
import type { SctpStream } from './stream';

/** Options of an endpoint: parameters and congestion control. */
export interface SctpOptions {
  readonly config: SctpConfig;
  readonly congestionControl: Factory<FlowInfo, CongestionControl>;
}

/** Makes the delegate of a stream that the peer opened. */
export type StreamAcceptor = (stream: SctpStream) => StreamDelegate;

interface Listener extends SctpOptions {
  readonly accept: StreamAcceptor;
}

const EPHEMERAL_FIRST = 49152;
const PORTS = 65536;

/** SCTP on one node: which association gets a packet, cookies, packets out of the blue (RFC 9260 sections 5.1 and 8.4). */
export class SctpStack implements Transport {
  readonly events: EventQueue;
  readonly pool: PacketPool;
  readonly sample: AckSample;
  readonly segments: SegmentPool;
  readonly watching: ContentWatching;
  private readonly associations = new Map<string, SctpAssociation>();
  private readonly listeners = new Map<number, Listener>();
  private nextPort = EPHEMERAL_FIRST;
  private nextTag = 1;

  constructor(readonly node: Node) {
    this.events = node.simulation.events;
    this.pool = node.simulation.pool;
    this.sample = node.simulation.single(newAckSample);
    this.segments = node.simulation.single(newSenderCommons).segments;
    this.watching = node.simulation.single(newContentWatching);
  }

  /** The stack of `node`, made on first use. */
  static of(node: Node): SctpStack {
    const present = node.transports[Protocol.sctp];
    if (present instanceof SctpStack) return present;
    const stack = new SctpStack(node);
    node.transports[Protocol.sctp] = stack;
    return stack;
  }

  /** Associations that exist. */
  get size(): number {
    return this.associations.size;
  }

  listen(port: number, options: SctpOptions, accept: StreamAcceptor): void {
    if (this.listeners.has(port)) throw new Error(`${this.node.name}: SCTP port ${port} is taken`);
    this.listeners.set(port, { ...options, accept });
  }

  unlisten(port: number): void {
    this.listeners.delete(port);
  }

  /** A new association from an ephemeral port; its setup begins with `connect`. */
  open(remoteAddress: Address, remotePort: number, options: SctpOptions, flow: number): SctpAssociation {
    const localPort = this.nextPort;
    this.nextPort = localPort === PORTS - 1 ? EPHEMERAL_FIRST : localPort + 1;
    const endpoint = { localAddress: this.node.address, localPort, remoteAddress, remotePort };
    return this.make(true, endpoint, this.nextTag++, options, flow, null);
  }

  forget(association: SctpAssociation): void {
    this.associations.delete(keyOf(association.endpoint));
  }

  randomOf({ localPort, remoteAddress, remotePort }: Endpoint) {
    return this.node.simulation.random.stream(`sctp:${this.node.name}/${localPort}/${remoteAddress}/${remotePort}`);
  }

  receive(p: Packet): void {
    const association = this.associations.get(`${p.dstPort}/${p.src}/${p.srcPort}`);
    const words = p.sack;
    const first = words[1]!;
    if (first === Chunk.init) this.onInit(p, association);
    else if (first === Chunk.cookieEcho && association === undefined) this.onCookieEcho(p);
    else if (association === undefined) this.onOutOfTheBlue(p);
    else if (words[0] === association.localTag || this.hasReflectedTag(words, association)) association.receive(p);
    this.pool.give(p);
  }

  newPacket(association: SctpAssociation): Packet {
    const { endpoint } = association;
    const p = this.pool.take();
    p.protocol = Protocol.sctp;
    p.src = endpoint.localAddress;
    p.dst = endpoint.remoteAddress;
    p.srcPort = endpoint.localPort;
    p.dstPort = endpoint.remotePort;
    p.flow = association.flow;
    p.flags = 0;
    p.seq = 0;
    p.ack = 0;
    p.window = 0;
    p.payload = association;
    return p;
  }

  /** Sends a packet of its own with the tag and chunks in `words`. */
  reply(association: SctpAssociation, words: readonly number[]): void {
    this.sendWords(this.newPacket(association), words);
  }

  send(p: Packet): void {
    this.node.send(p);
  }

  /** Section 5.1 B: everything goes into the cookie, nothing is remembered. Section 5.2.1: also when there is one already. */
  private onInit(p: Packet, present: SctpAssociation | undefined): void {
    const listener = this.listeners.get(p.dstPort);
    const tag = p.sack[2]!;
    if (listener === undefined) {
      this.answer(p, [tag, Chunk.abort, 0, END]);
      return;
    }
    const { config } = listener;
    const local = present === undefined ? this.nextTag++ : present.localTag;
    const cookie = [this.events.now, local, tag, p.sack[3]!, p.sack[5]!, 0];
    this.answer(p, [tag, Chunk.initAck, local, config.receiveBuffer, config.streams, config.streams, ...cookie, END]);
  }

  /** Section 5.1.5: the cookie makes the association. */
  private onCookieEcho(p: Packet): void {
    const listener = this.listeners.get(p.dstPort);
    const { sack: words } = p;
    if (listener === undefined || this.events.now - words[2]! > listener.config.cookieLife) return;
    const endpoint = {
      localAddress: p.dst,
      localPort: p.dstPort,
      remoteAddress: p.src,
      remotePort: p.srcPort,
    };
    const association = this.make(false, endpoint, words[3]!, listener, p.flow, listener.accept);
    association.onCookie(words[4]!, words[5]!, words[6]!);
    association.receive(p);
  }

  /** Section 8.4. The tag is reflected (T bit), as no other is known. */
  private onOutOfTheBlue(p: Packet): void {
    const first = p.sack[1]!;
    if (first === Chunk.abort || first === Chunk.shutdownComplete || first === Chunk.cookieAck) return;
    const type = first === Chunk.shutdownAck ? Chunk.shutdownComplete : Chunk.abort;
    this.answer(p, [p.sack[0]!, type, 1, END]);
  }

  /** Section 8.5.1: ABORT and SHUTDOWN COMPLETE may carry the tag that we send. */
  private hasReflectedTag(words: readonly number[], association: SctpAssociation): boolean {
    const isEnd = words[1] === Chunk.abort || words[1] === Chunk.shutdownComplete;
    return isEnd && words[2] === 1 && words[0] === association.remoteTag;
  }

  private make(
    isInitiator: boolean,
    endpoint: Endpoint,
    tag: number,
    { config, congestionControl }: SctpOptions,
    flow: number,
    accept: StreamAcceptor | null,
  ): SctpAssociation {
    const association = new SctpAssociation(this, isInitiator, endpoint, tag, config, congestionControl, flow, accept);
    this.associations.set(keyOf(endpoint), association);
    return association;
  }

  private answer(to: Packet, words: readonly number[]): void {
    const p = this.pool.take();
    p.protocol = Protocol.sctp;
    p.src = to.dst;
    p.dst = to.src;
    p.srcPort = to.dstPort;
    p.dstPort = to.srcPort;
    p.flow = to.flow;
    p.flags = 0;
    p.seq = 0;
    p.ack = 0;
    p.window = 0;
    this.sendWords(p, words);
  }

  private sendWords(p: Packet, words: readonly number[]): void {
    const room = p.sackRoom();
    for (let i = 0; i < words.length; i++) room[i] = words[i]!;
    p.sackCount = (words.length + 1) >> 1;
    let bytes = COMMON_HEADER;
    for (let at = 1; words[at] !== END; at = nextChunk(words, at)) bytes += chunkBytes(words, at);
    p.length = bytes;
    p.size = IP_HEADER + bytes;
    this.send(p);
  }
}

function keyOf(endpoint: Endpoint): string {
  return `${endpoint.localPort}/${endpoint.remoteAddress}/${endpoint.remotePort}`;
}
