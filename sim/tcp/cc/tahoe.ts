import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import { number } from '../../core/params';

/** Slow start, congestion avoidance and fast retransmit, before fast recovery was invented (Jacobson 1988). */
class Tahoe extends LossBased {
  /** Every loss restarts slow start from one segment, retransmissions included: no rate reduction stretched over a round. */
  readonly ownsRecovery = true;

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
    this.cwnd += (this.mss * acked) / this.cwnd;
  }

  override onLossEpisode(loss: LossSample): void {
    super.onLossEpisode(loss);
    this.cwnd = this.mss;
  }

  /** RFC 3168 section 6.1.2: nothing was lost, so half the window goes on. */
  onEcn(loss: LossSample): void {
    super.onLossEpisode(loss);
  }

  protected backOff(loss: LossSample): number {
    return this.flightSize(loss) / 2;
  }
}

export const tahoe = defineCongestionControl({
  summary: 'back to one segment after every loss: the first congestion control of TCP',
  reference: 'Jacobson, Congestion Avoidance and Control, SIGCOMM 1988; Fall and Floyd, CCR 1996',
  params: {
    byteLimit: number('segments of slow start growth per ACK (L of RFC 3465)', 1e6, 1),
  },
  create: ({ byteLimit }, flow) => new Tahoe(flow, byteLimit),
});
