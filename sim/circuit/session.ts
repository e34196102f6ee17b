import { CarriedStream } from '../transport/carried-stream';
import type { CircuitEnd } from './circuit-end';
import type { FrameOrigin } from './frames';

/** One session in a circuit, at one of its ends: bytes both ways, each limited by the credit of the other end. */
export class CircuitSession extends CarriedStream implements FrameOrigin {
  /** Limit of what may be framed, and the one that the other end was given, bytes. */
  granted: number;
  allowed: number;
  /** Next in the ring of a scheduler; its deficit there, bytes. */
  next: CircuitSession | null = null;
  deficit = 0;
  /** Bytes that a FIFO has queued. */
  admitted = 0;

  constructor(
    readonly end: CircuitEnd,
    readonly id: number,
    readonly flow: number,
    readonly weight: number,
  ) {
    super();
    this.granted = this.allowed = end.config.window;
  }

  get writable(): number {
    if (this.closing) return 0;
    const room = this.acknowledged + this.end.config.window - this.written;
    return room > 0 ? room : 0;
  }

  /** Not framed yet, or received and not read: what is on its way is held by the circuit, for all its sessions. */
  get buffered(): number {
    return this.readable + this.ready;
  }

  /** Bytes that could be framed now. */
  get ready(): number {
    const limit = this.written < this.granted ? this.written : this.granted;
    return limit - this.sent;
  }
}
