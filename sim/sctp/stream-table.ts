import type { Packet } from '../core/packet';
import type { CloseReason, StreamDelegate } from '../transport/byte-stream';
import type { SctpAssociation } from './association';
import { SctpStream } from './stream';

/** The streams of an association: who has which number, whose turn it is, which are to be reset (RFC 6525). */
export class StreamTable {
  /** The stream that was opened first: the association counts as its sender. */
  first: SctpStream | null = null;
  /** Shut the association down when the last stream is done. */
  closesWhenDone = true;
  /** Some stream carries messages that are known by reference. */
  hasContent = false;
  /** Streams in each direction, as negotiated (RFC 9260 section 5.1.1). */
  limit = 0;
  private readonly byId = new Map<number, SctpStream>();
  private readonly waiting: SctpStream[] = [];
  private readonly freeIds: number[] = [];
  private nextId = 0;
  /** Last of the ring of streams with messages to begin. */
  private tail: SctpStream | null = null;

  constructor(
    private readonly association: SctpAssociation,
    private readonly accept: ((stream: SctpStream) => StreamDelegate) | null,
  ) {}

  get(id: number): SctpStream | undefined {
    return this.byId.get(id);
  }

  get size(): number {
    return this.byId.size + this.waiting.length;
  }

  /** Opens a stream; it can be written to at once, and is established when the association is. */
  open(delegate: StreamDelegate, flow: number): SctpStream {
    const stream = new SctpStream(this.association, -1, flow);
    stream.delegate = delegate;
    this.first ??= stream;
    this.waiting.push(stream);
    if (this.association.establishedAt >= 0) this.association.soon();
    return stream;
  }

  /** Numbers the streams that wait, as far as numbers are free; without `tell` they are not established yet. */
  assign(): void {
    while (this.waiting.length > 0 && (this.freeIds.length > 0 || this.nextId < this.limit)) {
      const stream = this.waiting.shift()!;
      if (!stream.isOpen) continue;
      stream.id = this.freeIds.pop() ?? this.nextId++;
      this.byId.set(stream.id, stream);
      if (stream.isReady) this.ready(stream);
    }
  }

  /** The association is established: so are its streams. */
  establish(): void {
    this.assign();
    for (const stream of [...this.byId.values()]) stream.establish(this.association.now);
  }

  /** The stream with a number that the peer uses; null if it may not. */
  incoming(p: Packet, id: number): SctpStream | null {
    const present = this.byId.get(id);
    if (present !== undefined) return present;
    if (this.accept === null || id >= this.limit) return null;
    const sender = (p.payload as SctpAssociation).streams.get(id);
    const stream = new SctpStream(this.association, id, sender?.flow ?? this.association.flow);
    this.byId.set(id, stream);
    this.first ??= stream;
    this.association.setIdle(false);
    stream.delegate = this.accept(stream);
    stream.establish(this.association.now);
    return stream;
  }

  // --- Whose turn it is to begin a message

  /** The stream that begins the next message, or null. */
  get next(): SctpStream | null {
    return this.tail === null ? null : this.tail.nextReady;
  }

  ready(stream: SctpStream): void {
    if (stream.nextReady !== null) return;
    if (this.tail === null) stream.nextReady = stream;
    else {
      stream.nextReady = this.tail.nextReady;
      this.tail.nextReady = stream;
    }
    this.tail = stream;
  }

  /** The stream whose turn it was has sent a message. */
  afterMessage(stream: SctpStream): void {
    const { tail } = this;
    if (tail === null || tail.nextReady !== stream) return;
    if (stream.isReady) {
      if (this.association.config.streamScheduler === 'round-robin') this.tail = stream;
      return;
    }
    if (stream === tail) this.tail = null;
    else tail.nextReady = stream.nextReady;
    stream.nextReady = null;
    if (stream.isDrained) this.association.reconfig.want(stream);
  }

  /** Takes streams that have nothing left from the head of the ring (they were aborted). */
  private drop(stream: SctpStream): void {
    if (stream.nextReady === null) return;
    let before = this.tail!;
    while (before.nextReady !== stream) before = before.nextReady!;
    if (before === stream) this.tail = null;
    else {
      before.nextReady = stream.nextReady;
      if (this.tail === stream) this.tail = before;
    }
    stream.nextReady = null;
  }

  // --- The end of streams

  /** The application has ended `stream` at once. */
  onAbort(stream: SctpStream): void {
    if (!stream.isReady) this.drop(stream);
    if (stream.id < 0) {
      const at = this.waiting.indexOf(stream);
      if (at >= 0) this.waiting.splice(at, 1);
    }
    const { association } = this;
    const others = this.waiting.length > 0 || [...this.byId.values()].some((other) => other.isOpen);
    if (!others && this.closesWhenDone) association.abort('aborted');
    else if (stream.id >= 0) {
      if (!stream.isReady) association.reconfig.want(stream);
      association.output();
    }
  }

  /** Forgets `stream` when both directions are finished; the last one takes the association with it. */
  endIfDone(stream: SctpStream): void {
    if (!stream.closing || !stream.isDone || !this.byId.delete(stream.id)) return;
    this.freeIds.push(stream.id);
    stream.endWith('finished');
    if (this.waiting.length > 0) this.association.soon();
    if (this.size > 0) return;
    if (this.closesWhenDone && this.association.isInitiator) this.association.shutdownSoon();
    else this.association.setIdle(true);
  }

  /** The peer shuts down: no more will come on any stream (RFC 9260 section 9.2). */
  onShutdown(): void {
    for (const stream of [...this.byId.values()]) stream.onRemoteReset();
  }

  closeAll(reason: CloseReason): void {
    const all = [...this.byId.values(), ...this.waiting];
    this.byId.clear();
    this.waiting.length = 0;
    this.tail = null;
    for (const stream of all)
      stream.endWith(stream.isRemoteClosed && stream.unacknowledged === 0 ? 'finished' : reason);
  }
}
