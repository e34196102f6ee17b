import type { Nanos } from '../core/event-queue';
import type { Address, Packet } from '../core/packet';
import type { Node } from '../net/node';
import type { ByteStream, CloseReason, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { StreamContent } from '../transport/stream-content';
import type { StreamTransport } from '../transport/stream-transport';
import { UDP_OVERHEAD, type UdpDelegate, type UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';

const LARGEST_PACKET = 1500;
/** Copies of the datagram that ends a stream: nobody acknowledges it. */
const ENDS = 3;
/** Messages that are not complete are forgotten when so many are. */
const MOST_INCOMPLETE = 1000;
const Kind = { data: 0, end: 1, abort: 2 } as const;

/** What one message's datagrams carry: all of its bytes are to arrive, or it never does. */
interface Burst {
  readonly message: StreamMessage;
  /** Offsets in the stream: from the end of the message before it. */
  readonly from: number;
  readonly end: number;
}

/** What has arrived of a burst. */
interface Gathered {
  readonly offsets: Set<number>;
  bytes: number;
}

/**
 * A leg of a session over bare datagrams, as a relay makes one that changes the transport (draft-mankin-im-session-guide-00
 * section 4.3): nothing is acknowledged, repeated, put in order or held back. What arrives is passed on; a message is
 * passed on when all of its bytes have arrived, in whatever order messages become complete.
 */
export class UdpStream implements ByteStream {
  readonly establishedAt: Nanos;
  readonly sender = null;
  readonly unacknowledged = 0;
  isOpen = true;
  isRemoteClosed = false;
  readable = 0;
  /** Bytes of datagrams that found the receive buffer full, and of messages that did not become complete. */
  overflowed = 0;
  incomplete = 0;
  private isShut = false;
  private written = 0;
  private lastEnd = 0;
  private consumed = 0;
  private arrived = 0;
  private held = 0;
  private readonly messages = new StreamContent();
  private readonly gathering = new Map<Burst, Gathered>();
  /** Bytes that arrived before it was known of what message they are: offset to length. */
  private readonly loose = new Map<number, number>();
  delegate: StreamDelegate = {};

  constructor(
    private readonly socket: UdpSocket,
    events: { readonly now: Nanos },
    private readonly peer: { readonly address: Address; readonly port: number },
    readonly flow: number,
    private readonly receiveBuffer: number,
    private readonly onGone: (stream: UdpStream) => void,
  ) {
    this.establishedAt = events.now;
  }

  /** A datagram leaves at once, whatever the network can take. */
  get writable(): number {
    return this.isShut ? 0 : Infinity;
  }

  get buffered(): number {
    return this.readable + this.held;
  }

  get untilMessageEnd(): number {
    return this.messages.untilEnd(this.consumed);
  }

  read(max: number): number {
    const bytes = Math.min(max, this.readable);
    this.readable -= bytes;
    this.consumed += bytes;
    return bytes;
  }

  takeMessage(): StreamMessage | null {
    return this.messages.take(this.consumed);
  }

  writeAll(bytes: number): void {
    if (bytes === Infinity) throw new RangeError('datagrams without end; give the transfer a size');
    this.write(bytes, null);
  }

  writeMessage(message: StreamMessage, bytes: number = message.size): void {
    const burst = { message, from: this.lastEnd, end: this.written + bytes };
    this.lastEnd = burst.end;
    this.write(bytes, burst);
  }

  shutdown(): void {
    if (this.isShut) return;
    this.isShut = true;
    for (let i = 0; i < ENDS; i++) this.send(0, Kind.end, null);
    if (this.isRemoteClosed) this.finish('finished');
  }

  close(): void {
    this.shutdown();
  }

  abort(): void {
    if (!this.isOpen) return;
    this.send(0, Kind.abort, null);
    this.finish('aborted');
  }

  /** Without a word to the peer. */
  finish(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.isShut = true;
    this.onGone(this);
    this.delegate.onClosed?.(this, reason);
  }

  /** A datagram of the peer. */
  receive(p: Packet): void {
    if (!this.isOpen) return;
    if (p.flags === Kind.abort) this.finish('reset');
    else if (p.flags === Kind.end) {
      if (this.isRemoteClosed) return;
      this.isRemoteClosed = true;
      this.delegate.onRemoteClosed?.(this);
      if (this.isShut) this.finish('finished');
    } else if (this.buffered + p.length > this.receiveBuffer) this.overflowed += p.length;
    else {
      const before = this.readable;
      if (p.payload === null) this.takeLoose(p.seq, p.length);
      else this.takePart(p.payload as Burst, p.seq, p.length);
      if (this.readable > before) this.delegate.onReadable?.(this);
    }
  }

  private takeLoose(offset: number, length: number): void {
    if (this.loose.has(offset)) return;
    this.loose.set(offset, length);
    if (this.loose.size > MOST_INCOMPLETE) this.loose.delete(this.loose.keys().next().value!);
    this.give(length);
  }

  private takePart(burst: Burst, offset: number, length: number): void {
    let gathered = this.gathering.get(burst);
    if (gathered === undefined) {
      this.gathering.set(burst, (gathered = { offsets: new Set(), bytes: 0 }));
      if (this.gathering.size > MOST_INCOMPLETE) this.forgetOldest();
    }
    if (gathered.offsets.has(offset)) return;
    gathered.offsets.add(offset);
    gathered.bytes += length;
    this.held += length;
    if (gathered.bytes + this.looseOf(burst) < burst.end - burst.from) return;
    this.gathering.delete(burst);
    this.held -= gathered.bytes;
    this.give(gathered.bytes);
    this.messages.mark(burst.message, this.arrived, this.arrived);
  }

  private give(bytes: number): void {
    this.arrived += bytes;
    this.readable += bytes;
  }

  private looseOf({ from, end }: Burst): number {
    let bytes = 0;
    for (const [offset, length] of this.loose) if (offset >= from && offset < end) bytes += length;
    return bytes;
  }

  private forgetOldest(): void {
    const [burst, { bytes }] = this.gathering.entries().next().value!;
    this.gathering.delete(burst);
    this.held -= bytes;
    this.incomplete += bytes;
  }

  private get payload(): number {
    return LARGEST_PACKET - UDP_OVERHEAD;
  }

  private write(bytes: number, burst: Burst | null): void {
    if (this.isShut) throw new Error('write after close');
    for (let left = bytes; left > 0; left -= this.payload) this.send(Math.min(left, this.payload), Kind.data, burst);
  }

  private send(bytes: number, kind: number, burst: Burst | null): void {
    const { socket, peer } = this;
    socket.connect(peer.address, peer.port);
    const p = socket.datagram(bytes, this.written);
    p.flags = kind;
    p.payload = burst;
    p.flow = this.flow;
    this.written += bytes;
    socket.send(p);
  }
}

/** UDP as what a leg of a session runs over. */
export class UdpStreamTransport implements StreamTransport {
  private readonly sockets = new Map<string, UdpSocket>();

  constructor(
    /** Bytes that a socket holds; what comes when it is full is lost. */
    private readonly receiveBuffer: number,
  ) {}

  listen(node: Node, port: number, accept: (stream: ByteStream) => StreamDelegate): void {
    const streams = new Map<string, UdpStream>();
    const { events } = node.simulation;
    const delegate: UdpDelegate = {
      onDatagram: (p) => {
        const key = `${p.src}:${p.srcPort}`;
        let stream = streams.get(key);
        if (stream === undefined) {
          // the ends of a stream that is gone begin none
          if (p.flags !== Kind.data) return;
          const peer = { address: p.src, port: p.srcPort };
          stream = new UdpStream(socket, events, peer, p.flow, this.receiveBuffer, () => streams.delete(key));
          streams.set(key, stream);
          stream.delegate = accept(stream);
          stream.delegate.onEstablished?.(stream);
        }
        stream.receive(p);
      },
    };
    const socket = UdpStack.of(node).bind(delegate, 0, port);
    this.sockets.set(`${node.name}:${port}`, socket);
  }

  unlisten(node: Node, port: number): void {
    this.sockets.get(`${node.name}:${port}`)?.close();
  }

  connect(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): ByteStream {
    const socket = UdpStack.of(node).bind({ onDatagram: (p) => stream.receive(p) }, flow);
    const peer = { address: remote, port };
    const stream = new UdpStream(socket, node.simulation.events, peer, flow, this.receiveBuffer, () => socket.close());
    stream.delegate = delegate;
    return stream;
  }
}
