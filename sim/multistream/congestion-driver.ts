import type { Clock, Nanos } from '../core/event-queue';
import type { AckSample, CongestionControl, LossSample } from '../tcp/cc/congestion-control';
import { DeliveryRate } from '../tcp/delivery-rate';
import type { RttEstimator } from '../tcp/rtt';
import { Mark, type Scoreboard } from '../tcp/scoreboard';

/**
 * Tells a congestion control what happens to the packets of a connection: the part of RFC 9002 section 7 and of RFC 9260
 * section 7.2 that is the same whatever the algorithm. Who detects losses calls `begin`, `delivered`, `lost`, `end` for
 * each acknowledgement; `cwnd` counts the bytes that the scoreboard counts.
 */
export class CongestionDriver {
  readonly rate: DeliveryRate;
  inRecovery = false;
  /** Packets sent up to this moment belong to the episode of loss (RFC 9002 section 7.3.2). */
  recoveryStart: Nanos = -1;
  /** Loss episodes, and retransmission timeouts or persistent congestion. */
  episodes = 0;
  collapses = 0;
  /** The window has been limiting since the last time that it did not. */
  cwndLimited = false;
  private roundFlight = 0;
  private flightEnd = 0;
  private priorDelivered = 0;
  private lostNow = 0;
  private readonly loss: LossSample = { inFlight: 0, lostBytes: 0, delivered: 0, ecn: false, pipe: 0 };

  constructor(
    private readonly clock: Clock,
    readonly cc: CongestionControl,
    readonly rtt: RttEstimator,
    /** Shared by all connections of a simulation, refilled here. */
    private readonly sample: AckSample,
  ) {
    this.rate = new DeliveryRate(clock, cc.samplesRate === true);
  }

  /** New data of `bytes` leaves as `segment` of `board`, `inFlight` before it; `una` and `nxt` are the board's. */
  onSend(board: Scoreboard, segment: number, bytes: number, inFlight: number): void {
    this.rate.onSend(board, segment, 0, inFlight);
    this.cc.onSend?.(bytes, inFlight);
    const flight = inFlight + bytes;
    if (board.una >= this.flightEnd || flight > this.roundFlight) {
      this.roundFlight = flight;
      this.flightEnd = board.end(segment);
    }
  }

  /** An acknowledgement has arrived. */
  begin(inFlight: number): void {
    const { sample } = this;
    sample.priorInFlight = inFlight;
    sample.rtt = -1;
    sample.oneWayDelay = -1;
    this.priorDelivered = this.rate.delivered;
    this.lostNow = 0;
    this.rate.begin(sample);
  }

  /** `segment` is newly delivered; to be called before it is marked so. */
  delivered(board: Scoreboard, segment: number): void {
    this.rate.onDelivered(board, segment, board.size(segment), this.sample);
  }

  /** This acknowledgement gave an RTT. */
  measured(rtt: Nanos): void {
    this.sample.rtt = rtt;
  }

  /** `segment` is found lost. Returns its bytes. */
  lost(board: Scoreboard, segment: number): number {
    const { cc, rate } = this;
    const bytes = board.markLost(segment);
    if (bytes === 0) return 0;
    this.lostNow += bytes;
    rate.lost += bytes;
    if (cc.onSegmentLost !== undefined) {
      const appLimited = (board.marks(segment) & Mark.appLimited) !== 0;
      const inFlight = board.txInFlight(segment) + bytes;
      cc.onSegmentLost(bytes, inFlight, rate.lost - board.lostBefore(segment), appLimited);
    }
    return bytes;
  }

  /** Whether anything was found lost since `begin`. */
  get hasLost(): boolean {
    return this.lostNow > 0;
  }

  /** Loss that is not part of the current episode: the congestion control reduces. `flight` bytes were in flight. */
  enterRecovery(flight: number, ecn = false): void {
    const { cc } = this;
    this.fill(flight, ecn);
    this.episodes++;
    this.inRecovery = true;
    this.recoveryStart = this.clock.now;
    if (ecn && cc.onEcn !== undefined) cc.onEcn(this.loss);
    else cc.onLossEpisode(this.loss);
  }

  leaveRecovery(inFlight: number): void {
    if (!this.inRecovery) return;
    this.inRecovery = false;
    this.cc.onRecoveryExit?.(inFlight);
  }

  /** Retransmission timeout (RFC 9260 section 6.3.3) or persistent congestion (RFC 9002 section 7.6). */
  collapse(flight: number): void {
    this.fill(flight, false);
    this.collapses++;
    this.inRecovery = false;
    this.cc.onTimeout(this.loss);
  }

  /** Everything about the acknowledgement is known: the congestion control hears of it. `mayGrow` says if it may grow. */
  end(board: Scoreboard, inFlight: number, mayGrow: boolean, ceBytes: number): void {
    const { cc, sample, rate, rtt } = this;
    rate.end(rtt, sample);
    sample.ackedBytes = rate.delivered - this.priorDelivered;
    sample.lostBytes = this.lostNow;
    sample.inFlight = inFlight;
    sample.srtt = rtt.srtt;
    sample.minRtt = rtt.min;
    sample.inRecovery = this.inRecovery;
    sample.una = board.una;
    sample.nxt = board.nxt;
    sample.ece = ceBytes > 0;
    sample.ceBytes = ceBytes;
    // slow start may double what was really used of the window, whatever is left of it in flight now
    sample.cwndLimited = this.cwndLimited || (cc.cwnd < cc.ssthresh && cc.cwnd < 2 * this.roundFlight);
    if (sample.ackedBytes === 0) return;
    cc.observe?.(sample);
    if (cc.ownsRecovery === true || (mayGrow && !this.inRecovery)) cc.onAck(sample);
  }

  /** Nothing is left to send, though the window would allow it (draft-ietf-ccwg-bbr section 4.1.2.4). */
  markAppLimited(inFlight: number): void {
    if (inFlight < this.cc.cwnd) this.rate.noteAppLimited(inFlight);
  }

  private fill(flight: number, ecn: boolean): void {
    this.loss.inFlight = flight;
    this.loss.lostBytes = this.lostNow;
    this.loss.delivered = this.rate.delivered;
    this.loss.ecn = ecn;
  }
}
