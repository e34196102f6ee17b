import type { Nanos } from '../core/event-queue';
import type { ByteStream, CloseReason, StreamDelegate } from '../transport/byte-stream';
import { ContentStream, type ContentWatch } from '../transport/stream-content';
import type { CircuitEnd } from './circuit-end';
import type { FrameOrigin } from './frames';

/** One session in a circuit, at one of its ends: bytes both ways, each limited by the credit of the other end. */
export class CircuitSession extends ContentStream implements ByteStream, FrameOrigin {
  delegate: StreamDelegate = NOBODY;
  establishedAt: Nanos = -1;
  /** Bytes written (may be Infinity), framed, and read by the other end as its credit tells; limit of what may be framed. */
  written = 0;
  sent = 0;
  acknowledged = 0;
  granted: number;
  /** Bytes received, read, and the limit that the other end was given. */
  received = 0;
  consumed = 0;
  allowed: number;
  /** Next in the ring of a scheduler; its deficit there, bytes. */
  next: CircuitSession | null = null;
  deficit = 0;
  /** Bytes that a FIFO has queued. */
  admitted = 0;
  isRemoteClosed = false;
  isOpen = true;
  closing = false;
  endSent = false;

  constructor(
    readonly end: CircuitEnd,
    readonly id: number,
    readonly flow: number,
    readonly weight: number,
  ) {
    super();
    this.granted = this.allowed = end.config.window;
  }

  protected override get watch(): ContentWatch | null {
    return this.end.watching.watch;
  }

  get readable(): number {
    return this.received - this.consumed;
  }

  get writable(): number {
    if (this.closing) return 0;
    const room = this.acknowledged + this.end.config.window - this.written;
    return room > 0 ? room : 0;
  }

  get unacknowledged(): number {
    return this.written - this.acknowledged;
  }

  /** Not framed yet, or received and not read: what is on its way is held by the circuit, for all its sessions. */
  get buffered(): number {
    return this.readable + this.ready;
  }

  get isShared(): true {
    return true;
  }

  get sender(): null {
    return null;
  }

  /** Bytes that could be framed now. */
  get ready(): number {
    const limit = this.written < this.granted ? this.written : this.granted;
    return limit - this.sent;
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
    if (this.readable > 0) {
      this.abort();
      return;
    }
    this.shutdown();
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

const NOBODY: StreamDelegate = {};
