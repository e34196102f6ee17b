import { type AckSample, defineCongestionControl, type FlowInfo, LossBased, type LossSample } from './congestion-control';
import { number } from '../../core/params';

/** RFC 5681 with appropriate byte counting (RFC 3465). */
class Reno extends LossBased {
  constructor(
    flow: FlowInfo,
    private readonly byteLimit: number,
  ) {
    super(flow);
  }

  onAck(ack: AckSample): void {
    if (!ack.cwndLimited) return;
    let acked = ack.ackedBytes;
    if (this.inSlowStart) {
      // RFC 3465 section 2.2: at most L segments of growth per ACK; RFC 5681 equation 2
      const growth = Math.min(acked, this.byteLimit * this.mss, this.ssthresh - this.cwnd);
      this.cwnd += growth;
      acked -= growth;
      if (this.inSlowStart || acked <= 0) return;
    }
    // RFC 5681 equation 3, in bytes: one segment per window acknowledged
    this.cwnd += (this.mss * acked) / this.cwnd;
  }

  /** RFC 5681 equation 4. */
  protected backOff(loss: LossSample): number {
    return loss.inFlight / 2;
  }
}

export const reno = defineCongestionControl({
  summary: 'AIMD(1, 1/2): one segment per round trip, half on loss',
  reference: 'RFC 5681, RFC 3465',
  params: {
    byteLimit: number('segments of slow start growth per ACK (L of RFC 3465)', 1e6, 1),
  },
  create: ({ byteLimit }, flow) => new Reno(flow, byteLimit),
});
