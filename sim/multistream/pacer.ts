import type { Clock, Nanos } from '../core/event-queue';

/** When the next packet may leave (RFC 9002 section 7.7; draft-ietf-ccwg-bbr section 4.6). */
export class Pacer {
  /** The moment from which the next packet may leave, had there been no burst. */
  releaseAt: Nanos = 0;

  constructor(private readonly clock: Clock) {}

  /** `bytes` leave at `rate` bit/s; up to `burst` bytes may leave at once after a rest. */
  onSend(bytes: number, rate: number, burst: number): void {
    const { now } = this.clock;
    const earliest = now - (burst * 8e9) / rate;
    const from = this.releaseAt > earliest ? this.releaseAt : earliest;
    this.releaseAt = from + (bytes * 8e9) / rate;
  }

  get mustWait(): boolean {
    return this.releaseAt > this.clock.now;
  }
}
