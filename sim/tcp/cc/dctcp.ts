import {
  type AckSample,
  defineCongestionControl,
  type FlowInfo,
  LossBased,
  type LossSample,
} from './congestion-control';
import { number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';

const dctcpParams = {
  g: number('weight of the newest window in alpha', 1 / 16, 0.0001, 1),
  initialAlpha: number('alpha before the first window', 1, 0, 1),
};

/** RFC 8257: backs off in proportion to the fraction of bytes that were marked. */
class Dctcp extends LossBased {
  readonly accurateEcn = true;
  private alpha: number;
  private windowEnd = -1;
  private bytesAcked = 0;
  private bytesMarked = 0;

  constructor(
    flow: FlowInfo,
    private readonly params: ParamsOf<typeof dctcpParams>,
  ) {
    super(flow);
    this.alpha = params.initialAlpha;
  }

  /** Section 3.3, steps 1 to 8: alpha once per observation window. */
  observe(ack: AckSample): void {
    this.bytesAcked += ack.ackedBytes;
    this.bytesMarked += ack.ceBytes;
    if (ack.una <= this.windowEnd) return;
    if (this.windowEnd >= 0 && this.bytesAcked > 0) {
      const { g } = this.params;
      this.alpha = this.alpha * (1 - g) + (g * Math.min(this.bytesMarked, this.bytesAcked)) / this.bytesAcked;
    }
    this.windowEnd = ack.nxt;
    this.bytesAcked = 0;
    this.bytesMarked = 0;
  }

  onAck(ack: AckSample): void {
    if (!ack.cwndLimited) return;
    let acked = ack.ackedBytes;
    if (this.inSlowStart) acked = this.slowStart(acked, Infinity);
    this.cwnd += (this.mss * acked) / this.cwnd;
  }

  /** Section 3.3, step 9: cwnd = cwnd * (1 - DCTCP.Alpha / 2). */
  onEcn(_loss: LossSample): void {
    this.save();
    this.ssthresh = Math.max(this.cwnd * (1 - this.alpha / 2), 2 * this.mss);
    this.cwnd = this.ssthresh;
  }

  /** Section 3.5: loss is answered as any TCP answers it. */
  protected backOff(loss: LossSample): number {
    return this.flightSize(loss) / 2;
  }

  override readout(): Readonly<Record<string, number>> {
    return { cwnd: this.cwnd, ssthresh: this.ssthresh, alpha: this.alpha };
  }
}

export const dctcp = defineCongestionControl({
  summary: 'data centres: backs off by the fraction of packets that an AQM marked',
  reference: 'RFC 8257',
  params: dctcpParams,
  create: (params, flow) => new Dctcp(flow, params),
});
