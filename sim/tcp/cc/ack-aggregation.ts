import type { Nanos } from '../../core/event-queue';
import { WindowedMax } from './windowed-max';

const ROUNDS = 10;

/** How much the path delivers in bursts beyond the bandwidth (draft-ietf-ccwg-bbr section 5.5.9, extra_acked), bytes. */
export class AckAggregation {
  private readonly extra = new WindowedMax(ROUNDS);
  private delivered = 0;

  constructor(private intervalStart: Nanos) {}

  /** An ACK of `acked` bytes came `now`; `bandwidth` in bit/s, `cwnd` in bytes. */
  update(acked: number, bandwidth: number, cwnd: number, round: number, now: Nanos): void {
    let expected = (bandwidth * (now - this.intervalStart)) / 8e9;
    if (this.delivered <= expected) {
      this.restart(now);
      expected = 0;
    }
    this.delivered += acked;
    this.extra.update(Math.min(this.delivered - expected, cwnd), round);
  }

  restart(now: Nanos): void {
    this.delivered = 0;
    this.intervalStart = now;
  }

  /** The largest of the last ten rounds. */
  get most(): number {
    return this.extra.value;
  }

  /** The largest of this round. */
  get latest(): number {
    return this.extra.recent(1);
  }
}
