import type { AckSample } from './congestion-control';
import type { Nanos } from '../../core/event-queue';

/**
 * What BBRv3 believes of the path: bandwidth, bounds that loss has taught, rounds, and whether the pipe is full
 * (draft-ietf-ccwg-bbr-06 section 5.5). Bytes and bit/s.
 */
export class Bbr3Model {
  bw = 0;
  maxBw = 0;
  bwShortterm = Infinity;
  inflightShortterm = Infinity;
  inflightLongterm = Infinity;
  inflightLatest = 0;
  minRtt: Nanos = Infinity;

  round = 0;
  roundStart = false;
  lossRoundStart = false;
  fullBwNow = false;
  fullBwReached = false;
  lossInRound = false;

  private delivered = 0;
  private nextRoundDelivered = 0;
  private lossRoundDelivered = 0;
  private bwLatest = 0;
  private bwThisCycle = 0;
  private bwLastCycle = 0;
  private fullBw = 0;
  private fullBwCount = 0;
  private appLimitedUntil = -1;
  private minRttStamp: Nanos = 0;
  private probeRttMinDelay: Nanos = Infinity;
  private probeRttMinStamp: Nanos = 0;
  private undoBwShortterm = Infinity;
  private undoInflightShortterm = Infinity;
  private undoInflightLongterm = Infinity;

  private probeUpSteps = 0;
  private probeUpAcked = 0;
  private probeUpAckedPerInc = Infinity;

  constructor(
    private readonly mss: number,
    private readonly beta: number,
    private readonly minRttWindow: Nanos,
    private readonly probeRttInterval: Nanos,
  ) {}

  /** Near the start of ACK processing. `probing` while the sender itself pushes: then loss does not lower the bounds. */
  update(ack: AckSample, probing: boolean, cwnd: number): void {
    this.delivered = ack.delivered;
    this.updateLatestDeliverySignals(ack);
    this.updateRound(ack);
    this.updateMaxBw(ack);
    if (this.lossRoundStart) {
      if (this.lossInRound && !probing) this.adaptLowerBounds(cwnd);
      this.lossInRound = false;
    }
    this.checkFullBwReached(ack);
  }

  /** Near the end of ACK processing (section 5.5.10.3). */
  finish(ack: AckSample): void {
    if (this.lossRoundStart) {
      this.bwLatest = ack.deliveryRate;
      this.inflightLatest = ack.deliveredInSample;
    }
    this.bw = Math.min(this.maxBw, this.bwShortterm);
  }

  /** Section 5.5.10.3: the largest rate and volume delivered in a round. */
  private updateLatestDeliverySignals(ack: AckSample): void {
    this.lossRoundStart = false;
    this.bwLatest = Math.max(this.bwLatest, ack.deliveryRate);
    this.inflightLatest = Math.max(this.inflightLatest, ack.deliveredInSample);
    if (ack.priorDelivered >= this.lossRoundDelivered) {
      this.lossRoundDelivered = ack.delivered;
      this.lossRoundStart = true;
    }
  }

  /** Section 5.5.1. */
  private updateRound(ack: AckSample): void {
    this.roundStart = ack.priorDelivered >= this.nextRoundDelivered;
    if (!this.roundStart) return;
    this.startRound();
    this.round++;
  }

  startRound(): void {
    this.nextRoundDelivered = this.delivered;
  }

  /** Section 5.5.5. */
  private updateMaxBw(ack: AckSample): void {
    if (ack.deliveryRate <= 0 || (ack.deliveryRate < this.maxBw && this.appLimited(ack))) return;
    this.bwThisCycle = Math.max(this.bwThisCycle, ack.deliveryRate);
    this.maxBw = Math.max(this.bwThisCycle, this.bwLastCycle);
  }

  /** Section 5.5.6: the filter covers two probing cycles. */
  advanceMaxBwFilter(): void {
    this.bwLastCycle = this.bwThisCycle;
    this.bwThisCycle = 0;
    this.maxBw = this.bwLastCycle;
  }

  /** Section 5.5.10.3: once per round with loss. */
  private adaptLowerBounds(cwnd: number): void {
    if (this.bwShortterm === Infinity) this.bwShortterm = this.maxBw;
    if (this.inflightShortterm === Infinity) this.inflightShortterm = cwnd;
    this.bwShortterm = Math.max(this.bwLatest, this.beta * this.bwShortterm);
    this.inflightShortterm = Math.max(this.inflightLatest, this.beta * this.inflightShortterm);
  }

  resetShortTerm(): void {
    this.bwShortterm = Infinity;
    this.inflightShortterm = Infinity;
  }

  resetCongestionSignals(): void {
    this.lossInRound = false;
    this.bwLatest = 0;
    this.inflightLatest = 0;
  }

  /** A segment was lost; true if it is the first of this round. */
  noteLoss(): boolean {
    const first = !this.lossInRound;
    if (first) this.lossRoundDelivered = this.delivered;
    this.lossInRound = true;
    return first;
  }

  /** Section 5.3.1.2: three rounds without 25 % more bandwidth. */
  private checkFullBwReached(ack: AckSample): void {
    if (this.fullBwNow || !this.roundStart || this.appLimited(ack)) return;
    if (ack.deliveryRate >= this.fullBw * 1.25) {
      this.resetFullBw(ack.deliveryRate);
      return;
    }
    this.fullBwCount++;
    this.fullBwNow = this.fullBwCount >= 3;
    if (this.fullBwNow) this.fullBwReached = true;
  }

  resetFullBw(baseline: number): void {
    this.fullBw = baseline;
    this.fullBwCount = 0;
    this.fullBwNow = false;
  }

  /** Samples of what is in flight now tell of the sender's restraint, not of the path (section 4.1.2.4). */
  markAppLimited(inFlight: number): void {
    this.appLimitedUntil = this.delivered + inFlight;
  }

  appLimited(ack: AckSample): boolean {
    return ack.rateAppLimited || ack.priorDelivered < this.appLimitedUntil;
  }

  /** Section 5.3.4.3. True when the RTT was not lower for so long that it is time to drain the queue and look. */
  updateMinRtt(rtt: Nanos, now: Nanos): boolean {
    const expired = now > this.probeRttMinStamp + this.probeRttInterval;
    if (rtt >= 0 && (rtt < this.probeRttMinDelay || expired)) {
      this.probeRttMinDelay = rtt;
      this.probeRttMinStamp = now;
    }
    if (this.probeRttMinDelay < this.minRtt || now > this.minRttStamp + this.minRttWindow) {
      this.minRtt = this.probeRttMinDelay;
      this.minRttStamp = this.probeRttMinStamp;
    }
    return expired;
  }

  scheduleProbeRtt(now: Nanos): void {
    this.probeRttMinStamp = now;
  }

  /** Section 5.5.11: the bounds before a loss that may turn out not to have been one. */
  saveBounds(): void {
    this.undoBwShortterm = this.bwShortterm;
    this.undoInflightShortterm = this.inflightShortterm;
    this.undoInflightLongterm = this.inflightLongterm;
  }

  restoreBounds(): void {
    this.bwShortterm = Math.max(this.bwShortterm, this.undoBwShortterm);
    this.inflightShortterm = Math.max(this.inflightShortterm, this.undoInflightShortterm);
    this.inflightLongterm = Math.max(this.inflightLongterm, this.undoInflightLongterm);
  }

  /** Section 5.3.3.5: inflight_longterm grows by one segment in the first round that fills it, then by 2, 4, 8 ... */
  probeUpward(ack: AckSample, cwnd: number): void {
    if (!ack.cwndLimited || cwnd < this.inflightLongterm) return;
    this.probeUpAcked += ack.ackedBytes;
    const steps = Math.floor(this.probeUpAcked / this.probeUpAckedPerInc);
    if (steps > 0) {
      this.probeUpAcked -= steps * this.probeUpAckedPerInc;
      this.inflightLongterm += steps * this.mss;
    }
    if (this.roundStart) this.raiseSlope(cwnd);
  }

  raiseSlope(cwnd: number): void {
    const growth = 1 << this.probeUpSteps;
    this.probeUpSteps = Math.min(this.probeUpSteps + 1, 30);
    this.probeUpAckedPerInc = Math.max(cwnd / growth, this.mss);
  }

  resetSlope(): void {
    this.probeUpSteps = 0;
    this.probeUpAcked = 0;
  }

  /** Section 5.6.4.2: `gain` estimated BDPs, or `unknown` before the first RTT. */
  bdp(gain: number, bandwidth: number, unknown: number): number {
    return this.minRtt === Infinity ? unknown : (gain * bandwidth * this.minRtt) / 8e9;
  }
}
