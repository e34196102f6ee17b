import type { Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';

/** Section 4.4: a window that is not used is kept this long. */
const NON_VALIDATED_PERIOD: Nanos = 300e9;
/** Section 4.2: the shortest pipeACK Sampling Period, which is otherwise three round trips. */
const SHORTEST_SAMPLING: Nanos = 1e9;
/** Measurement periods to a sampling period (section 4.5.1). */
const MEASUREMENTS = 5;
const LONG_AGO = -1e18;

/**
 * Congestion window validation for senders that do not fill their window (RFC 7661): what of the window the path has
 * lately been seen to carry, and how long the rest of it may be kept.
 */
export class WindowValidation {
  /** By measurement period, the most that was acknowledged in one round trip, bytes; and when the last of it was. */
  private readonly acked: number[] = new Array<number>(MEASUREMENTS).fill(0);
  private readonly at: Nanos[] = new Array<Nanos>(MEASUREMENTS).fill(LONG_AGO);
  private newest = 0;
  private period: Nanos = SHORTEST_SAMPLING;
  private roundStartDelivered = 0;
  /** When pipeACK became defined, or -1; when the window was last made smaller. */
  private definedAt: Nanos = -1;
  private shrunkAt: Nanos = ZERO;
  /** What the latest loss reduced, Infinity if the window was validated; bytes retransmitted before it. */
  private lossFlightSize = Infinity;
  private retransmittedBefore = 0;

  /** A round trip outside loss recovery ended, with `delivered` bytes delivered since the connection began. */
  onRound(delivered: number, now: Nanos, srtt: Nanos): void {
    const sample = delivered - this.roundStartDelivered;
    this.roundStartDelivered = delivered;
    this.period = Math.max(3 * srtt, SHORTEST_SAMPLING);
    if (this.definedAt < 0) this.definedAt = now;
    if (now - this.at[this.newest]! < this.period / MEASUREMENTS) {
      this.acked[this.newest] = Math.max(this.acked[this.newest]!, sample);
      return;
    }
    this.newest = (this.newest + 1) % MEASUREMENTS;
    this.acked[this.newest] = sample;
    this.at[this.newest] = now;
  }

  /** A round trip within loss recovery ended: it gives no sample (section 4.2). */
  skipRound(delivered: number): void {
    this.roundStartDelivered = delivered;
  }

  /**
   * pipeACK (section 4.2), bytes: the most acknowledged in a round trip of the sampling period, 0 if there was none. Infinity
   * while it is undefined.
   */
  pipeAck(now: Nanos): number {
    if (this.definedAt < 0) return Infinity;
    let most = 0;
    for (let i = 0; i < MEASUREMENTS; i++) {
      if (now - this.at[i]! < this.period && this.acked[i]! > most) most = this.acked[i]!;
    }
    return most;
  }

  /** Section 4.3: whether the sender is using what it is allowed; only then may the window grow (section 4.4). */
  isValidated(cwnd: number, now: Nanos): boolean {
    return this.pipeAck(now) >= cwnd / 2;
  }

  /**
   * Section 4.4.3: whether the non-validated period is over at time `now`, so that the window has to shrink. True once for
   * each period that has gone by: to be asked again until it is not.
   */
  hasExpired(cwnd: number, now: Nanos): boolean {
    if (this.definedAt < 0) return false;
    let since = Math.max(this.definedAt, this.shrunkAt);
    for (let i = 0; i < MEASUREMENTS; i++) {
      if (this.acked[i]! >= cwnd / 2) since = Math.max(since, this.at[i]! + this.period);
    }
    if (now - since < NON_VALIDATED_PERIOD) return false;
    this.shrunkAt = since + NON_VALIDATED_PERIOD;
    return true;
  }

  /**
   * Section 4.4.1: what a loss is to reduce, bytes: what is in flight, or what the path carried in a round trip if that was
   * more and the window is not validated. `retransmitted` bytes were retransmitted since the connection began.
   */
  onLoss(inFlight: number, cwnd: number, now: Nanos, retransmitted: number): number {
    this.retransmittedBefore = retransmitted;
    if (this.isValidated(cwnd, now)) {
      this.lossFlightSize = Infinity;
      return inFlight;
    }
    this.lossFlightSize = Math.max(this.pipeAck(now), inFlight);
    return this.lossFlightSize;
  }

  /**
   * Section 4.4.1: the window that the end of recovery leaves, bytes: half of what was reduced less what was lost of it;
   * Infinity if the window was validated. From now on pipeACK is undefined.
   */
  onRecovered(retransmitted: number): number {
    const window = (this.lossFlightSize - (retransmitted - this.retransmittedBefore)) / 2;
    this.lossFlightSize = Infinity;
    this.definedAt = -1;
    this.at.fill(LONG_AGO);
    this.acked.fill(0);
    return window;
  }
}
