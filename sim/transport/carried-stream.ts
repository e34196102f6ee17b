import type { Nanos } from '../core/event-queue';
import type { ByteStream, CloseReason, StreamDelegate } from './byte-stream';
import type { ContentWatching } from './content-watching';
import { ContentStream, type ContentWatch } from './stream-content';

/** One end of what carries many streams in frames or cells, as a stream sees it. */
export interface CarryingEnd {
  readonly watching: ContentWatching;
  /** There is something to send: bytes, or the end. */
  onReady(stream: CarriedStream): void;
  /** The application has read. */
  onRead(stream: CarriedStream): void;
  /** Tells the other end that the stream is gone. */
  reset(stream: CarriedStream): void;
  forget(stream: CarriedStream): void;
}

const NOBODY: StreamDelegate = {};

/** One stream among those that one end of a circuit carries: bytes both ways, each limited by what the other end grants. */
export abstract class CarriedStream extends ContentStream implements ByteStream {
  delegate: StreamDelegate = NOBODY;
  establishedAt: Nanos = -1;
  /** Bytes written (may be Infinity), put into frames, and read by the other end as far as it has said. */
  written = 0;
  sent = 0;
  acknowledged = 0;
  /** Bytes received, and read. */
  received = 0;
  consumed = 0;
  isRemoteClosed = false;
  isOpen = true;
  closing = false;
  endSent = false;

  abstract readonly end: CarryingEnd;
  abstract readonly flow: number;
  abstract get writable(): number;
  abstract get buffered(): number;

  protected override get watch(): ContentWatch | null {
    return this.end.watching.watch;
  }

  get readable(): number {
    return this.received - this.consumed;
  }

  get unacknowledged(): number {
    return this.written - this.acknowledged;
  }

  get unsent(): number {
    return this.written - this.sent;
  }

  get isShared(): true {
    return true;
  }

  get sender(): null {
    return null;
  }

  read(max: number): number {
    const got = max < this.readable ? max : this.readable;
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

  /** Both directions have ended. */
  finishIfDone(): void {
    if (this.endSent && this.isRemoteClosed && this.readable === 0) this.finish('finished');
  }
}
