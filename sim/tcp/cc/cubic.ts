import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import { CubicStage } from './cubic-stage';
import { LinuxCubicGrowth } from './linux-cubic';
import { ClassicHyStart } from './classic-hystart';
import { HyStart, hystartParams, type SlowStartExit } from './hystart';
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

/** RFC 9438. Windows are bytes here, segments in the RFC; the names are the RFC's. */
class Cubic extends LossBased {
  /** Null once the initial slow start is over. */
  private hystart: SlowStartExit | null;
  /** Null unless the window grows as Linux counts. */
  private readonly linux: LinuxCubicGrowth | null;
  /** Null before congestion avoidance and the first reduction. */
  private stage: CubicStage | null = null;
  /** What `onSpuriousLoss` restores besides the window. */
  private priorStage: CubicStage | null = null;

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
    if (this.stage !== null) this.follow(this.stage, isLimited);
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
    const { now } = this.flow;
    const { mss } = this;
    const stage = this.stage ?? this.beginStage();
    if (this.linux !== null) {
      const wMax = stage.wMaxUnknown ? 0 : this.segments(stage.wMax);
      this.cwnd = mss * this.linux.grow(this.segments(this.cwnd), acked, wMax, now, ack.minRtt);
      return;
    }
    const { c, beta, renoFriendly, renoRegains } = this.params;
    if (stage.epochStart < 0) stage.begin(now, this.cwnd, c, mss);
    const t = (now - stage.epochStart) / 1e9;
    if (renoFriendly === true) {
      // section 4.3: AIMD(alpha, beta) of the same mean rate as AIMD(1, 0.5); as Reno again once the old window is regained
      const alpha = renoRegains === true && stage.wEst >= stage.cwndPrior ? 1 : (3 * (1 - beta)) / (1 + beta);
      stage.wEst += (alpha * mss * acked) / this.cwnd;
      if (stage.wCubic(t, c, mss) < stage.wEst) {
        this.cwnd = Math.max(this.cwnd, stage.wEst);
        return;
      }
    }
    // sections 4.2, 4.4 and 4.5: the target is kept in [cwnd, 1.5 cwnd]
    const target = Math.min(Math.max(stage.wCubic(t + ack.srtt / 1e9, c, mss), this.cwnd), 1.5 * this.cwnd);
    this.cwnd += ((target - this.cwnd) * Math.min(acked, this.cwnd)) / this.cwnd;
  }

  /** At an ACK. */
  private beginStage(): CubicStage {
    const stage = new CubicStage();
    stage.lastAck = this.flow.now;
    this.stage = stage;
    return stage;
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
    this.linux?.restart();
    if (this.stage !== null) {
      this.stage.epochStart = -1;
      this.stage.wMaxUnknown = true;
    }
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
    const stage = (this.stage ??= new CubicStage());
    (this.priorStage ??= new CubicStage()).copy(stage);
    // In whole segments, which is what can be sent: a smaller difference is none, and tells of no new flow
    const release = this.params.fastConvergence && this.segments(this.cwnd) < this.segments(stage.wMax);
    stage.wMax = release ? (this.cwnd * (1 + this.params.beta)) / 2 : this.cwnd;
    stage.cwndPrior = this.cwnd;
    stage.wMaxUnknown = false;
    stage.epochStart = -1;
    this.linux?.restart();
    this.hystart = null;
  }

  private segments(window: number): number {
    return Math.floor(window / this.mss);
  }

  /** Section 4.9. */
  override onSpuriousLoss(): void {
    const { prior, priorStage } = this;
    const restore = prior !== null && this.cwnd < prior.cwnd;
    super.onSpuriousLoss();
    if (!restore) return;
    this.cwnd = prior.cwnd;
    this.ssthresh = prior.ssthresh;
    this.stage!.copy(priorStage!);
  }

  onSend(_bytes: number, inFlight: number): void {
    if (inFlight === 0 && this.stage !== null) this.follow(this.stage, false);
  }

  /** An ACK, or data with nothing in flight: what has passed since the one before counts if the window was the limit. */
  private follow(stage: CubicStage, isLimited: boolean): void {
    const { now } = this.flow;
    if (!isLimited) {
      stage.skip(now);
      this.linux?.skip(now - stage.lastAck);
    }
    stage.lastAck = now;
  }

  override readout(): Readonly<Record<string, number>> {
    const { cwnd, ssthresh, stage } = this;
    return { cwnd, ssthresh, wMax: stage?.wMax ?? 0, wEst: stage?.wEst ?? 0, k: stage?.k ?? 0 };
  }
}

export const cubic = defineCongestionControl({
  summary: 'window a cubic function of the time since the last congestion; the default of most systems',
  reference: 'RFC 9438, RFC 9406',
  params: cubicParams,
  create: (params, flow) => new Cubic(flow, params),
});
