import { CarriedStream } from '../transport/carried-stream';
import { MOST_DATA } from './cells';
import type { OnionEnd } from './onion-end';

/** Cells of a stream that may be under way, and after how many of them its reader says so (tor-spec, "Stream-level flow control"). */
export const STREAM_WINDOW = 500;
export const STREAM_INCREMENT = 50;

/** One stream in a circuit, at the client or at the exit. */
export class OnionStream extends CarriedStream {
  /** Cells that may be sent. */
  window = STREAM_WINDOW;
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

  get writable(): number {
    if (this.closing) return 0;
    return Math.max(0, this.acknowledged + STREAM_WINDOW * MOST_DATA - this.written);
  }

  get buffered(): number {
    return this.readable + this.unsent;
  }

  /** At the exit: what continues it is there. */
  connected(): void {
    this.end.connected(this);
  }
}
