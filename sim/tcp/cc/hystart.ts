import type { Nanos } from '../../core/event-queue';
import { duration, integer, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';
import type { AckSample } from './congestion-control';

/** RFC 9406 section 4.3, with its recommended values. */
export const hystartParams = {
  hystartMinRttThresh: duration('smallest rise of RTT that ends slow start (MIN_RTT_THRESH)', '4 ms'),
  hystartMaxRttThresh: duration('rise of RTT that always ends slow start (MAX_RTT_THRESH)', '16 ms'),
  hystartMinRttDivisor: number('fraction of the RTT that counts as a rise (MIN_RTT_DIVISOR)', 8, 1),
  hystartRttSamples: integer('RTT samples that a round needs (N_RTT_SAMPLE)', 8, 1),
  hystartCssGrowthDivisor: number('how much slower conservative slow start grows (CSS_GROWTH_DIVISOR)', 4, 1),
  hystartCssRounds: integer('rounds of conservative slow start (CSS_ROUNDS)', 5, 1),
  hystartLimit: number('segments of growth per ACK (L: 8 unpaced, unlimited when paced)', 8, 1),
};

/** What ends the initial slow start before a loss does. */
export interface SlowStartExit {
  /** Bytes by which an ACK of `acked` bytes may open the window. */
  growth(acked: number): number;
  /** For each ACK in slow start; `cwnd` is the window before it grows, bytes. True when slow start is over. */
  onAck(ack: AckSample, cwnd: number): boolean;
}

/** Conservative slow start: the round's smallest RTT when it began (cssBaselineMinRtt), and its rounds. */
class ConservativeSlowStart {
  rounds = 0;

  constructor(readonly baselineMinRtt: Nanos) {}
}

/**
 * HyStart++ (RFC 9406): leaves the initial slow start for conservative slow start (CSS) when the round's smallest RTT has
 * risen, and that for congestion avoidance if the rise lasts.
 */
export class HyStart implements SlowStartExit {
  private windowEnd = -1;
  private lastRoundMinRtt: Nanos = Infinity;
  private currentRoundMinRtt: Nanos = Infinity;
  private rttSampleCount = 0;
  /** Null in slow start proper, to which a passing rise returns. */
  private css: ConservativeSlowStart | null = null;

  constructor(
    private readonly params: ParamsOf<typeof hystartParams>,
    private readonly mss: number,
  ) {}

  get inCss(): boolean {
    return this.css !== null;
  }

  growth(acked: number): number {
    const bytes = Math.min(acked, this.params.hystartLimit * this.mss);
    return this.css !== null ? bytes / this.params.hystartCssGrowthDivisor : bytes;
  }

  /** Section 4.2, for each ACK in slow start. True when slow start is over and ssthresh becomes cwnd. */
  onAck(ack: AckSample): boolean {
    if (ack.una >= this.windowEnd) {
      // a partial round of CSS counts too
      if (this.css !== null && ++this.css.rounds >= this.params.hystartCssRounds) return true;
      this.windowEnd = ack.nxt;
      this.lastRoundMinRtt = this.currentRoundMinRtt;
      this.currentRoundMinRtt = Infinity;
      this.rttSampleCount = 0;
    }
    if (ack.rtt >= 0) {
      this.currentRoundMinRtt = Math.min(this.currentRoundMinRtt, ack.rtt);
      this.rttSampleCount++;
    }
    if (this.rttSampleCount < this.params.hystartRttSamples) return false;
    if (this.css !== null) {
      // the rise was a passing one: back to slow start
      if (this.currentRoundMinRtt < this.css.baselineMinRtt) this.css = null;
    } else if (this.currentRoundMinRtt >= this.lastRoundMinRtt + this.rttThresh()) {
      this.css = new ConservativeSlowStart(this.currentRoundMinRtt);
    }
    return false;
  }

  private rttThresh(): Nanos {
    const { hystartMinRttThresh, hystartMaxRttThresh, hystartMinRttDivisor } = this.params;
    return Math.max(hystartMinRttThresh, Math.min(this.lastRoundMinRtt / hystartMinRttDivisor, hystartMaxRttThresh));
  }
}
