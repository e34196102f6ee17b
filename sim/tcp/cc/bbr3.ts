import { AckAggregation } from './ack-aggregation';
import { Bbr3Model } from './bbr3-model';
import {
  type AckSample,
  type CongestionControl,
  defineCongestionControl,
  type FlowInfo,
  type LossSample,
} from './congestion-control';
import type { Nanos } from '../../core/event-queue';
import { duration, integer, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const bbr3Params = {
  startupGain: number('pacing gain of Startup: 4 ln 2', 2.77, 1),
  cwndGain: number('cwnd, in estimated BDPs', 2, 1),
  lossThresh: number('share of the flight that may be lost while probing', 0.02, 0, 0.5),
  beta: number('most that one response to loss leaves at least', 0.7, 0.1, 1),
  headroom: number('share of inflight_longterm left to other flows', 0.15, 0, 0.9),
  startupFullLosses: integer('loss events in a round that end Startup', 6, 1),
  minRttWindow: duration('time over which min_rtt is the smallest sample', '10 s'),
  probeRttInterval: duration('time without a lower RTT after which ProbeRTT begins', '5 s'),
  probeRttTime: duration('how long ProbeRTT holds half a BDP in flight', '200 ms'),
  pacingMargin: number('share of the bandwidth left unpaced, to keep the queue low', 0.01, 0, 0.5),
};

const MIN_PIPE_CWND = 4;
const PROBE_RTT_CWND_GAIN = 0.5;
/** Rounds after which a Reno flow with this BDP would have probed (section 5.3.3.8). */
const RENO_ROUNDS = 63;

type State = 'startup' | 'drain' | 'down' | 'cruise' | 'refill' | 'up' | 'probe-rtt';
type AckPhase = 'init' | 'refilling' | 'probe-starting' | 'probe-feedback' | 'probe-stopping';

/**
 * BBR, third version: the model of BBRv1, bounded by what loss tells of the room in the path. Names and section numbers are
 * those of draft-ietf-ccwg-bbr-06; bw_shortterm, inflight_shortterm and inflight_longterm are bw_lo, inflight_lo and
 * inflight_hi in Linux.
 */
class Bbr3 implements CongestionControl {
  cwnd: number;
  readonly ssthresh = Infinity;
  pacingRate: number;
  readonly ownsRecovery = true;
  readonly samplesRate = true;

  private readonly model: Bbr3Model;
  private readonly aggregation: AckAggregation;
  private readonly minPipeCwnd: number;
  private state: State = 'startup';
  private pacingGain: number;
  private cwndGain: number;
  private drainStartRound = 0;
  private lossEvents = 0;
  private seenRtt = false;

  private ackPhase: AckPhase = 'init';
  private bwProbeSample = false;
  private prevProbeTooHigh = false;
  private prevProbePrecautionary = false;
  private probeUpRound = 0;
  private bwProbeWait: Nanos = 0;
  private cycleStamp: Nanos = 0;

  private probeRttDoneStamp: Nanos = 0;
  private probeRttRoundDone = false;
  private idleRestart = false;

  private recovering = false;
  private priorCwnd = 0;
  private undoState: State | null = null;

  constructor(
    private readonly flow: FlowInfo,
    private readonly params: ParamsOf<typeof bbr3Params>,
  ) {
    this.model = new Bbr3Model(flow.mss, params.beta, params.minRttWindow, params.probeRttInterval);
    this.aggregation = new AckAggregation(flow.now);
    this.minPipeCwnd = MIN_PIPE_CWND * flow.mss;
    this.cwnd = flow.initialWindow;
    this.pacingGain = params.startupGain;
    this.cwndGain = params.cwndGain;
    // section 5.6.2: the initial window over 1 ms until an RTT is known
    this.pacingRate = (params.startupGain * flow.initialWindow * 8e9) / 1e6;
  }

  /** Section 5.2.3. */
  onAck(ack: AckSample): void {
    const { model } = this;
    // section 5.6.4.4: leaving recovery, the window that was good before it
    if (this.recovering && !ack.inRecovery) this.cwnd = Math.max(this.cwnd, this.priorCwnd);
    this.recovering = ack.inRecovery;
    if (ack.lostBytes > 0) this.noteLoss();
    model.update(ack, this.state === 'startup' || this.state === 'refill' || this.state === 'up', this.cwnd);
    this.aggregation.update(ack.ackedBytes, model.bw, this.cwnd, model.round, this.flow.now);
    this.checkStartupHighLoss(ack);
    if (this.state === 'startup' && model.fullBwReached) {
      this.drainStartRound = model.round;
      this.enter('drain', 0.5);
    }
    this.checkDrainDone(ack);
    this.updateProbeBwCyclePhase(ack);
    this.updateMinRtt(ack);
    model.finish(ack);
    this.setPacingRate(this.pacingGain, ack.srtt);
    this.setCwnd(ack);
  }

  /** Section 5.3.1.3; as in Linux, ACKs that tell of loss stand for the discontiguous ranges. */
  private checkStartupHighLoss(ack: AckSample): void {
    const { model } = this;
    if (model.fullBwReached) return;
    if (ack.lostBytes > 0) this.lossEvents++;
    if (!model.lossRoundStart) return;
    const many = this.lossEvents >= this.params.startupFullLosses;
    this.lossEvents = 0;
    if (!many || !ack.inRecovery || !this.tooHigh(ack.lostInSample, ack.txInFlight)) return;
    this.undoState = 'startup';
    model.fullBwReached = true;
    model.inflightLongterm = Math.max(this.bdp(1), model.inflightLatest);
  }

  /** Section 5.3.2. */
  private checkDrainDone(ack: AckSample): void {
    if (this.state !== 'drain') return;
    if (ack.inFlight <= this.inflight(1) || this.model.round > this.drainStartRound + 3) this.startDown();
  }

  /** Section 5.3.3.9. */
  private updateProbeBwCyclePhase(ack: AckSample): void {
    const { state } = this;
    if (!this.model.fullBwReached || this.adaptLongTermModel(ack) || state !== this.state) return;
    if (state === 'down' || state === 'cruise') {
      if (this.timeToProbe()) this.startRefill();
      else if (state === 'down' && this.timeToCruise(ack)) this.enter('cruise', 1);
    } else if (state === 'refill' && this.model.roundStart) {
      this.bwProbeSample = true;
      this.startUp(ack.deliveryRate);
    } else if (state === 'up' && this.timeToGoDown(ack)) {
      this.prevProbeTooHigh = false;
      this.startDown();
    }
  }

  /** True when it decided the next state. */
  private adaptLongTermModel(ack: AckSample): boolean {
    const { model } = this;
    if (model.roundStart && this.ackPhase === 'probe-starting') this.ackPhase = 'probe-feedback';
    if (model.roundStart && this.ackPhase === 'probe-stopping') {
      this.bwProbeSample = false;
      this.ackPhase = 'init';
      if (this.inProbeBw && !model.appLimited(ack)) model.advanceMaxBwFilter();
      // section 5.3.3.6: the cautious probe met no loss, so a full one follows at once
      if (this.inProbeBw && this.prevProbePrecautionary && !this.prevProbeTooHigh) {
        this.startRefill();
        return true;
      }
    }
    // what was too much is told by `onSegmentLost`, whose flight is that of the lost segment (section 5.5.10.2)
    if (!this.tooHigh(ack.lostInSample, ack.txInFlight) && model.inflightLongterm < Infinity) {
      model.inflightLongterm = Math.max(model.inflightLongterm, ack.txInFlight);
      if (this.state === 'up') model.probeUpward(ack, this.cwnd);
    }
    return false;
  }

  /** Section 5.3.3.8: after two to three seconds, or when Reno would. */
  private timeToProbe(): boolean {
    if (this.flow.now > this.cycleStamp + this.bwProbeWait) return true;
    return this.model.round - this.probeUpRound >= Math.min(this.targetInflight() / this.flow.mss, RENO_ROUNDS);
  }

  private timeToCruise(ack: AckSample): boolean {
    return ack.inFlight <= this.inflightWithHeadroom() && ack.inFlight <= this.inflight(1, this.model.maxBw);
  }

  /** Section 5.3.3.7. */
  private timeToGoDown(ack: AckSample): boolean {
    const { model } = this;
    if (this.prevProbeTooHigh && ack.inFlight >= model.inflightLongterm) {
      this.prevProbePrecautionary = true;
      return true;
    }
    if (ack.cwndLimited && this.cwnd >= model.inflightLongterm) {
      model.resetFullBw(ack.deliveryRate);
      return false;
    }
    return model.fullBwNow;
  }

  private startDown(): void {
    this.model.resetCongestionSignals();
    this.probeUpRound = this.model.round - this.flow.random.integer(0, 1);
    this.bwProbeWait = Math.round((2 + this.flow.random.uniform()) * 1e9);
    this.cycleStamp = this.flow.now;
    this.ackPhase = 'probe-stopping';
    this.model.startRound();
    this.enter('down', 0.9);
  }

  private startRefill(): void {
    this.model.resetShortTerm();
    this.model.resetSlope();
    this.prevProbePrecautionary = false;
    this.ackPhase = 'refilling';
    this.model.startRound();
    this.enter('refill', 1);
  }

  private startUp(deliveryRate: number): void {
    this.ackPhase = 'probe-starting';
    this.model.startRound();
    this.model.resetFullBw(deliveryRate);
    this.enter('up', 1.25, this.params.cwndGain + 0.25);
    this.model.raiseSlope(this.cwnd);
  }

  private enter(state: State, pacingGain: number, cwndGain = this.params.cwndGain): void {
    this.state = state;
    this.pacingGain = pacingGain;
    this.cwndGain = cwndGain;
  }

  private get inProbeBw(): boolean {
    return this.state === 'down' || this.state === 'cruise' || this.state === 'refill' || this.state === 'up';
  }

  /** Section 5.5.10.2. */
  private tooHigh(lost: number, txInFlight: number): boolean {
    return lost > txInFlight * this.params.lossThresh;
  }

  private handleInflightTooHigh(safe: number, appLimited: boolean): void {
    this.prevProbeTooHigh = true;
    this.bwProbeSample = false;
    if (!appLimited) this.model.inflightLongterm = Math.max(safe, this.targetInflight() * this.params.beta);
    if (this.state !== 'up') return;
    this.undoState = 'up';
    this.startDown();
  }

  /** Section 5.5.10.2: the part of the flight with which losses crossed the threshold was safe. */
  onSegmentLost(bytes: number, txInFlight: number, lostSinceSent: number, appLimited: boolean): void {
    this.noteLoss();
    if (!this.bwProbeSample || !this.tooHigh(lostSinceSent, txInFlight)) return;
    const { lossThresh } = this.params;
    const before = txInFlight - bytes;
    const lostPrefix = (lossThresh * before - (lostSinceSent - bytes)) / (1 - lossThresh);
    this.handleInflightTooHigh(before + lostPrefix, appLimited);
  }

  private noteLoss(): void {
    if (this.model.noteLoss()) this.saveState();
  }

  /** Section 5.3.4.3. */
  private updateMinRtt(ack: AckSample): void {
    const now = this.flow.now;
    const expired = this.model.updateMinRtt(ack.rtt, now);
    if (this.state !== 'probe-rtt' && expired && !this.idleRestart) {
      this.enter('probe-rtt', 1, PROBE_RTT_CWND_GAIN);
      this.saveCwnd();
      this.probeRttDoneStamp = 0;
      this.ackPhase = 'probe-stopping';
      this.model.startRound();
    }
    if (this.state === 'probe-rtt') this.handleProbeRtt(ack, now);
    if (ack.deliveredInSample > 0) this.idleRestart = false;
  }

  private handleProbeRtt(ack: AckSample, now: Nanos): void {
    this.model.markAppLimited(ack.inFlight);
    if (this.probeRttDoneStamp === 0) {
      if (ack.inFlight > this.probeRttCwnd()) return;
      this.probeRttDoneStamp = now + this.params.probeRttTime;
      this.probeRttRoundDone = false;
      this.model.startRound();
      return;
    }
    if (this.model.roundStart) this.probeRttRoundDone = true;
    if (this.probeRttRoundDone) this.checkProbeRttDone(now);
  }

  private checkProbeRttDone(now: Nanos): void {
    if (this.probeRttDoneStamp === 0 || now <= this.probeRttDoneStamp) return;
    this.model.scheduleProbeRtt(now);
    this.cwnd = Math.max(this.cwnd, this.priorCwnd);
    this.model.resetShortTerm();
    if (this.model.fullBwReached) {
      this.startDown();
      this.enter('cruise', 1);
    } else {
      this.enter('startup', this.params.startupGain);
    }
  }

  /** Section 5.6.2. */
  private setPacingRate(gain: number, srtt: Nanos): void {
    if (!this.seenRtt && srtt > 0) {
      this.seenRtt = true;
      this.pacingRate = (this.params.startupGain * this.flow.initialWindow * 8e9) / srtt;
    }
    const rate = gain * this.model.bw * (1 - this.params.pacingMargin);
    if (rate > 0 && (this.model.fullBwReached || rate > this.pacingRate)) this.pacingRate = rate;
  }

  /** Section 5.6.4.6. */
  private setCwnd(ack: AckSample): void {
    const { model, aggregation } = this;
    const extra = model.fullBwReached ? aggregation.most : aggregation.latest;
    const maxInflight = this.quantized(this.bdp(this.cwndGain) + extra);
    if (model.fullBwReached) this.cwnd = Math.min(this.cwnd + ack.ackedBytes, maxInflight);
    else if (this.cwnd < maxInflight || ack.delivered < this.flow.initialWindow) this.cwnd += ack.ackedBytes;
    this.cwnd = Math.max(this.cwnd, this.minPipeCwnd);
    if (this.state === 'probe-rtt') this.cwnd = Math.min(this.cwnd, this.probeRttCwnd());
    this.boundCwndForModel();
  }

  /** Section 5.6.4.7. */
  private boundCwndForModel(): void {
    let cap = Infinity;
    if (this.state === 'cruise' || this.state === 'probe-rtt') cap = this.inflightWithHeadroom();
    else if (this.inProbeBw) cap = this.model.inflightLongterm;
    cap = Math.max(Math.min(cap, this.model.inflightShortterm), this.minPipeCwnd);
    this.cwnd = Math.min(this.cwnd, cap);
  }

  private bdp(gain: number, bandwidth = this.model.bw): number {
    return this.model.bdp(gain, bandwidth, this.flow.initialWindow);
  }

  private inflight(gain: number, bandwidth = this.model.bw): number {
    return this.quantized(this.bdp(gain, bandwidth));
  }

  /** Section 5.6.4.2: at least three quanta, and room for the probe itself. */
  private quantized(bytes: number): number {
    const { mss } = this.flow;
    const sendQuantum = Math.max(Math.min(this.pacingRate / 8000, 65536), 2 * mss);
    const inflight = Math.max(bytes, 3 * sendQuantum, this.minPipeCwnd);
    return this.state === 'up' ? inflight + 2 * mss : inflight;
  }

  private targetInflight(): number {
    return Math.min(this.bdp(1), this.cwnd);
  }

  private inflightWithHeadroom(): number {
    const { inflightLongterm } = this.model;
    if (inflightLongterm === Infinity) return Infinity;
    const headroom = Math.max(this.flow.mss, this.params.headroom * inflightLongterm);
    return Math.max(inflightLongterm - headroom, this.minPipeCwnd);
  }

  private probeRttCwnd(): number {
    return Math.max(this.bdp(PROBE_RTT_CWND_GAIN), this.minPipeCwnd);
  }

  /** Section 5.6.4.4. */
  private saveCwnd(): void {
    const modulated = this.recovering || this.state === 'probe-rtt';
    this.priorCwnd = modulated ? Math.max(this.priorCwnd, this.cwnd) : this.cwnd;
  }

  /** Section 5.5.11.1. */
  private saveState(): void {
    this.saveCwnd();
    this.undoState = null;
    this.model.saveBounds();
  }

  onLossEpisode(): void {
    if (!this.model.lossInRound) this.saveState();
  }

  /** Section 5.6.4.4: one more segment may leave. */
  onTimeout(loss: LossSample): void {
    this.saveState();
    this.recovering = true;
    this.cwnd = loss.pipe + this.flow.mss;
  }

  /** Section 5.5.11.2. */
  onSpuriousLoss(): void {
    const { model, undoState } = this;
    this.cwnd = Math.max(this.cwnd, this.priorCwnd);
    model.lossInRound = false;
    model.resetFullBw(0);
    model.restoreBounds();
    this.undoState = null;
    if (undoState === 'startup' && this.state !== 'startup') {
      model.fullBwReached = false;
      if (this.state !== 'probe-rtt') this.enter('startup', this.params.startupGain);
    } else if (undoState === 'up' && this.state !== 'up' && this.state !== 'probe-rtt') {
      this.startRefill();
    }
  }

  /** The draft has no answer to ECN. */
  onEcn(): void {}

  /** Section 5.4.1: resumes at the estimated bandwidth, not faster. */
  onSend(_bytes: number, inFlight: number): void {
    if (inFlight > 0) return;
    const now = this.flow.now;
    this.idleRestart = true;
    this.aggregation.restart(now);
    if (this.inProbeBw) this.setPacingRate(1, 0);
    else if (this.state === 'probe-rtt') this.checkProbeRttDone(now);
  }

  readout(): Readonly<Record<string, number>> {
    const { cwnd, pacingRate, pacingGain } = this;
    const { maxBw, bwShortterm, inflightShortterm, inflightLongterm, minRtt } = this.model;
    return { cwnd, pacingRate, pacingGain, maxBw, bwShortterm, inflightShortterm, inflightLongterm, minRtt };
  }
}

export const bbr3 = defineCongestionControl({
  summary: 'BBRv3: paces at the measured bandwidth, bounded by the volume that did not cause loss',
  reference: 'draft-ietf-ccwg-bbr-06',
  params: bbr3Params,
  create: (params, flow) => new Bbr3(flow, params),
});
