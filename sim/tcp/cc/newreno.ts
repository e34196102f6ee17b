import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import { flag } from '../../core/params';

/**
 * RFC 5681 to the letter: the window grows by ACKs counted, not bytes, so delayed ACKs halve its growth (b = 2 in the
 * response functions); and RFC 6582's guard against a burst at the end of recovery.
 */
class NewReno extends LossBased {
  constructor(
    flow: FlowInfo,
    private readonly avoidBurst: boolean,
  ) {
    super(flow);
  }

  onAck(ack: AckSample): void {
    if (!ack.cwndLimited) return;
    // RFC 5681 equations 2 and 3, for each ACK
    if (this.inSlowStart) this.slowStart(ack.ackedBytes, this.mss);
    else this.cwnd += (this.mss * this.mss) / this.cwnd;
  }

  /** RFC 5681 equation 4. */
  protected backOff(loss: LossSample): number {
    return this.wholeSegments(this.flightSize(loss) / 2);
  }

  /** RFC 6582 section 3.2, step 3, option 1. */
  override onRecoveryExit(inFlight: number): void {
    super.onRecoveryExit(inFlight);
    if (this.avoidBurst) this.cwnd = Math.min(this.cwnd, Math.max(inFlight, this.mss) + this.mss);
  }
}

export const newreno = defineCongestionControl({
  summary: 'Reno as RFC 5681 writes it, one step per ACK whatever it acknowledges',
  reference: 'RFC 5681, RFC 6582',
  params: {
    avoidBurst: flag('leave recovery with no more than one segment to send at once (RFC 6582 section 3.2)', true),
  },
  create: ({ avoidBurst }, flow) => new NewReno(flow, avoidBurst),
});
