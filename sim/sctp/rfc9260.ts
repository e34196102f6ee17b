import { type AckSample, defineCongestionControl, LossBased, type LossSample } from '../tcp/cc/congestion-control';
import { integer } from '../core/params';
import type { FlowInfo } from '../tcp/cc/congestion-control';

/** What SCTP has of its own: RFC 9260 section 7.2. `mss` is the PMDCS, the largest DATA chunk. */
class Rfc9260 extends LossBased {
  private partialBytesAcked = 0;

  constructor(
    flow: FlowInfo,
    private readonly l: number,
  ) {
    super(flow);
  }

  onAck(ack: AckSample): void {
    if (this.cwnd <= this.ssthresh) {
      // section 7.2.1
      if (ack.cwndLimited) this.cwnd += Math.min(ack.ackedBytes, this.l * this.mss);
      return;
    }
    // section 7.2.2: one PMDCS when a window is acknowledged that was filled
    this.partialBytesAcked += ack.ackedBytes;
    if (this.partialBytesAcked < this.cwnd) return;
    if (ack.priorInFlight >= this.cwnd || ack.cwndLimited) {
      this.partialBytesAcked -= this.cwnd;
      this.cwnd += this.mss;
    } else this.partialBytesAcked = this.cwnd;
  }

  override onLossEpisode(loss: LossSample): void {
    super.onLossEpisode(loss);
    this.partialBytesAcked = 0;
  }

  override onTimeout(loss: LossSample): void {
    super.onTimeout(loss);
    this.partialBytesAcked = 0;
  }

  /** Section 7.2.3: half of cwnd, not of what is in flight, and no less than four chunks. */
  protected backOff(_loss: LossSample): number {
    return Math.max(this.cwnd / 2, 4 * this.mss);
  }

  override readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh, partialBytesAcked: this.partialBytesAcked };
  }
}

export const rfc9260 = defineCongestionControl({
  summary: 'SCTP’s own: Reno that grows by whole chunks when a filled window is acknowledged',
  reference: 'RFC 9260 section 7.2',
  params: { l: integer('L of section 7.2.1: chunks by which one SACK may open the window in slow start', 1, 1, 1000) },
  create: ({ l }, flow) => new Rfc9260(flow, l),
});
