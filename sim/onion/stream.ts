import type { Nanos } from '../core/event-queue';
import type { ByteStream, CloseReason, StreamDelegate } from '../transport/byte-stream';
import { ContentStream, type ContentWatch } from '../transport/stream-content';
import { MOST_DATA } from './cells';
import type { OnionEnd } from './onion-end';

/** Cells of a stream that may be under way, and after how many of them its reader says so (tor-spec, "Stream-level flow control"). */
export const STREAM_WINDOW = 500;
export const STREAM_INCREMENT = 50;

/** One stream in a circuit, at the client or at the exit. */
export class OnionStream extends ContentStream implements ByteStream {
  delegate: StreamDelegate = {};
  establishedAt: Nanos = -1;
  written = 0;
  /** Bytes in cells, and of those what the other end has said that it has read. */
  sent = 0;
  acknowledged = 0;
  received = 0;
  consumed = 0;
  /** Cells that may be sent. */
  window = STREAM_WINDOW;
  isRemoteClosed = false;
  isOpen = true;
  closing = false;
  endSent = false;
  /** Where cells end that were sent and not acknowledged, and that came and were not read, in bytes of the stream. */
  readonly cellsSent: number[] = [];
  readonly cellsReceived: number[] = [];
  /** Cells read and not told of. */
  unsaid = 0;

  constructor(
    readonly end: OnionEnd,
    readonly id: number,
    readonly flow: number,
  ) {
    super();
  }

  protected override get watch(): ContentWatch | null {
    return this.end.watching.watch;
  }

  get readable(): number {
    return this.received - this.consumed;
  }

  get writable(): number {
    if (this.closing) return 0;
    return Math.max(0, this.acknowledged + STREAM_WINDOW * MOST_DATA - this.written);
  }

  get unacknowledged(): number {
    return this.written - this.acknowledged;
  }

  get unsent(): number {
    return this.written - this.sent;
  }

  get buffered(): number {
    return this.readable + this.unsent;
  }

  get isShared(): true {
    return true;
  }

  get sender(): null {
    return null;
  }

  read(max: number): number {
    const got = Math.min(max, this.readable);
    this.consumed += got;
    if (got > 0) this.end.onRead(this);
    return got;
  }

  writeAll(bytes: number): void {
    if (this.closing) throw new Error('write after close');
    this.written += bytes;
    this.end.onReady(this);
  }

  shutdown(): void {
    if (this.closing) return;
    this.closing = true;
    this.end.onReady(this);
  }

  close(): void {
    if (this.readable > 0) this.abort();
    else this.shutdown();
  }

  abort(): void {
    if (!this.isOpen) return;
    this.end.reset(this);
    this.finish('aborted');
  }

  finish(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.closing = true;
    this.end.forget(this);
    this.delegate.onClosed?.(this, reason);
  }

  /** At the exit: what continues it is there. */
  connected(): void {
    this.end.connected(this);
  }

  /** Both directions have ended. */
  finishIfDone(): void {
    if (this.endSent && this.isRemoteClosed && this.readable === 0) this.finish('finished');
  }
}
