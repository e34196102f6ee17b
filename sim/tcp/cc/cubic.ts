import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import { LinuxCubicGrowth } from './linux-cubic';
import { ClassicHyStart } from './classic-hystart';
import { HyStart, hystartParams, type SlowStartExit } from './hystart';
import type { Nanos } from '../../core/event-queue';
import { cbrt } from '../../core/maths';
import { ZERO } from '../../core/zero';
import { choice, flag, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const cubicParams = {
  c: number('C, segments/s^3: how fast the window grows far from W_max', 0.4, 0.001, 1000),
  beta: number('beta_cubic: share of the window kept after congestion', 0.7, 0.1, 0.99),
  fastConvergence: flag('give way to new flows (section 4.7)', true),
  renoFriendly: flag('be no slower than Reno (section 4.3)', true),
  renoRegains: flag('alpha is 1 once the old window is regained (section 4.3); not so in RFC 8312 and in Linux', true),
  counting: choice(
    'how the window grows: to the letter of RFC 9438, or in whole segments as Linux counts, with alpha, C and look-ahead of its own',
    ['rfc', 'linux'],
    'rfc',
  ),
  hystart: choice(
    'what ends the initial slow start before a loss: HyStart++ (RFC 9406), HyStart as Linux has it, nothing',
    ['hystart++', 'hystart', 'off'],
    'hystart++',
  ),
  hystartTrains: flag('HyStart of Linux ends slow start by the length of a train of ACKs', true),
  hystartDelay: flag('HyStart of Linux ends slow start by a rise of the RTT', true),
  ...hystartParams,
};

type Params = ParamsOf<typeof cubicParams>;

function newPrior() {
  return { wMax: ZERO, k: ZERO, epochStart: ZERO, wEst: ZERO, cwndPrior: ZERO, wMaxUnknown: true };
}

/** RFC 9438. Windows are bytes here, segments in the RFC; the names are the RFC's. */
class Cubic extends LossBased {
  /** Null once the initial slow start is over. */
  private hystart: SlowStartExit | null;
  /** Null unless the window grows as Linux counts. */
  private readonly linux: LinuxCubicGrowth | null;
  private wMax = ZERO;
  private wEst = ZERO;
  private cwndPrior = ZERO;
  /** Seconds. */
  private k = ZERO;
  /** Beginning of the congestion avoidance stage, or negative before its first ACK. */
  private epochStart: Nanos = -0.5;
  /** W_max is the window that congestion avoidance begins with (sections 4.8 and 4.10). */
  private wMaxUnknown = true;
  private lastAck: Nanos = ZERO;
  /** What `onSpuriousLoss` restores besides the window: made for the first reduction. */
  private prior: ReturnType<typeof newPrior> | null = null;

  constructor(
    flow: FlowInfo,
    private readonly params: Params,
  ) {
    super(flow);
    this.hystart = this.beginHystart();
    const asLinux = params.counting === 'linux';
    this.linux = asLinux ? new LinuxCubicGrowth(params.c, params.renoFriendly, flow.mss) : null;
  }

  onAck(ack: AckSample): void {
    const isLimited = ack.cwndLimited === true;
    if (!isLimited) this.skip();
    this.lastAck = this.flow.now;
    let acked = ack.ackedBytes;
    if (this.inSlowStart) {
      if (this.hystart?.onAck(ack, this.cwnd)) {
        this.ssthresh = this.cwnd;
        this.hystart = null;
      }
      if (!isLimited) return;
      acked = this.slowStart(acked, this.hystart?.growth(acked) ?? Infinity);
    }
    if (isLimited && acked > 0 && !this.inSlowStart) this.avoidCongestion(acked, ack);
  }

  private avoidCongestion(acked: number, ack: AckSample): void {
    if (this.linux !== null) {
      const wMax = this.wMaxUnknown ? 0 : this.segments(this.wMax);
      this.cwnd = this.mss * this.linux.grow(this.segments(this.cwnd), acked, wMax, this.flow.now, ack.minRtt);
      return;
    }
    if (this.epochStart < 0) this.beginEpoch();
    const t = (this.flow.now - this.epochStart) / 1e9;
    const { beta, renoFriendly, renoRegains } = this.params;
    if (renoFriendly === true) {
      // section 4.3: AIMD(alpha, beta) of the same mean rate as AIMD(1, 0.5); as Reno again once the old window is regained
      const alpha = renoRegains === true && this.wEst >= this.cwndPrior ? 1 : (3 * (1 - beta)) / (1 + beta);
      this.wEst += (alpha * this.mss * acked) / this.cwnd;
      if (this.wCubic(t) < this.wEst) {
        this.cwnd = Math.max(this.cwnd, this.wEst);
        return;
      }
    }
    // sections 4.2, 4.4 and 4.5: the target is kept in [cwnd, 1.5 cwnd]
    const target = Math.min(Math.max(this.wCubic(t + ack.srtt / 1e9), this.cwnd), 1.5 * this.cwnd);
    this.cwnd += ((target - this.cwnd) * Math.min(acked, this.cwnd)) / this.cwnd;
  }

  /** Section 4.2, equation 1. */
  private wCubic(t: number): number {
    const d = t - this.k;
    return this.params.c * d * d * d * this.mss + this.wMax;
  }

  private beginEpoch(): void {
    this.epochStart = this.flow.now;
    this.wEst = this.cwnd;
    if (this.wMaxUnknown || this.wMax <= this.cwnd) {
      this.wMax = this.cwnd;
      this.k = 0;
    } else {
      // section 4.2, equation 2; cwnd is cwnd_epoch
      this.k = cbrt((this.wMax - this.cwnd) / this.mss / this.params.c);
    }
    this.wMaxUnknown = false;
  }

  /** Section 4.6: after ECN-Echo the window may go down to one segment. */
  onEcn(loss: LossSample): void {
    const reduced = this.backOff(loss);
    this.onLossEpisode(loss);
    this.cwnd = Math.max(reduced, this.mss);
  }

  /** Section 4.8. */
  override onTimeout(loss: LossSample): void {
    super.onTimeout(loss);
    this.epochStart = -1;
    this.linux?.restart();
    this.wMaxUnknown = true;
    // RFC 9406 is for the initial slow start; HyStart of Linux watches this one too
    this.hystart = this.params.hystart === 'hystart' ? this.beginHystart() : null;
  }

  private beginHystart(): SlowStartExit | null {
    const { params, flow } = this;
    if (params.hystart === 'hystart') return new ClassicHyStart(params, flow);
    return params.hystart === 'off' ? null : new HyStart(params, flow.mss);
  }

  /** Section 4.6: ssthresh = flight_size * beta_cubic. */
  protected backOff(loss: LossSample): number {
    const reduced = this.flightSize(loss) * this.params.beta;
    return this.linux === null ? reduced : this.wholeSegments(reduced);
  }

  /** Sections 4.6, 4.7 and 4.9: what congestion changes, apart from the window. */
  protected override save(): void {
    super.save();
    const prior = (this.prior ??= newPrior());
    prior.wMax = this.wMax;
    prior.k = this.k;
    prior.epochStart = this.epochStart;
    prior.wEst = this.wEst;
    prior.cwndPrior = this.cwndPrior;
    prior.wMaxUnknown = this.wMaxUnknown;
    // In whole segments, which is what can be sent: a smaller difference is none, and tells of no new flow
    const release = this.params.fastConvergence && this.segments(this.cwnd) < this.segments(this.wMax);
    this.wMax = release ? (this.cwnd * (1 + this.params.beta)) / 2 : this.cwnd;
    this.cwndPrior = this.cwnd;
    this.wMaxUnknown = false;
    this.epochStart = -1;
    this.linux?.restart();
    this.hystart = null;
  }

  private segments(window: number): number {
    return Math.floor(window / this.mss);
  }

  /** Section 4.9. */
  override onSpuriousLoss(): void {
    const { prior } = this;
    const restore = this.cwnd < this.priorCwnd;
    super.onSpuriousLoss();
    if (prior === null || !restore) return;
    this.cwnd = this.priorCwnd;
    this.ssthresh = this.priorSsthresh;
    this.wMax = prior.wMax;
    this.k = prior.k;
    this.epochStart = prior.epochStart;
    this.wEst = prior.wEst;
    this.cwndPrior = prior.cwndPrior;
    this.wMaxUnknown = prior.wMaxUnknown;
  }

  onSend(_bytes: number, inFlight: number): void {
    if (inFlight > 0) return;
    this.skip();
    this.lastAck = this.flow.now;
  }

  /** Section 4.2: t leaves out the time in which the application was the limit. */
  private skip(): void {
    if (this.epochStart >= 0) this.epochStart += this.flow.now - this.lastAck;
    this.linux?.skip(this.flow.now - this.lastAck);
  }

  override readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh, wMax: this.wMax, wEst: this.wEst, k: this.k };
  }
}

export const cubic = defineCongestionControl({
  summary: 'window a cubic function of the time since the last congestion; the default of most systems',
  reference: 'RFC 9438, RFC 9406',
  params: cubicParams,
  create: (params, flow) => new Cubic(flow, params),
});
