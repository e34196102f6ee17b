import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import type { Nanos } from '../../core/event-queue';
import { duration, flag, integer, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const ledbatParams = {
  target: duration('queueing delay to hold, at most 100 ms (TARGET)', '100 ms'),
  gain: number('growth at no queueing delay, segments per round trip, at most 1 (GAIN)', 1, 0.01, 1),
  allowedIncrease: number('segments that cwnd may exceed the flight by (ALLOWED_INCREASE)', 1, 1),
  baseHistory: integer('minutes over which the base delay is the smallest (BASE_HISTORY)', 10, 2, 60),
  currentFilter: integer('delay samples of which the smallest counts (CURRENT_FILTER)', 4, 1, 1000),
  minCwnd: number('smallest window, segments (MIN_CWND)', 2, 2),
  slowStart: flag('begin with slow start', false),
};

const MINUTE = 60e9;

/** RFC 6817: a scavenger that yields as soon as the one-way queueing delay nears its target. */
class Ledbat extends LossBased {
  private readonly baseDelays: Float64Array;
  private readonly currentDelays: Float64Array;
  private minute = -1;
  private samples = 0;
  private queueingDelay: Nanos = 0;

  constructor(
    flow: FlowInfo,
    private readonly params: ParamsOf<typeof ledbatParams>,
  ) {
    super(flow);
    this.baseDelays = new Float64Array(params.baseHistory).fill(Infinity);
    this.currentDelays = new Float64Array(params.currentFilter).fill(Infinity);
    // section 2.4.2: INIT_CWND
    this.cwnd = Math.min(flow.initialWindow, params.minCwnd * flow.mss);
    if (params.slowStart) this.cwnd = flow.initialWindow;
  }

  /** Section 2.4.2: base and current delay; the RTT stands in where no timestamps tell the one-way delay. */
  observe(ack: AckSample): void {
    const delay = ack.oneWayDelay === -1 ? ack.rtt : ack.oneWayDelay;
    if (ack.oneWayDelay === -1 && ack.rtt < 0) return;
    const { baseDelays, currentDelays } = this;
    const minute = Math.floor(this.flow.now / MINUTE);
    if (this.minute < 0) this.minute = minute;
    const slots = baseDelays.length;
    for (let passed = Math.min(minute - this.minute, slots); passed > 0; passed--) {
      baseDelays[(minute - passed + 1 + slots) % slots] = Infinity;
    }
    this.minute = minute;
    const slot = minute % slots;
    baseDelays[slot] = Math.min(baseDelays[slot]!, delay);
    currentDelays[this.samples++ % currentDelays.length] = delay;
    this.queueingDelay = least(currentDelays) - least(baseDelays);
  }

  onAck(ack: AckSample): void {
    if (ack.cwndLimited || this.queueingDelay > this.params.target) this.follow(ack);
  }

  private follow(ack: AckSample): void {
    const { target, gain, allowedIncrease, minCwnd, slowStart } = this.params;
    if (slowStart && this.inSlowStart && this.queueingDelay < target / 2) {
      this.slowStart(ack.ackedBytes, Infinity);
      return;
    }
    if (this.inSlowStart) this.ssthresh = Math.max(this.cwnd, 2 * this.mss);
    // section 2.4.2
    const offTarget = (target - this.queueingDelay) / target;
    const next = this.cwnd + (gain * offTarget * ack.ackedBytes * this.mss) / this.cwnd;
    const most = ack.priorInFlight + allowedIncrease * this.mss;
    this.cwnd = Math.max(Math.min(next, most), minCwnd * this.mss);
  }

  /** Section 2.4.2: half on loss. */
  protected backOff(_loss: LossSample): number {
    return Math.max(this.cwnd / 2, this.params.minCwnd * this.mss);
  }

  override onLossEpisode(loss: LossSample): void {
    const before = this.cwnd;
    super.onLossEpisode(loss);
    this.cwnd = Math.min(before, this.cwnd);
  }

  override readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh, queueingDelay: this.queueingDelay };
  }
}

function least(values: Float64Array): number {
  let min = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i]! < min) min = values[i]!;
  return min;
}

export const ledbat = defineCongestionControl({
  summary: 'less than best effort: yields when the one-way queueing delay reaches its target',
  reference: 'RFC 6817',
  params: ledbatParams,
  create: (params, flow) => new Ledbat(flow, params),
});
