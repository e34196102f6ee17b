import type { Nanos } from '../core/event-queue';
import type { Packet, WireContent } from '../core/packet';
import type { ByteStream, StreamMessage } from './byte-stream';

/** A message and where it ends in its stream, counted in bytes from the first. */
interface Mark {
  readonly message: StreamMessage;
  readonly end: number;
  next: Mark | null;
}

/** Follows messages through streams, for accounting; it changes nothing. */
export interface ContentWatch {
  /** `message` was written, and ends after `end` bytes. */
  written(content: StreamContent, message: StreamMessage, end: number): void;
  /** A packet with bytes of `content` leaves its sender; `p.seq - 1` is the offset of the first. */
  sent(content: StreamContent, p: Packet): void;
  /** It has arrived; `inOrder` bytes of the stream are now there without a gap. */
  received(content: StreamContent, p: Packet, inOrder: number): void;
  /** The bytes of `content` from `from` to `to` go on as the content of `carrier`, a message in another stream. */
  carried(content: StreamContent, from: number, to: number, carrier: StreamMessage): void;
  /** `message` was read and taken. */
  taken(content: StreamContent, message: StreamMessage): void;
}

/** Messages kept behind the acknowledged ones, for captures that see an old segment again. */
const KEPT = 64;

/**
 * What one direction of a stream carries: the messages in it and where they end. The sender's end owns it; packets with
 * data carry a reference to it, so that it reaches the other end through whatever rewrites them; the receiver takes from it.
 */
export class StreamContent implements WireContent {
  /** The oldest mark kept for captures, and how many from there to the newest acknowledged one. */
  private oldest: Mark | null = null;
  private marks = 0;
  private newest: Mark | null = null;
  /** The next to be taken; what is before it only captures can still ask for. */
  private next: Mark | null = null;
  /** A message that was begun, and where; its end is not written yet. */
  private begun: StreamMessage | null = null;
  private begunAt = 0;
  private encoded: StreamMessage | null = null;
  private bytesOfEncoded: Uint8Array | null = null;

  constructor(
    /** Null unless somebody follows messages. */
    readonly watch: ContentWatch | null = null,
    /** The stream that it was written to. */
    private readonly stream: { readonly establishedAt: Nanos } | null = null,
  ) {}

  /** When its stream was established; -1 before it is, or when that is not known. */
  get establishedAt(): Nanos {
    return this.stream === null ? -1 : this.stream.establishedAt;
  }

  /** `message` ends after `end` bytes of the stream; `acknowledged` of them need not be known much longer. */
  mark(message: StreamMessage, end: number, acknowledged: number): void {
    const mark: Mark = { message, end, next: null };
    if (this.newest === null) this.oldest = mark;
    else this.newest.next = mark;
    this.newest = mark;
    this.next ??= mark;
    this.marks++;
    if (this.begun === message) this.begun = null;
    this.watch?.written(this, message, end);
    while (this.marks > KEPT && this.oldest !== this.next && this.oldest!.end <= acknowledged) {
      this.oldest = this.oldest!.next;
      this.marks--;
    }
  }

  /** `message` begins after `start` bytes of the stream; its end is marked later. */
  begin(message: StreamMessage, start: number): void {
    this.begun = message;
    this.begunAt = start;
  }

  /** Tells `to` which message the byte after the first `read` is of, where one is known. */
  handOn(read: number, to: Pick<ByteStream, 'begin'>): void {
    const { next, begun } = this;
    if (next !== null) {
      const start = next.end - next.message.size;
      if (start <= read) to.begin?.(next.message, read - start);
    } else if (begun !== null && this.begunAt <= read && read < this.begunAt + begun.size) {
      to.begin?.(begun, read - this.begunAt);
    }
  }

  /** The next message, if it ends within the first `read` bytes. */
  take(read: number): StreamMessage | null {
    const { next } = this;
    if (next === null || next.end > read) return null;
    this.next = next.next;
    this.watch?.taken(this, next.message);
    return next.message;
  }

  /** Bytes after the first `read` up to the end of the next message; Infinity when there is none. */
  untilEnd(read: number): number {
    return this.next === null ? Infinity : this.next.end - read;
  }

  /** What the TCP segment `p` has of it (sequence number 1 is the first byte). */
  encode(p: Packet): Uint8Array {
    return this.bytes(p.seq - 1, p.length);
  }

  /** The bytes from offset `from` on; zeros where nothing is known of them. */
  bytes(from: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let mark = this.oldest; mark !== null; mark = mark.next) {
      const start = mark.end - mark.message.size;
      if (start >= from + length) break;
      this.fill(bytes, from, mark.message, start);
    }
    if (this.begun !== null) this.fill(bytes, from, this.begun, this.begunAt);
    return bytes;
  }

  /** Puts what `message`, which begins at `start`, has in `bytes`, which begin at `from`. */
  private fill(bytes: Uint8Array, from: number, message: StreamMessage, start: number): void {
    const first = Math.max(start, from);
    const end = Math.min(start + message.size, from + bytes.length);
    if (first >= end || message.encode === undefined) return;
    // a large message leaves in many segments
    if (this.encoded !== message) {
      this.encoded = message;
      this.bytesOfEncoded = message.encode();
    }
    bytes.set(this.bytesOfEncoded!.subarray(first - start, end - start), first - from);
  }
}

/** The half of a `ByteStream` that knows of messages; whoever carries the stream carries `outbound` with its data. */
export abstract class ContentStream {
  /** Null while no message was written. */
  outbound: StreamContent | null = null;
  /** What the peer's data carried; null while it carried none. */
  inbound: StreamContent | null = null;

  /** Bytes written since the beginning, of which `acknowledged` were received; and bytes read. */
  abstract readonly written: number;
  abstract readonly acknowledged: number;
  abstract readonly consumed: number;
  abstract readonly establishedAt: Nanos;
  abstract writeAll(bytes: number): void;

  /** Who follows the messages of this stream; null: nobody. */
  protected get watch(): ContentWatch | null {
    return null;
  }

  writeMessage(message: StreamMessage, bytes: number = message.size): void {
    if (!(message.size >= 1)) throw new RangeError(`a message of ${message.size} bytes; expected at least 1`);
    this.outbound ??= new StreamContent(this.watch, this);
    // before the bytes: their segments leave at once
    this.outbound.mark(message, this.written + bytes, this.acknowledged);
    this.writeAll(bytes);
  }

  begin(message: StreamMessage, sent: number): void {
    this.outbound ??= new StreamContent(this.watch, this);
    this.outbound.begin(message, this.written - sent);
  }

  handOn(next: Pick<ByteStream, 'begin'>): void {
    this.inbound?.handOn(this.consumed, next);
  }

  takeMessage(): StreamMessage | null {
    return this.inbound === null ? null : this.inbound.take(this.consumed);
  }

  get untilMessageEnd(): number {
    return this.inbound === null ? Infinity : this.inbound.untilEnd(this.consumed);
  }
}
