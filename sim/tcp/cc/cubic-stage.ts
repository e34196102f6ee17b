import { cbrt } from '../../core/maths';
import type { Nanos } from '../../core/event-queue';
import { ZERO } from '../../core/zero';

/**
 * The congestion avoidance stage of CUBIC (RFC 9438 section 4), made when it begins or the window is first reduced: many
 * connections end before that. Windows are bytes here, segments in the RFC; the names are the RFC's.
 */
export class CubicStage {
  wMax = ZERO;
  wEst = ZERO;
  cwndPrior = ZERO;
  /** Seconds. */
  k = ZERO;
  /** Beginning of the stage, or negative before its first ACK. */
  epochStart: Nanos = -0.5;
  /** W_max is the window that congestion avoidance begins with (sections 4.8 and 4.10). */
  wMaxUnknown = true;
  /** When the latest ACK came, or data was sent with nothing in flight. */
  lastAck: Nanos = ZERO;

  /** The first ACK of the stage, at time `now`; `cwnd` is cwnd_epoch. */
  begin(now: Nanos, cwnd: number, c: number, mss: number): void {
    this.epochStart = now;
    this.wEst = cwnd;
    if (this.wMaxUnknown || this.wMax <= cwnd) {
      this.wMax = cwnd;
      this.k = 0;
    } else {
      // section 4.2, equation 2
      this.k = cbrt((this.wMax - cwnd) / mss / c);
    }
    this.wMaxUnknown = false;
  }

  /** Section 4.2, equation 1: the window `t` seconds after the stage began. */
  wCubic(t: number, c: number, mss: number): number {
    const d = t - this.k;
    return c * d * d * d * mss + this.wMax;
  }

  /** Section 4.2: t leaves out the time in which the application was the limit. */
  skip(now: Nanos): void {
    if (this.epochStart >= 0) this.epochStart += now - this.lastAck;
  }

  /** Becomes what `other` is, but for the time of the latest ACK. */
  copy(other: CubicStage): void {
    this.wMax = other.wMax;
    this.wEst = other.wEst;
    this.cwndPrior = other.cwndPrior;
    this.k = other.k;
    this.epochStart = other.epochStart;
    this.wMaxUnknown = other.wMaxUnknown;
  }
}
