import type { Clock, Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import type { AckSample } from './cc/congestion-control';
import type { RttEstimator } from './rtt';
import { Mark, type Scoreboard } from './scoreboard';
import type { Sender } from './sender';

/**
 * Delivery rate estimation (draft-ietf-ccwg-bbr section 4.1, formerly draft-cheng-iccrg-delivery-rate-estimation).
 * Names are the draft's: C.delivered is `delivered`, and so on.
 */
export class DeliveryRate {
  /** Bytes delivered, and lost, over the life of the connection. */
  delivered = 0;
  lost = 0;
  deliveredTime: Nanos = ZERO;
  firstSentTime: Nanos = ZERO;
  /** The sender was application-limited until this much is delivered; 0 = it is not. */
  appLimited = 0;
  /** Round trips: one ends when something sent after the previous end is delivered. */
  round = 0;
  private nextRoundDelivered = 0;

  private priorTime: Nanos = ZERO;
  private sendElapsed: Nanos = ZERO;

  constructor(
    private readonly clock: Clock,
    /** Whether anyone wants the rate; bytes delivered and rounds are counted in any case. */
    readonly samplesRate: boolean,
  ) {}

  /** A segment is about to be sent; `inFlight` before it. */
  onSend(board: Scoreboard, segment: number, marks: number, inFlight: number): void {
    const { now } = this.clock;
    if (inFlight === 0) {
      this.firstSentTime = now;
      this.deliveredTime = now;
    }
    if (!this.samplesRate) {
      board.stamp(segment, now, marks, this.delivered);
      return;
    }
    board.stamp(segment, now, this.appLimited > 0 ? marks | Mark.appLimited : marks & ~Mark.appLimited, this.delivered);
    board.stampRate(segment, this.deliveredTime, this.firstSentTime, inFlight, this.lost);
  }

  /** Starts the sample of one ACK. */
  begin(sample: AckSample): void {
    sample.priorDelivered = -1;
    sample.rateAppLimited = false;
    sample.txInFlight = 0;
    sample.lostInSample = 0;
    this.priorTime = 0;
  }

  /**
   * `bytes` are newly delivered, the last of them in `segment`, whose payload is `size`: the most recently sent segment makes
   * the sample.
   */
  onDelivered(board: Scoreboard, segment: number, bytes: number, size: number, sample: AckSample): void {
    this.delivered += bytes;
    const delivered = board.delivered(segment);
    if (!this.samplesRate) {
      if (delivered > sample.priorDelivered) sample.priorDelivered = delivered;
      return;
    }
    this.deliveredTime = this.clock.now;
    if (delivered < sample.priorDelivered) return;
    const sentAt = board.sentAt(segment);
    if (delivered === sample.priorDelivered && sentAt < this.firstSentTime) return;
    sample.priorDelivered = delivered;
    sample.rateAppLimited = (board.marks(segment) & Mark.appLimited) !== 0;
    sample.txInFlight = board.txInFlight(segment) + size;
    sample.lostInSample = -board.lostBefore(segment);
    this.priorTime = board.deliveredAt(segment);
    this.sendElapsed = sentAt - board.firstSentAt(segment);
    this.firstSentTime = sentAt;
  }

  /** Ends the sample: rate, interval and round. Samples shorter than the smallest RTT are impossible and not taken. */
  end(rtt: RttEstimator, sample: AckSample): void {
    if (this.appLimited > 0 && this.delivered > this.appLimited) this.appLimited = 0;
    sample.delivered = this.delivered;
    sample.deliveryRate = 0;
    sample.deliveredInSample = 0;
    sample.interval = 0;
    sample.roundStart = false;
    if (sample.priorDelivered >= 0) {
      if (this.samplesRate) this.sampleRate(rtt, sample);
      if (sample.priorDelivered >= this.nextRoundDelivered) {
        this.nextRoundDelivered = this.delivered;
        this.round++;
        sample.roundStart = true;
      }
    }
    sample.round = this.round;
  }

  /** draft-ietf-ccwg-bbr section 4.1.2.4: there is nothing to send, though the window would allow it. */
  checkAppLimited({ board, cc, end, nxt, mss }: Sender): void {
    if (end - nxt >= mss || board.lostBytes > board.retransmittedBytes) return;
    const inFlight = board.pipe(nxt);
    if (inFlight < cc.cwnd) this.appLimited = Math.max(this.delivered + inFlight, 1);
  }

  private sampleRate(rtt: RttEstimator, sample: AckSample): void {
    sample.lostInSample += this.lost;
    sample.deliveredInSample = this.delivered - sample.priorDelivered;
    const ackElapsed = this.clock.now - this.priorTime;
    const interval = this.sendElapsed > ackElapsed ? this.sendElapsed : ackElapsed;
    if (interval > 0 && (interval >= rtt.min || rtt.min === Infinity)) {
      sample.interval = interval;
      sample.deliveryRate = (sample.deliveredInSample * 8e9) / interval;
    }
  }
}
