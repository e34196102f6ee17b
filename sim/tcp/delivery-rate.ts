import type { Clock, Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { AckSample } from './cc/congestion-control';
import type { RttEstimator } from './rtt';
import { Mark, type Scoreboard } from './scoreboard';
import type { Sender } from './sender';

/** What a sample of the rate is made of: the draft's C.delivered_time, C.first_sent_time, RS.prior_time and RS.send_elapsed. */
interface RateState {
  deliveredTime: Nanos;
  firstSentTime: Nanos;
  priorTime: Nanos;
  sendElapsed: Nanos;
  /** C.app_limited. */
  appLimited: number;
}

/**
 * Delivery rate estimation (draft-ietf-ccwg-bbr section 4.1, formerly draft-cheng-iccrg-delivery-rate-estimation).
 * Names are the draft's: C.delivered is `delivered`, and so on.
 */
export class DeliveryRate {
  /** Bytes delivered, and lost, over the life of the connection. */
  delivered = 0;
  lost = 0;
  /** Round trips: one ends when something sent after the previous end is delivered. */
  round = 0;
  private readonly state: RateState | null;

  constructor(
    private readonly clock: Clock,
    /** Whether anyone wants the rate; bytes delivered and rounds are counted in any case. */
    samplesRate: boolean,
  ) {
    this.state = samplesRate
      ? { deliveredTime: ZERO, firstSentTime: ZERO, priorTime: ZERO, sendElapsed: ZERO, appLimited: 0 }
      : null;
  }

  get samplesRate(): boolean {
    return this.state !== null;
  }

  /** The sender was application-limited until this much is delivered; 0 = it is not, or nobody wants the rate. */
  get appLimited(): number {
    return this.state === null ? 0 : this.state.appLimited;
  }

  /** A segment is about to be sent; `inFlight` before it. */
  onSend(board: Scoreboard, segment: number, marks: number, inFlight: number): void {
    board.stamp(segment, this.clock.now, marks, this.round);
    if (this.state !== null) this.stampRate(this.state, board, segment, marks, inFlight);
  }

  private stampRate(state: RateState, board: Scoreboard, segment: number, marks: number, inFlight: number): void {
    const { now } = this.clock;
    if (inFlight === 0) state.firstSentTime = state.deliveredTime = now;
    const { delivered, lost } = this;
    board.stamp(segment, now, state.appLimited > 0 ? marks | Mark.appLimited : marks & ~Mark.appLimited, this.round);
    board.stampRate(segment, state.deliveredTime, state.firstSentTime, inFlight, lost, delivered);
  }

  /** Starts the sample of one ACK. */
  begin(sample: AckSample): void {
    sample.roundStart = false;
    if (this.state === null) return;
    this.state.priorTime = 0;
    sample.priorDelivered = -1;
    sample.rateAppLimited = false;
    sample.txInFlight = 0;
    sample.lostInSample = 0;
  }

  /**
   * `bytes` are newly delivered, the last of them in `segment`: the most recently sent segment makes the sample.
   */
  onDelivered(board: Scoreboard, segment: number, bytes: number, sample: AckSample): void {
    this.delivered += bytes;
    if (board.isOfRound(segment, this.round)) sample.roundStart = true;
    if (this.state !== null) this.takeSample(this.state, board, segment, sample);
  }

  private takeSample(state: RateState, board: Scoreboard, segment: number, sample: AckSample): void {
    state.deliveredTime = this.clock.now;
    const delivered = board.delivered(segment);
    if (delivered < sample.priorDelivered) return;
    const sentAt = board.sentAt(segment);
    if (delivered === sample.priorDelivered && sentAt < state.firstSentTime) return;
    sample.priorDelivered = delivered;
    sample.rateAppLimited = (board.marks(segment) & Mark.appLimited) !== 0;
    sample.txInFlight = board.txInFlight(segment) + board.size(segment);
    sample.lostInSample = -board.lostBefore(segment);
    state.priorTime = board.deliveredAt(segment);
    state.sendElapsed = sentAt - board.firstSentAt(segment);
    state.firstSentTime = sentAt;
  }

  /** Ends the sample: rate, interval and round. Samples shorter than the smallest RTT are impossible and not taken. */
  end(rtt: RttEstimator, sample: AckSample): void {
    sample.delivered = this.delivered;
    if (this.state !== null) this.sampleRate(this.state, rtt, sample);
    if (sample.roundStart === true) this.round++;
    sample.round = this.round;
  }

  /** draft-ietf-ccwg-bbr section 4.1.2.4: there is nothing to send, though the window would allow it. */
  checkAppLimited({ board, cc, end, nxt, mss }: Sender): void {
    if (end - nxt >= mss || board.lostBytes > board.retransmittedBytes) return;
    const inFlight = board.pipe(nxt);
    if (inFlight < cc.cwnd) this.noteAppLimited(inFlight);
  }

  /** Nothing more is to be sent for now: `inFlight` bytes of it are not delivered yet. */
  noteAppLimited(inFlight: number): void {
    if (this.state !== null) this.state.appLimited = Math.max(this.delivered + inFlight, 1);
  }

  private sampleRate(state: RateState, rtt: RttEstimator, sample: AckSample): void {
    if (state.appLimited > 0 && this.delivered > state.appLimited) state.appLimited = 0;
    sample.deliveryRate = 0;
    sample.deliveredInSample = 0;
    sample.interval = 0;
    if (sample.priorDelivered < 0) return;
    sample.lostInSample += this.lost;
    sample.deliveredInSample = this.delivered - sample.priorDelivered;
    const ackElapsed = this.clock.now - state.priorTime;
    const interval = state.sendElapsed > ackElapsed ? state.sendElapsed : ackElapsed;
    if (interval > 0 && (interval >= rtt.min || rtt.min === Infinity)) {
      sample.interval = interval;
      sample.deliveryRate = (sample.deliveredInSample * 8e9) / interval;
    }
  }
}
