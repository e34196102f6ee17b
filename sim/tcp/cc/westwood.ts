import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import type { Nanos } from '../../core/event-queue';
import { duration, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const westwoodParams = {
  filter: number('weight of the old bandwidth estimate, once per round trip', 0.9, 0, 0.999),
  minInterval: duration('shortest time that a bandwidth sample may cover', '50 ms'),
};

/** Westwood+: Reno that backs off to what the path was measured to carry (bandwidth estimate times smallest RTT). */
class Westwood extends LossBased {
  /** bit/s; 0 before the first sample. */
  private bandwidth = 0;
  private sampleStart: Nanos = -1;
  private sampleBytes = 0;
  private minRtt: Nanos = Infinity;

  constructor(
    flow: FlowInfo,
    private readonly params: ParamsOf<typeof westwoodParams>,
  ) {
    super(flow);
  }

  /** One sample per round trip, in recovery too: counting over a whole round is what ACK compression cannot mislead. */
  observe(ack: AckSample): void {
    const now = this.flow.now;
    this.minRtt = ack.minRtt;
    if (this.sampleStart < 0) this.sampleStart = now;
    else this.sampleBytes += ack.ackedBytes;
    const elapsed = now - this.sampleStart;
    if (elapsed < Math.max(ack.srtt, this.params.minInterval) || elapsed === 0) return;
    const sample = (this.sampleBytes * 8e9) / elapsed;
    const { filter } = this.params;
    this.bandwidth = this.bandwidth === 0 ? sample : filter * this.bandwidth + (1 - filter) * sample;
    this.sampleStart = now;
    this.sampleBytes = 0;
  }

  onAck(ack: AckSample): void {
    if (!ack.cwndLimited) return;
    let acked = ack.ackedBytes;
    if (this.inSlowStart) acked = this.slowStart(acked, Infinity);
    this.cwnd += (this.mss * acked) / this.cwnd;
  }

  /** ssthresh = BWE RTTmin; Reno's half while nothing was measured. */
  protected backOff(loss: LossSample): number {
    if (this.bandwidth === 0 || this.minRtt === Infinity) return this.flightSize(loss) / 2;
    return (this.bandwidth * this.minRtt) / 8e9;
  }

  /** The window shrinks to ssthresh, or stays when the path carries more. */
  override onLossEpisode(loss: LossSample): void {
    const before = this.cwnd;
    super.onLossEpisode(loss);
    this.cwnd = Math.min(this.cwnd, before);
  }

  override readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh, bandwidth: this.bandwidth };
  }
}

export const westwood = defineCongestionControl({
  summary: 'Westwood+: Reno with a back-off to the measured bandwidth, for lossy links',
  reference:
    'Grieco and Mascolo, Performance evaluation and comparison of Westwood+, New Reno and Vegas, CCR 34(2), 2004',
  params: westwoodParams,
  create: (params, flow) => new Westwood(flow, params),
});
