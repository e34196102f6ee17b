import type { StreamMessage } from './byte-stream';

/** A message and where it ends in its stream, counted in bytes from the first. */
interface Mark {
  readonly message: StreamMessage;
  readonly end: number;
  next: Mark | null;
}

/** Messages kept behind the acknowledged ones, for captures that see an old segment again. */
const KEPT = 64;

/**
 * What one direction of a stream carries: the messages in it and where they end. The sender's end owns it; packets with
 * data carry a reference to it, so that it reaches the other end through whatever rewrites them; the receiver takes from it.
 */
export class StreamContent {
  /** The oldest mark kept for captures, and how many from there to the newest acknowledged one. */
  private oldest: Mark | null = null;
  private marks = 0;
  private newest: Mark | null = null;
  /** The next to be taken; what is before it only captures can still ask for. */
  private next: Mark | null = null;
  private encoded: Mark | null = null;
  private bytesOfEncoded: Uint8Array | null = null;

  /** `message` ends after `end` bytes of the stream; `acknowledged` of them need not be known much longer. */
  mark(message: StreamMessage, end: number, acknowledged: number): void {
    const mark: Mark = { message, end, next: null };
    if (this.newest === null) this.oldest = mark;
    else this.newest.next = mark;
    this.newest = mark;
    this.next ??= mark;
    this.marks++;
    while (this.marks > KEPT && this.oldest !== this.next && this.oldest!.end <= acknowledged) {
      this.oldest = this.oldest!.next;
      this.marks--;
    }
  }

  /** The next message, if it ends within the first `read` bytes. */
  take(read: number): StreamMessage | null {
    const { next } = this;
    if (next === null || next.end > read) return null;
    this.next = next.next;
    return next.message;
  }

  /** Bytes after the first `read` up to the end of the next message; Infinity when there is none. */
  untilEnd(read: number): number {
    return this.next === null ? Infinity : this.next.end - read;
  }

  /** The bytes from offset `from` on; zeros where nothing is known of them. */
  bytes(from: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let mark = this.oldest; mark !== null; mark = mark.next) {
      const start = mark.end - mark.message.size;
      if (start >= from + length) break;
      if (mark.end <= from || mark.message.encode === undefined) continue;
      const whole = this.encode(mark);
      const first = Math.max(start, from);
      bytes.set(whole.subarray(first - start, Math.min(mark.end, from + length) - start), first - from);
    }
    return bytes;
  }

  /** A large message leaves in many segments. */
  private encode(mark: Mark): Uint8Array {
    if (this.encoded !== mark) {
      this.encoded = mark;
      this.bytesOfEncoded = mark.message.encode!();
    }
    return this.bytesOfEncoded!;
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
  abstract writeAll(bytes: number): void;

  writeMessage(message: StreamMessage, bytes: number = message.size): void {
    if (!(message.size >= 1)) throw new RangeError(`a message of ${message.size} bytes; expected at least 1`);
    this.outbound ??= new StreamContent();
    // before the bytes: their segments leave at once
    this.outbound.mark(message, this.written + bytes, this.acknowledged);
    this.writeAll(bytes);
  }

  takeMessage(): StreamMessage | null {
    return this.inbound === null ? null : this.inbound.take(this.consumed);
  }

  get untilMessageEnd(): number {
    return this.inbound === null ? Infinity : this.inbound.untilEnd(this.consumed);
  }
}
