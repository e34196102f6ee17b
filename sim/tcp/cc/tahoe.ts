import { type AckSample, defineCongestionControl, LossBased, type LossSample } from './congestion-control';

/** Slow start, congestion avoidance and fast retransmit, before fast recovery was invented (Jacobson 1988). */
class Tahoe extends LossBased {
  /** Every loss restarts slow start from one segment, retransmissions included: no rate reduction stretched over a round. */
  readonly ownsRecovery = true;

  private una = -1;

  /** Duplicate ACKs open nothing; one that advances opens by one segment, or one segment per window. */
  onAck(ack: AckSample): void {
    const duplicate = ack.una <= this.una;
    this.una = ack.una;
    if (duplicate || !ack.cwndLimited) return;
    if (this.inSlowStart) this.slowStart(ack.ackedBytes, this.mss);
    else this.cwnd += (this.mss * this.mss) / this.cwnd;
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
    return this.wholeSegments(this.flightSize(loss) / 2);
  }
}

export const tahoe = defineCongestionControl({
  summary: 'back to one segment after every loss: the first congestion control of TCP',
  reference: 'Jacobson, Congestion Avoidance and Control, SIGCOMM 1988; Fall and Floyd, CCR 1996',
  params: {},
  create: (_params, flow) => new Tahoe(flow),
});
