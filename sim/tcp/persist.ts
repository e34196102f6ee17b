import type { Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { TcpConfig } from './config';
import type { RttEstimator } from './rtt';

/**
 * When a closed window is probed (RFC 9293 section 3.8.6.1): first after an RTO, then at intervals that double. While the
 * peer answers, the connection stays open (MUST-37); unanswered probes count as retransmissions do.
 */
export class Persist {
  /** When the timer has to fire. */
  at: Nanos = ZERO;
  private probeAt: Nanos = ZERO;
  private backoffs = 0;
  /** Probes since the peer was last heard, and when the user timeout ends that the first of them began. */
  private unanswered = 0;
  private giveUpAt: Nanos = Infinity;

  constructor(
    private readonly config: TcpConfig,
    private readonly rtt: RttEstimator,
  ) {}

  /** The window has closed, at time `now`. */
  begin(now: Nanos): void {
    this.probeAt = now + this.interval();
    this.aim();
  }

  /** Data was acknowledged. */
  onProgress(): void {
    this.backoffs = 0;
  }

  /** The timer fired: whether the peer must be taken for gone. */
  isOver(now: Nanos): boolean {
    return this.unanswered > 0 && (this.unanswered >= this.config.dataRetries || now >= this.giveUpAt);
  }

  /** A probe is sent. */
  onProbe(now: Nanos): void {
    const { userTimeout } = this.config;
    if (this.unanswered === 0) this.giveUpAt = userTimeout > 0 ? now + userTimeout : Infinity;
    this.unanswered++;
    this.backoffs++;
    this.probeAt = now + this.interval();
    this.aim();
  }

  /** The peer was heard. Returns whether `at` has moved. */
  onHeard(): boolean {
    if (this.unanswered === 0) return false;
    this.unanswered = 0;
    this.aim();
    return true;
  }

  private aim(): void {
    this.at = this.unanswered > 0 && this.giveUpAt < this.probeAt ? this.giveUpAt : this.probeAt;
  }

  private interval(): Nanos {
    const { maxRto } = this.config;
    let interval = this.rtt.rto;
    for (let i = 0; i < this.backoffs && interval < maxRto; i++) interval *= 2;
    return Math.min(interval, maxRto);
  }
}
