import type { Clock, Nanos } from '../../core/event-queue';
import type { RandomStream } from '../../core/random';
import { definer } from '../../core/plugin';
import { ZERO } from '../../core/zero';

/**
 * What one acknowledgement told the sender. One object per connection, refilled for every ACK: never keep it.
 * Bytes and nanoseconds; rates in bit/s.
 */
export interface AckSample {
  /** Bytes newly delivered: cumulatively acknowledged or SACKed for the first time by this ACK. */
  ackedBytes: number;
  /** Bytes newly found lost by this ACK. */
  lostBytes: number;
  /** Bytes in flight before and after this ACK (RFC 6675 pipe). */
  priorInFlight: number;
  inFlight: number;
  /** RTT measured by this ACK (never from a retransmitted segment, RFC 6298 section 3), or -1. */
  rtt: Nanos;
  /** Smoothed RTT (RFC 6298), or 0 before the first sample. */
  srtt: Nanos;
  /** Smallest RTT of the connection so far, or Infinity. */
  minRtt: Nanos;
  /** One-way delay of the acknowledged segment as the receiver's timestamps tell it, unknown constant offset, or -1. */
  oneWayDelay: Nanos;
  /** Bytes delivered over the life of the connection (draft-ietf-ccwg-bbr: C.delivered), this ACK included. */
  delivered: number;
  /** With `samplesRate`: C.delivered when the newest segment that this ACK acknowledges was sent (RS.prior_delivered). */
  priorDelivered: number;
  /** Delivery rate sample, bit/s, or 0 when there is none. This and the next five are filled only with `samplesRate`. */
  deliveryRate: number;
  /** Bytes of the sample, and its interval. */
  deliveredInSample: number;
  interval: Nanos;
  /** The sample was taken while the application, not the network, limited the sender. */
  rateAppLimited: boolean;
  /** In flight when the newest acknowledged segment was sent (RS.tx_in_flight). */
  txInFlight: number;
  /** Bytes lost between the sending of that segment and now (RS.lost). */
  lostInSample: number;
  /** The window, not the application or the receiver, has been limiting the sender (RFC 7661 section 4.4). */
  cwndLimited: boolean;
  /** A round trip ended: the ACK covers a segment sent after the previous round began. */
  roundStart: boolean;
  /** Rounds so far. */
  round: number;
  /** Bytes acknowledged by ACKs that carried ECN-Echo (RFC 8257), and whether this one did. */
  ceBytes: number;
  ece: boolean;
  /** The sender is in fast recovery, or in loss recovery after a timeout. */
  inRecovery: boolean;
  /** Highest cumulative acknowledgement (snd.una) and next sequence (snd.nxt) after this ACK. */
  una: number;
  nxt: number;
}

/** What the sender knows when an episode of loss begins. */
export interface LossSample {
  /** Bytes in flight before anything was found lost. */
  inFlight: number;
  /** Bytes found lost so far in this episode. */
  lostBytes: number;
  /** C.delivered. */
  delivered: number;
  /** Bytes in flight now, what was found lost not counted (RFC 6675 pipe). */
  pipe: number;
  /** The signal was ECN-Echo, not loss. */
  ecn: boolean;
}

/** Fixed facts about the flow, and its clock. */
export interface FlowInfo extends Clock {
  /** Sender maximum segment size, payload bytes. */
  readonly mss: number;
  /** Initial window, bytes (RFC 6928). */
  readonly initialWindow: number;
  readonly random: RandomStream;
}

/**
 * Congestion control sizes the window and sets the pace; the connection detects loss and recovers.
 *
 * Four methods are mandatory. Growth is only ever asked for through `onAck`; loss arrives as one call per episode
 * (RFC 9438, RFC 5681: once per window), whatever the number of segments lost.
 *
 * During recovery the connection itself limits sending (PRR, RFC 9937) between the call of `onLossEpisode` and its end, and
 * does not call `onAck`, unless the algorithm says `ownsRecovery`. What must be measured in recovery too (RTT, rate, CE
 * marks) is measured in `observe`.
 */
export interface CongestionControl {
  /** Congestion window, bytes; never below one MSS. */
  readonly cwnd: number;
  /** Slow start threshold, bytes; Infinity before the first loss. */
  readonly ssthresh: number;
  /** bit/s of payload, as `deliveryRate`; 0 = not paced. */
  readonly pacingRate: number;
  /** True for algorithms (BBR) that set cwnd themselves during recovery: `onAck` is then always called, and PRR is not used. */
  readonly ownsRecovery?: boolean;
  /** True for algorithms that read the delivery rate sample, or `onSegmentLost`: nobody else pays for it. */
  readonly samplesRate?: boolean;
  /** True when ECN-Echo must tell of every CE mark (RFC 8257 section 3.2), not latch until CWR (RFC 3168 section 6.1.3). */
  readonly accurateEcn?: boolean;
  /** True when data is to be sent as ECT(1), the L4S identifier (RFC 9331), not ECT(0). */
  readonly ect1?: boolean;

  /** An ACK delivered new data. */
  onAck(ack: AckSample): void;
  /** A loss episode (or, without `onEcn`, an ECN-Echo episode) begins: set ssthresh, and cwnd to what should hold after it. */
  onLossEpisode(loss: LossSample): void;
  /** The retransmission timer expired (RFC 5681 section 3.1, RFC 6298 section 5). */
  onTimeout(loss: LossSample): void;
  /** What charts may plot, by name. */
  readout(): Readonly<Record<string, number>>;

  /** Every ACK that delivered data, in recovery too, before `onAck`: to measure, not to size. */
  observe?(ack: AckSample): void;
  /**
   * A segment was found lost, before `onAck` and `onLossEpisode` hear of it: its bytes, and what was in flight when it was
   * sent, itself included; bytes lost since then, itself included; whether the application was the limit then.
   */
  onSegmentLost?(bytes: number, txInFlight: number, lostSinceSent: number, appLimited: boolean): void;
  /** ECN-Echo began an episode; default: as loss (RFC 3168 section 6.1.2). */
  onEcn?(loss: LossSample): void;
  /** The episode ended: everything outstanding at its beginning is acknowledged. `inFlight` bytes are outstanding now. */
  onRecoveryExit?(inFlight: number): void;
  /** The last episode was spurious (D-SACK, F-RTO, timestamps): restore what it took. */
  onSpuriousLoss?(): void;
  /** Sending resumes after an idle time longer than the RTO: cwnd must not exceed `restartWindow` (RFC 5681 section 4.1, RFC 7661). */
  onIdleRestart?(restartWindow: number): void;
  /** New data left the sender; `inFlight` before it. */
  onSend?(bytes: number, inFlight: number): void;
}

/** Window and threshold before a reduction, bytes. */
class PriorWindow {
  cwnd = ZERO;
  ssthresh = ZERO;
}

/**
 * Window, threshold and their undoing for the loss-based family. A subclass says how to grow (`onAck`) and how far to
 * back off (`backOff`).
 */
export abstract class LossBased implements CongestionControl {
  cwnd: number = ZERO;
  ssthresh = Infinity;
  protected readonly mss: number;
  /** What `onSpuriousLoss` restores: made for the first reduction. */
  protected prior: PriorWindow | null = null;
  private inEpisode = false;

  constructor(protected readonly flow: FlowInfo) {
    this.mss = flow.mss;
    this.cwnd = flow.initialWindow;
  }

  /** None of the family is paced. */
  get pacingRate(): number {
    return 0;
  }

  abstract onAck(ack: AckSample): void;

  /** The new ssthresh, bytes, before the floor of two segments. */
  protected abstract backOff(loss: LossSample): number;

  protected get inSlowStart(): boolean {
    return this.cwnd < this.ssthresh;
  }

  /**
   * RFC 5681 equation 2 with RFC 3465 section 2.2: grows by what was acknowledged, `limit` bytes at most, up to ssthresh.
   * Returns the bytes left over for congestion avoidance.
   */
  protected slowStart(acked: number, limit: number): number {
    const growth = Math.min(acked, limit, this.ssthresh - this.cwnd);
    this.cwnd += growth;
    return this.inSlowStart ? 0 : acked - growth;
  }

  /**
   * FlightSize of RFC 5681 equation 4. Segments that limited transmit put beyond cwnd do not count (RFC 3042), and a flow
   * that did not fill its window backs off from what it really had in flight.
   */
  protected flightSize(loss: LossSample): number {
    return Math.min(this.cwnd, loss.inFlight);
  }

  /** Rounded down: a threshold "no more than" half (RFC 5681 section 3.1), in segments as BSD, ns-2 and Linux count. */
  protected wholeSegments(bytes: number): number {
    return Math.floor(bytes / this.mss) * this.mss;
  }

  onLossEpisode(loss: LossSample): void {
    this.save();
    this.ssthresh = Math.max(this.backOff(loss), 2 * this.mss);
    this.cwnd = this.ssthresh;
    this.inEpisode = true;
  }

  /** RFC 5681 section 3.1: ssthresh as for loss, cwnd to the loss window of one segment. */
  onTimeout(loss: LossSample): void {
    // Held when the same data already cost it: a timer that backs off, or the end of a failed fast recovery
    const held = (this.inEpisode || this.cwnd <= this.mss) && this.ssthresh < Infinity;
    if (!held) {
      this.save();
      this.ssthresh = Math.max(this.backOff(loss), 2 * this.mss);
    }
    this.cwnd = this.mss;
    this.inEpisode = false;
  }

  onRecoveryExit(_inFlight: number): void {
    this.inEpisode = false;
  }

  onSpuriousLoss(): void {
    this.inEpisode = false;
    if (this.prior === null) return;
    this.cwnd = Math.max(this.cwnd, this.prior.cwnd);
    this.ssthresh = Math.max(this.ssthresh, this.prior.ssthresh);
  }

  onIdleRestart(restartWindow: number): void {
    this.ssthresh = Math.max(this.ssthresh, 0.75 * this.cwnd);
    this.cwnd = Math.min(this.cwnd, restartWindow);
  }

  readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh };
  }

  /** Called before a reduction, once for each that `onSpuriousLoss` may undo. */
  protected save(): void {
    const prior = (this.prior ??= new PriorWindow());
    prior.cwnd = this.cwnd;
    prior.ssthresh = this.ssthresh;
  }
}

/** Declares a congestion control: see `sim/tcp/cc/index.ts` for the registry. */
export const defineCongestionControl = definer<FlowInfo, CongestionControl>();
