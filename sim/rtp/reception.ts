import type { Nanos } from '../core/event-queue';

const JITTER_GAIN = 1 / 16;

/** The reception report block of RFC 3550 section 6.4.1, with times in nanoseconds. */
export interface ReportBlock {
  /** Lost since the last report, in 256ths of what was expected. */
  readonly fractionLost: number;
  readonly cumulativeLost: number;
  readonly highestSeq: number;
  readonly jitter: Nanos;
}

/** What a receiver keeps to make reception reports (RFC 3550 section 6.4.1, appendices A.3 and A.8). */
export class Reception {
  private base = -1;
  private highest = -1;
  private received = 0;
  private expectedPrior = 0;
  private receivedPrior = 0;
  private transit: Nanos = NaN;
  private jitter = 0;

  get heard(): boolean {
    return this.base >= 0;
  }

  /** A packet with this number and RTP timestamp, as a time, arrives. */
  onPacket(seq: number, timestamp: Nanos, now: Nanos): void {
    if (this.base < 0) this.base = seq;
    if (seq > this.highest) this.highest = seq;
    this.received++;
    const transit = now - timestamp;
    if (this.received > 1) {
      const difference = transit > this.transit ? transit - this.transit : this.transit - transit;
      this.jitter += (difference - this.jitter) * JITTER_GAIN;
    }
    this.transit = transit;
  }

  /** The report on what came since the last one. */
  report(): ReportBlock {
    const expected = this.highest - this.base + 1;
    const expectedNow = expected - this.expectedPrior;
    const lostNow = expectedNow - (this.received - this.receivedPrior);
    this.expectedPrior = expected;
    this.receivedPrior = this.received;
    return {
      fractionLost: expectedNow === 0 || lostNow <= 0 ? 0 : Math.min(255, Math.floor((256 * lostNow) / expectedNow)),
      cumulativeLost: expected - this.received,
      highestSeq: this.highest,
      jitter: this.jitter,
    };
  }
}
