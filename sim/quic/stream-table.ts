import type { Packet } from '../core/packet';
import type { CloseReason, StreamDelegate } from '../transport/byte-stream';
import type { QuicConfig } from './config';
import type { QuicConnection } from './connection';
import { ReadyStreams } from './ready-streams';
import { Reset } from './send-half';
import { QuicStream } from './stream';
import { Due } from './stream-dues';

/** RFC 9000 section 20.1. */
const FLOW_CONTROL_ERROR = 3;
const STREAM_LIMIT_ERROR = 4;
/** Bidirectional streams: 0, 4, 8 ... are the client's, 1, 5, 9 ... the server's (RFC 9000 section 2.1). */
const STEP = 4;
/** About what a STREAM frame has before its data. */
const FRAME_HEADER = 8;

/** The streams of a connection, and the flow control that they share (RFC 9000 sections 2 to 4). */
export class StreamTable {
  readonly ready: ReadyStreams;
  /** Streams with control frames to send. */
  readonly controls: QuicStream[] = [];
  /** The stream that was opened first: the connection counts as its sender. */
  first: QuicStream | null = null;
  maxDataDue = false;
  maxStreamsDue = false;
  /** Close the connection when the last stream is done. */
  closesWhenDone = true;
  /** Some stream carries messages that are known by reference. */
  hasContent = false;
  private readonly byId = new Map<number, QuicStream>();
  private readonly waiting: QuicStream[] = [];
  private opened = 0;
  private openLimit = 0;
  /** Streams of the peer: the limit it was told, those that are done, and the highest seen. */
  private granted: number;
  private done = 0;
  private seen = 0;
  /** Connection flow control: sent and allowed, received, read, and allowed to the peer. */
  private sentData = 0;
  private maxData = 0;
  private receivedData = 0;
  private readData = 0;
  private grantedData: number;

  constructor(
    private readonly connection: QuicConnection,
    private readonly accept: ((stream: QuicStream) => StreamDelegate) | null,
  ) {
    const { config } = connection;
    this.ready = new ReadyStreams(config.streamScheduler === 'round-robin');
    this.granted = config.maxStreams;
    this.grantedData = config.maxData;
  }

  get(id: number): QuicStream | undefined {
    return this.byId.get(id);
  }

  /** Streams that exist. */
  get size(): number {
    return this.byId.size + this.waiting.length;
  }

  /** Opens a stream; it can be written to at once, and is established when the connection is. */
  open(delegate: StreamDelegate, flow: number): QuicStream {
    const stream = new QuicStream(this.connection, -1, flow);
    stream.delegate = delegate;
    this.first ??= stream;
    this.waiting.push(stream);
    this.connection.setIdle(false);
    if (this.connection.establishedAt >= 0) this.connection.soon();
    return stream;
  }

  /** The peer's transport parameters are known, or remembered (RFC 9000 section 7.4.1). */
  onPeerLimits(peer: QuicConfig): void {
    if (peer.maxData > this.maxData) this.maxData = peer.maxData;
    if (peer.maxStreams > this.openLimit) this.openLimit = peer.maxStreams;
    for (const stream of this.byId.values())
      if (stream.send.credit < peer.maxStreamData) stream.send.credit = peer.maxStreamData;
  }

  /** Opens what was waiting, as far as the limit on streams allows. */
  establish(): void {
    while (this.waiting.length > 0 && this.opened < this.openLimit) {
      const stream = this.waiting.shift()!;
      if (!stream.isOpen) continue;
      stream.id = STEP * this.opened++ + (this.connection.isClient ? 0 : 1);
      stream.send.credit = this.connection.peer.maxStreamData;
      this.byId.set(stream.id, stream);
      stream.establish(this.connection.now);
      this.onWrite(stream);
    }
  }

  // --- Sending

  get sendCredit(): number {
    return this.maxData - this.sentData;
  }

  /** A stream has something to send, new data within the connection's credit or old. */
  get hasData(): boolean {
    const { first } = this.ready;
    if (first === null) return false;
    return this.sendCredit > 0 || this.hasLost;
  }

  private get hasLost(): boolean {
    // without credit only what was lost may be sent, or the end of a stream
    let stream = this.ready.first!;
    for (let i = 0; i < this.ready.size; i++, stream = stream.nextReady!) {
      if (stream.send.hasLost || stream.send.fresh === 0) return true;
    }
    return false;
  }

  /** The stream whose turn it is has data that was never sent. */
  get hasFresh(): boolean {
    const { first } = this.ready;
    return first !== null && first.send.fresh > 0 && this.sendCredit > 0;
  }

  get hasControl(): boolean {
    return this.maxDataDue || this.maxStreamsDue || this.controls.length > 0;
  }

  /** Bytes of the frames that are ready, counted up to `most`. */
  pendingBytes(most: number): number {
    let sum = 0;
    let stream = this.ready.first;
    for (let i = this.ready.size; i > 0 && sum < most && stream !== null; i--, stream = stream.nextReady) {
      sum += stream.send.pending + FRAME_HEADER;
    }
    return sum;
  }

  onWrite(stream: QuicStream): void {
    if (stream.id < 0) return;
    if (stream.send.isReady) this.ready.add(stream);
    this.connection.output();
  }

  onStreamSent(fresh: number): void {
    this.sentData += fresh;
  }

  onStreamAcked(id: number, offset: number, length: number, fin: boolean): void {
    const stream = this.byId.get(id);
    if (stream === undefined) return;
    stream.send.onAcked(offset, length, fin);
    stream.onAcked();
    if (stream.send.isReady) this.ready.add(stream);
    this.forgetIfDone(stream);
  }

  onStreamLost(id: number, offset: number, length: number, fin: boolean): void {
    const stream = this.byId.get(id);
    if (stream === undefined || stream.send.reset !== Reset.none) return;
    stream.send.onLost(offset, length, fin);
    if (stream.send.isReady) this.ready.add(stream);
  }

  control(stream: QuicStream): void {
    if (stream.id >= 0 && !this.controls.includes(stream)) this.controls.push(stream);
  }

  onMaxData(limit: number): void {
    if (limit > this.maxData) this.maxData = limit;
  }

  onMaxStreamData(id: number, limit: number): void {
    const stream = this.byId.get(id);
    if (stream === undefined || limit <= stream.send.credit) return;
    stream.send.credit = limit;
    if (stream.send.isReady) this.ready.add(stream);
  }

  onMaxStreams(limit: number): void {
    if (limit <= this.openLimit) return;
    this.openLimit = limit;
    if (this.waiting.length > 0) this.connection.soon();
  }

  // --- Receiving

  onStreamFrame(p: Packet, id: number, offset: number, length: number, fin: boolean): void {
    const stream = this.byId.get(id) ?? this.incoming(p, id);
    if (stream === null) return;
    if (stream.inbound === null) {
      const sender = (p.payload as QuicConnection).streams;
      if (sender.hasContent) stream.inbound = sender.get(id)?.outbound ?? null;
    }
    const before = stream.receive.nxt;
    const growth = stream.receive.take(offset, length, fin);
    if (growth > 0) this.receivedData += growth;
    if (growth < 0 || this.receivedData > this.grantedData) {
      this.connection.close(FLOW_CONTROL_ERROR, 'reset');
      return;
    }
    // what nobody will read counts as read
    if (!stream.isOpen) this.readData += growth;
    stream.onData(stream.receive.nxt > before);
    this.forgetIfDone(stream);
  }

  /** RESET_STREAM: what was sent of the stream counts, received or not (RFC 9000 section 4.5). */
  onReset(id: number, finalSize: number): void {
    const stream = this.byId.get(id);
    if (stream === undefined || stream.receive.isReset) return;
    const missing = finalSize - stream.receive.highest;
    if (missing > 0) {
      stream.receive.highest = finalSize;
      this.receivedData += missing;
      if (!stream.isOpen) this.readData += missing;
    }
    stream.onPeerReset();
    this.forgetIfDone(stream);
  }

  /** The stream that a frame opens; null if it is done already, or is not the peer's to open. */
  private incoming(p: Packet, id: number): QuicStream | null {
    const isOurs = (id & 1) === (this.connection.isClient ? 0 : 1);
    const index = (id - (id & 1)) / STEP;
    if (isOurs || this.accept === null || index < this.seen) return null;
    if (index >= this.granted) {
      this.connection.close(STREAM_LIMIT_ERROR, 'reset');
      return null;
    }
    // RFC 9000 section 3.2: opening a stream opens the ones before it
    for (; this.seen <= index; this.seen++) this.take(p, STEP * this.seen + (id & 1));
    return this.byId.get(id) ?? null;
  }

  private take(p: Packet, id: number): void {
    const sender = (p.payload as QuicConnection).streams.get(id);
    const stream = new QuicStream(this.connection, id, sender?.flow ?? this.connection.flow);
    stream.send.credit = this.connection.peer.maxStreamData;
    this.byId.set(id, stream);
    this.first ??= stream;
    this.connection.setIdle(false);
    stream.delegate = this.accept!(stream);
    stream.establish(this.connection.now);
  }

  onRead(stream: QuicStream, bytes: number): void {
    const { config } = this.connection;
    this.readData += bytes;
    if (this.readData + config.maxData - this.grantedData >= config.maxData / 2) this.maxDataDue = true;
    if (stream.receive.shouldGrant) {
      stream.due |= Due.maxStreamData;
      this.control(stream);
    }
    if (this.hasControl) this.connection.output();
  }

  grantData(): number {
    this.grantedData = this.readData + this.connection.config.maxData;
    return this.grantedData;
  }

  grantStreams(): number {
    this.granted = this.done + this.connection.config.maxStreams;
    return this.granted;
  }

  // --- The end of streams

  /** The application has ended `stream` at once. What it has not read counts as read: the credit is the connection's. */
  onAbort(stream: QuicStream): void {
    this.readData += stream.receive.highest - stream.receive.readOffset;
    if (stream.id < 0) {
      const at = this.waiting.indexOf(stream);
      if (at >= 0) this.waiting.splice(at, 1);
    } else this.control(stream);
    if (this.openCount === 0 && this.closesWhenDone) this.connection.close(0, 'aborted');
    else this.connection.output();
  }

  private get openCount(): number {
    let open = 0;
    for (const stream of this.byId.values()) if (stream.isOpen) open++;
    return open + this.waiting.length;
  }

  /** Forgets a stream that nothing more will be said of; the last one takes the connection with it. */
  forgetIfDone(stream: QuicStream): void {
    if (stream.isOpen || !(stream.send.isDone || stream.send.isDelivered)) return;
    if (!stream.receive.isComplete && !stream.receive.isReset) return;
    if (!this.byId.delete(stream.id)) return;
    const isPeers = (stream.id & 1) === (this.connection.isClient ? 1 : 0);
    if (isPeers) {
      this.done++;
      if (this.done + this.connection.config.maxStreams - this.granted >= this.connection.config.maxStreams / 2) {
        this.maxStreamsDue = true;
      }
    }
    if (this.size > 0) return;
    if (this.closesWhenDone && this.connection.isClient) this.connection.closeSoon();
    else this.connection.setIdle(true);
  }

  closeAll(reason: CloseReason): void {
    for (const stream of [...this.byId.values(), ...this.waiting]) stream.onConnectionClosed(reason);
    this.byId.clear();
    this.waiting.length = 0;
  }
}
