import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
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
    if (this.inSlowStart) acked = this.slowStart(acked, this.byteLimit * this.mss);
    // RFC 5681 equation 3, in bytes: one segment per window acknowledged
    this.cwnd += (this.mss * acked) / this.cwnd;
  }

  /** RFC 5681 equation 4. */
  protected backOff(loss: LossSample): number {
    return this.flightSize(loss) / 2;
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
