import { type AckSample, type CongestionControl, defineCongestionControl, type FlowInfo } from './congestion-control';
import { AckAggregation } from './ack-aggregation';
import { WindowedMax } from './windowed-max';
import type { Nanos } from '../../core/event-queue';
import { ZERO } from '../../core/zero';
import { duration, flag, integer, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const bbr1Params = {
  highGain: number('gain of STARTUP: 2 / ln 2', 2.885, 1),
  cwndGain: number('cwnd in PROBE_BW, in estimated BDPs', 2, 1),
  probeGain: number('pacing gain of the probing phase; the next phase drains by as much', 1.25, 1.01, 1.99),
  bandwidthWindow: integer('round trips over which the bandwidth is the largest sample', 10, 1, 100),
  minRttWindow: duration('time over which the RTT is the smallest sample', '10 s'),
  probeRttTime: duration('how long PROBE_RTT holds four segments in flight', '200 ms'),
  pacingMargin: number('share of the bandwidth left unpaced, to keep the queue low', 0.01, 0, 0.5),
  extraAckedGain: number('how much of the ACK aggregation seen is added to cwnd', 1, 0),
  flightAtDeparture: flag(
    'phases end by what will be in flight when pacing lets the next segments go, as in Linux since 4.20; off: by what is now',
    true,
  ),
};

const CYCLE_LENGTH = 8;
const MIN_TARGET_CWND = 4;
/** Segments sent at once; without offload the smallest that pacing allows (Linux: two). */
const SEND_QUANTUM = 2;
const EXTRA_ACKED_MOST: Nanos = 100e6;

type Mode = 'startup' | 'drain' | 'probe-bw' | 'probe-rtt';

/**
 * BBR, first version: paces at the measured bottleneck bandwidth and keeps about two BDPs in flight, whatever is lost.
 * Section numbers are of draft-cardwell-iccrg-bbr-congestion-control-00; where it is silent, Linux is followed.
 */
class Bbr1 implements CongestionControl {
  cwnd: number;
  readonly ssthresh = Infinity;
  pacingRate: number;
  readonly ownsRecovery = true;
  readonly samplesRate = true;

  private mode: Mode = 'startup';
  private pacingGain: number;
  private cwndGain: number;
  /** bit/s */
  private readonly btlBw: WindowedMax;
  private round = 0;
  private roundStart = false;
  private nextRoundDelivered = 0;

  private fullBw = 0;
  private fullBwCount = 0;
  private filledPipe = false;

  private rtProp: Nanos = Infinity;
  private rtPropStamp: Nanos;
  private probeRttDoneStamp: Nanos = 0;
  private probeRttRoundDone = false;
  private idleRestart = false;
  /** Samples of segments sent before this much was delivered tell of PROBE_RTT, not of the path. */
  private appLimitedUntil = -1;

  private cycleIndex = 0;
  private cycleStamp: Nanos = 0;

  /** When pacing lets the next segment go. */
  private departure: Nanos = ZERO;

  private priorCwnd = 0;
  private packetConservation = false;
  /** As of the last ACK: episodes that follow one another at once are one. */
  private recovering = false;
  private seenRtt = false;

  private readonly aggregation: AckAggregation;

  constructor(
    private readonly flow: FlowInfo,
    private readonly params: ParamsOf<typeof bbr1Params>,
  ) {
    this.cwnd = flow.initialWindow;
    this.btlBw = new WindowedMax(params.bandwidthWindow);
    this.pacingGain = params.highGain;
    this.cwndGain = params.highGain;
    this.rtPropStamp = flow.now;
    this.aggregation = new AckAggregation(flow.now);
    // section 4.2.1: the initial window over 1 ms until an RTT is known
    this.pacingRate = (params.highGain * flow.initialWindow * 8e9) / 1e6;
  }

  onAck(ack: AckSample): void {
    this.updateBtlBw(ack);
    this.aggregation.update(ack.ackedBytes, this.btlBw.value, this.cwnd, this.round, this.flow.now);
    this.checkCyclePhase(ack);
    this.checkFullPipe(ack);
    this.checkDrain(ack);
    this.updateRtProp(ack);
    this.setPacingRate(this.pacingGain, ack.srtt);
    this.setCwnd(ack);
  }

  /** Section 4.1.1.3. */
  private updateBtlBw(ack: AckSample): void {
    this.roundStart = false;
    if (ack.deliveredInSample <= 0) return;
    if (ack.priorDelivered >= this.nextRoundDelivered) {
      this.nextRoundDelivered = ack.delivered;
      this.round++;
      this.roundStart = true;
      this.packetConservation = false;
    }
    if (ack.deliveryRate > 0 && (!this.appLimited(ack) || ack.deliveryRate >= this.btlBw.value)) {
      this.btlBw.update(ack.deliveryRate, this.round);
    }
  }

  private appLimited(ack: AckSample): boolean {
    return ack.rateAppLimited || ack.priorDelivered < this.appLimitedUntil;
  }

  /** Section 4.3.4.3. */
  private checkCyclePhase(ack: AckSample): void {
    if (this.mode !== 'probe-bw') return;
    const fullLength = this.flow.now - this.cycleStamp > this.rtProp;
    let next = fullLength;
    if (this.pacingGain > 1) {
      next = fullLength && (ack.lostBytes > 0 || this.atDeparture(ack.priorInFlight) >= this.inflight(this.pacingGain));
    } else if (this.pacingGain < 1) {
      next = fullLength || this.atDeparture(ack.priorInFlight) <= this.inflight(1);
    }
    if (next) this.setCycle((this.cycleIndex + 1) % CYCLE_LENGTH);
  }

  /** Of `inFlight` bytes, what the path will not have delivered when pacing lets the next segments go, and these if they probe. */
  private atDeparture(inFlight: number): number {
    if (!this.params.flightAtDeparture) return inFlight;
    const wait = Math.max(this.departure - this.flow.now, 0);
    const next = this.pacingGain > 1 ? SEND_QUANTUM * this.flow.mss : 0;
    return Math.max(inFlight + next - this.bytesIn(wait), 0);
  }

  private setCycle(index: number): void {
    const { probeGain } = this.params;
    this.cycleIndex = index;
    this.cycleStamp = this.flow.now;
    this.pacingGain = index === 0 ? probeGain : index === 1 ? 2 - probeGain : 1;
  }

  /** Section 4.3.4.3: begins at a random phase, but not at the draining one. */
  private enterProbeBw(): void {
    this.mode = 'probe-bw';
    this.cwndGain = this.params.cwndGain;
    const phase = this.flow.random.integer(0, CYCLE_LENGTH - 2);
    this.setCycle((CYCLE_LENGTH - phase) % CYCLE_LENGTH);
  }

  /** Section 4.3.2.2: three rounds without 25 % more bandwidth. */
  private checkFullPipe(ack: AckSample): void {
    if (this.filledPipe || !this.roundStart || this.appLimited(ack)) return;
    if (this.btlBw.value >= this.fullBw * 1.25) {
      this.fullBw = this.btlBw.value;
      this.fullBwCount = 0;
      return;
    }
    this.fullBwCount++;
    this.filledPipe = this.fullBwCount >= 3;
  }

  /** Section 4.3.3. */
  private checkDrain(ack: AckSample): void {
    if (this.mode === 'startup' && this.filledPipe) {
      this.mode = 'drain';
      this.pacingGain = 1 / this.params.highGain;
      this.cwndGain = this.params.highGain;
    }
    if (this.mode === 'drain' && this.atDeparture(ack.inFlight) <= this.inflight(1)) this.enterProbeBw();
  }

  /** Sections 4.1.2.3 and 4.3.5. */
  private updateRtProp(ack: AckSample): void {
    const now = this.flow.now;
    const expired = now > this.rtPropStamp + this.params.minRttWindow;
    if (ack.rtt >= 0 && (ack.rtt < this.rtProp || expired)) {
      this.rtProp = ack.rtt;
      this.rtPropStamp = now;
    }
    if (expired && !this.idleRestart && this.mode !== 'probe-rtt') {
      this.mode = 'probe-rtt';
      this.pacingGain = 1;
      this.cwndGain = 1;
      this.saveCwnd();
      this.probeRttDoneStamp = 0;
    }
    if (this.mode === 'probe-rtt') this.handleProbeRtt(ack, now);
    if (ack.deliveredInSample > 0) this.idleRestart = false;
  }

  private handleProbeRtt(ack: AckSample, now: Nanos): void {
    this.appLimitedUntil = ack.delivered + ack.inFlight;
    if (this.probeRttDoneStamp === 0) {
      if (ack.inFlight > MIN_TARGET_CWND * this.flow.mss) return;
      this.probeRttDoneStamp = now + this.params.probeRttTime;
      this.probeRttRoundDone = false;
      this.nextRoundDelivered = ack.delivered;
      return;
    }
    if (this.roundStart) this.probeRttRoundDone = true;
    if (this.probeRttRoundDone) this.checkProbeRttDone(now);
  }

  private checkProbeRttDone(now: Nanos): void {
    if (this.probeRttDoneStamp === 0 || now <= this.probeRttDoneStamp) return;
    this.rtPropStamp = now;
    this.cwnd = Math.max(this.cwnd, this.priorCwnd);
    if (this.filledPipe) {
      this.enterProbeBw();
    } else {
      this.mode = 'startup';
      this.pacingGain = this.params.highGain;
      this.cwndGain = this.params.highGain;
    }
  }

  /** Section 4.2.1. */
  private setPacingRate(gain: number, srtt: Nanos): void {
    if (!this.seenRtt && srtt > 0) {
      this.seenRtt = true;
      this.pacingRate = (this.params.highGain * this.cwnd * 8e9) / srtt;
    }
    const rate = gain * this.btlBw.value * (1 - this.params.pacingMargin);
    if (rate > 0 && (this.filledPipe || rate > this.pacingRate)) this.pacingRate = rate;
  }

  /** Section 4.2.3. */
  private setCwnd(ack: AckSample): void {
    const { mss, initialWindow } = this.flow;
    if (!this.modulateForRecovery(ack)) {
      const target = this.quantized(this.bdp(this.cwndGain) + this.extraAckedCwnd());
      if (this.filledPipe) this.cwnd = Math.min(this.cwnd + ack.ackedBytes, target);
      else if (this.cwnd < target || ack.delivered < initialWindow) this.cwnd += ack.ackedBytes;
      this.cwnd = Math.max(this.cwnd, MIN_TARGET_CWND * mss);
    }
    if (this.mode === 'probe-rtt') this.cwnd = Math.min(this.cwnd, MIN_TARGET_CWND * mss);
  }

  /** Section 4.2.3.4: packet conservation in the first round of recovery. True when it set cwnd. */
  private modulateForRecovery(ack: AckSample): boolean {
    const { mss } = this.flow;
    if (ack.lostBytes > 0) this.cwnd = Math.max(this.cwnd - ack.lostBytes, mss);
    if (ack.inRecovery && !this.recovering) {
      this.packetConservation = true;
      this.nextRoundDelivered = ack.delivered;
      this.cwnd = Math.max(ack.inFlight + ack.ackedBytes, mss);
    } else if (!ack.inRecovery && this.recovering) {
      this.packetConservation = false;
      this.cwnd = Math.max(this.cwnd, this.priorCwnd);
    }
    this.recovering = ack.inRecovery;
    if (!this.packetConservation) return false;
    this.cwnd = Math.max(this.cwnd, ack.inFlight + ack.ackedBytes);
    return true;
  }

  private bytesIn(interval: Nanos): number {
    return (this.btlBw.value * interval) / 8e9;
  }

  private bdp(gain: number): number {
    return this.rtProp === Infinity ? this.flow.initialWindow : gain * this.bytesIn(this.rtProp);
  }

  private inflight(gain: number): number {
    return this.quantized(this.bdp(gain));
  }

  /** Section 4.2.3.2: room for the quanta of sender and receiver, an even number of segments, and the probe itself. */
  private quantized(bytes: number): number {
    const { mss } = this.flow;
    let segments = Math.ceil(bytes / mss) + 3 * SEND_QUANTUM;
    segments += segments % 2;
    if (this.mode === 'probe-bw' && this.cycleIndex === 0) segments += 2;
    return segments * mss;
  }

  /** Linux tcp_bbr: what is delivered in bursts beyond the bandwidth is allowed to be in flight as well. */
  private extraAckedCwnd(): number {
    if (!this.filledPipe) return 0;
    return Math.min(this.params.extraAckedGain * this.aggregation.most, this.bytesIn(EXTRA_ACKED_MOST));
  }

  private saveCwnd(): void {
    const modulated = this.recovering || this.mode === 'probe-rtt';
    this.priorCwnd = modulated ? Math.max(this.priorCwnd, this.cwnd) : this.cwnd;
  }

  onLossEpisode(): void {
    this.saveCwnd();
  }

  onTimeout(): void {
    this.saveCwnd();
    this.recovering = true;
    this.packetConservation = false;
    this.fullBw = 0;
    this.cwnd = this.flow.mss;
  }

  onSpuriousLoss(): void {
    this.fullBw = 0;
    this.fullBwCount = 0;
    this.cwnd = Math.max(this.cwnd, this.priorCwnd);
  }

  /** BBRv1 has no answer to ECN. */
  onEcn(): void {}

  /** Section 4.3.4.4: resumes at the estimated bandwidth, not faster. */
  onSend(bytes: number, inFlight: number): void {
    const now = this.flow.now;
    this.departure = Math.max(this.departure, now) + (bytes * 8e9) / this.pacingRate;
    if (inFlight > 0) return;
    this.idleRestart = true;
    this.aggregation.restart(now);
    if (this.mode === 'probe-bw') this.setPacingRate(1, 0);
    else if (this.mode === 'probe-rtt') this.checkProbeRttDone(now);
  }

  readout(): Readonly<Record<string, number>> {
    const { cwnd, pacingRate, pacingGain } = this;
    return { cwnd, pacingRate, pacingGain, btlBw: this.btlBw.value, rtProp: this.rtProp };
  }
}

export const bbr1 = defineCongestionControl({
  summary: 'BBRv1: paces at the measured bandwidth, keeps two BDPs in flight, does not react to loss',
  reference: 'draft-cardwell-iccrg-bbr-congestion-control-00; Cardwell et al., BBR, CACM 60(2), 2017',
  params: bbr1Params,
  create: (params, flow) => new Bbr1(flow, params),
});
