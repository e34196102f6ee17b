import { cbrt } from '../../core/maths';
import type { Nanos } from '../../core/event-queue';
import { ZERO } from '../../core/zero';

/** How long a growth that was computed holds while the window is the same: HZ/32. */
const HOLD: Nanos = 1e9 / 32;
/** Before the first loss the window grows by a twentieth at least. */
const MOST_BEFORE_LOSS = 20;
const LEAST = 2;
/** Acknowledged segments per segment of a Reno-friendly window: cwnd times 15/8, as beta_scale of beta 717/1024 rounds. */
const RENO = 15 / 8;

/**
 * CUBIC's congestion avoidance as Linux counts it (net/ipv4/tcp_cubic.c): whole segments, the cubic function looked at one
 * smallest RTT ahead, and `count` segments to be acknowledged for one of growth, which is a whole number, too.
 */
export class LinuxCubicGrowth {
  /** Negative before the first ACK of an epoch. */
  private epochStart: Nanos = -0.5;
  private origin = 0;
  private k = ZERO;
  private count = 0;
  private lastWindow = 0;
  private lastTime: Nanos = ZERO;
  private acked = 0;
  private renoWindow = 0;
  /** Acknowledged towards the next segment: segments, and bytes of one. */
  private credit = 0;
  private rest = 0;

  constructor(
    private readonly c: number,
    private readonly friendly: boolean,
    private readonly mss: number,
  ) {}

  /** A reduction: the next ACK begins an epoch. */
  restart(): void {
    this.epochStart = -0.5;
  }

  /** Time in which the application was the limit does not count. */
  skip(time: Nanos): void {
    if (this.epochStart >= 0) this.epochStart += time;
  }

  /** The window, segments, after `bytes` were acknowledged; `wMax` is 0 if there was no loss yet. Times in ns. */
  grow(window: number, bytes: number, wMax: number, now: Nanos, minRtt: Nanos): number {
    this.rest += bytes;
    const segments = Math.floor(this.rest / this.mss);
    this.rest -= segments * this.mss;
    this.update(window, segments, wMax, now, minRtt);
    // what was saved up for a larger count is used gently
    if (this.credit >= this.count) {
      this.credit = 0;
      window++;
    }
    this.credit += segments;
    if (this.credit >= this.count) {
      const more = Math.floor(this.credit / this.count);
      this.credit -= more * this.count;
      window += more;
    }
    return window;
  }

  private update(window: number, segments: number, wMax: number, now: Nanos, minRtt: Nanos): void {
    this.acked += segments;
    if (this.lastWindow === window && now - this.lastTime <= HOLD && this.epochStart >= 0) return;
    this.lastWindow = window;
    this.lastTime = now;
    if (this.epochStart < 0) {
      this.epochStart = now;
      this.acked = segments;
      this.renoWindow = window;
      this.origin = Math.max(wMax, window);
      this.k = cbrt((this.origin - window) / this.c);
    }
    const offset = (now - this.epochStart + minRtt) / 1e9 - this.k;
    const distance = Math.abs(offset);
    const delta = Math.floor(this.c * distance * distance * distance);
    const target = offset < 0 ? this.origin - delta : this.origin + delta;
    this.count = target > window ? Math.floor(window / (target - window)) : 100 * window;
    if (wMax === 0 && this.count > MOST_BEFORE_LOSS) this.count = MOST_BEFORE_LOSS;
    if (this.friendly) this.beFriendly(window);
    if (this.count < LEAST) this.count = LEAST;
  }

  private beFriendly(window: number): void {
    const each = Math.floor(window * RENO);
    while (this.acked > each) {
      this.acked -= each;
      this.renoWindow++;
    }
    if (this.renoWindow <= window) return;
    const most = Math.floor(window / (this.renoWindow - window));
    if (this.count > most) this.count = most;
  }
}
