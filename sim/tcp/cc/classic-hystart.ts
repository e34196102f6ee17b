import type { Nanos } from '../../core/event-queue';
import type { ParamsOf } from '../../core/plugin';
import type { AckSample, FlowInfo } from './congestion-control';
import type { hystartParams, SlowStartExit } from './hystart';

export interface ClassicHyStartParams extends ParamsOf<typeof hystartParams> {
  /** What is watched: trains of ACKs, and the delay. */
  readonly hystartTrains: boolean;
  readonly hystartDelay: boolean;
}

/** Below this window nothing is detected and no round begins, segments. */
const LOW_WINDOW = 16;
/** ACKs that come closer together than this belong to one train. */
const ACK_DELTA: Nanos = 2e6;

/**
 * HyStart (Ha and Rhee, Computer Networks 55(9), 2011) as Linux has it: slow start ends at once, at the first round whose
 * ACKs come in a train as long as half the smallest RTT, or whose RTT has risen. Thresholds are those of HyStart++.
 */
export class ClassicHyStart implements SlowStartExit {
  private windowEnd = -1;
  private roundStart: Nanos = 0;
  private lastAck: Nanos = 0;
  private minRtt: Nanos = Infinity;
  private roundRtt: Nanos = Infinity;
  private samples = 0;

  constructor(
    private readonly params: ClassicHyStartParams,
    private readonly flow: FlowInfo,
  ) {}

  growth(acked: number): number {
    return acked;
  }

  onAck(ack: AckSample, cwnd: number): boolean {
    const { now } = this.flow;
    if (ack.rtt < 0) return false;
    if (ack.rtt < this.minRtt) this.minRtt = ack.rtt;
    if (cwnd < LOW_WINDOW * this.flow.mss) return false;
    if (ack.una > this.windowEnd) {
      this.windowEnd = ack.nxt;
      this.roundStart = this.lastAck = now;
      this.roundRtt = Infinity;
      this.samples = 0;
    }
    if (this.params.hystartTrains && now - this.lastAck <= ACK_DELTA) {
      this.lastAck = now;
      if (now - this.roundStart > this.minRtt / 2) return true;
    }
    if (ack.rtt < this.roundRtt) this.roundRtt = ack.rtt;
    if (this.samples < this.params.hystartRttSamples) {
      this.samples++;
      return false;
    }
    return this.params.hystartDelay && this.roundRtt > this.minRtt + this.threshold();
  }

  private threshold(): Nanos {
    const { hystartMinRttThresh, hystartMaxRttThresh, hystartMinRttDivisor } = this.params;
    return Math.max(hystartMinRttThresh, Math.min(this.minRtt / hystartMinRttDivisor, hystartMaxRttThresh));
  }
}
