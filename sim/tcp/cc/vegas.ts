import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import type { Nanos } from '../../core/event-queue';
import { number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const vegasParams = {
  alpha: number('segments queued in the path below which the window grows', 2, 0),
  beta: number('segments queued in the path above which it shrinks', 4, 0),
  gamma: number('segments queued in the path that end slow start', 1, 0),
};

/** Keeps alpha to beta segments of its own queued in the path, by comparing the expected with the actual rate. */
class Vegas extends LossBased {
  /** Smallest RTT ever, and of the round now measured. */
  private baseRtt: Nanos = Infinity;
  private roundRtt: Nanos = Infinity;
  private samples = 0;
  private grewLastRound = false;
  private diff = 0;

  constructor(
    flow: FlowInfo,
    private readonly params: ParamsOf<typeof vegasParams>,
  ) {
    super(flow);
  }

  observe(ack: AckSample): void {
    if (ack.rtt < 0) return;
    this.baseRtt = Math.min(this.baseRtt, ack.rtt);
    this.roundRtt = Math.min(this.roundRtt, ack.rtt);
    this.samples++;
  }

  onAck(ack: AckSample): void {
    if (ack.roundStart) this.endRound(ack.cwndLimited);
    // section 4.3: exponential growth every other round, so that one round can be measured at a steady window
    if (this.inSlowStart && !this.grewLastRound && ack.cwndLimited) this.slowStart(ack.ackedBytes, Infinity);
  }

  /** Section 4.2, once per round: Diff = (Expected - Actual) BaseRTT, in segments. */
  private endRound(cwndLimited: boolean): void {
    const { alpha, beta, gamma } = this.params;
    const rtt = this.roundRtt;
    // one delayed ACK alone tells nothing of the queue
    const measured = this.samples > 2 || (this.samples > 0 && this.cwnd < 4 * this.mss);
    this.roundRtt = Infinity;
    this.samples = 0;
    this.grewLastRound = this.inSlowStart && !this.grewLastRound;
    if (!measured) return;
    const target = (this.cwnd * this.baseRtt) / rtt;
    this.diff = (this.cwnd - target) / this.mss;
    if (this.inSlowStart) {
      if (this.diff > gamma) this.leaveSlowStart(target);
    } else if (this.diff > beta) {
      this.cwnd = Math.max(this.cwnd - this.mss, 2 * this.mss);
      this.ssthresh = Math.max(Math.min(this.ssthresh, this.cwnd - this.mss), 2 * this.mss);
    } else if (this.diff < alpha && cwndLimited) {
      this.cwnd += this.mss;
    }
  }

  private leaveSlowStart(target: number): void {
    this.cwnd = Math.max(Math.min(this.cwnd, target + this.mss), 2 * this.mss);
    this.ssthresh = Math.max(Math.min(this.ssthresh, this.cwnd - this.mss), 2 * this.mss);
  }

  protected backOff(loss: LossSample): number {
    return this.flightSize(loss) / 2;
  }

  override readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh, diff: this.diff };
  }
}

export const vegas = defineCongestionControl({
  summary: 'delay-based: holds a few segments in the queue and backs off before loss',
  reference: 'Brakmo and Peterson, TCP Vegas, IEEE JSAC 13(8), 1995',
  params: vegasParams,
  create: (params, flow) => new Vegas(flow, params),
});
