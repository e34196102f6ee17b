import type { Clock, Nanos } from '../../core/event-queue';

/**
 * A token bucket (RFC 2215 section 3.6: rate r, depth b), counted as ITU-T I.371's virtual scheduling does.
 * It keeps the one moment when it will be full, so that no rounding adds up however often it is asked.
 */
export class TokenBucket {
  private readonly nanosPerByte: number;
  /** When the bucket is, or was, full again. */
  private fullAt: Nanos = 0;

  /** `rate` in bit/s, `depth` in bytes; it starts full. */
  constructor(
    private readonly clock: Clock,
    rate: number,
    readonly depth: number,
  ) {
    this.nanosPerByte = 8e9 / rate;
  }

  /** Takes tokens for `size` bytes if they conform now; says whether they did. */
  take(size: number): boolean {
    const { now } = this.clock;
    if (size > this.depth || this.fullAt + (size - this.depth) * this.nanosPerByte > now) return false;
    this.fullAt = (this.fullAt > now ? this.fullAt : now) + size * this.nanosPerByte;
    return true;
  }

  /** The first moment when `size` bytes conform; Infinity when they never can. */
  conformsAt(size: number): Nanos {
    return size > this.depth ? Infinity : Math.ceil(this.fullAt + (size - this.depth) * this.nanosPerByte);
  }
}
