import { ZERO } from '../core/zero';
import type { LossSample } from './cc/congestion-control';
import type { Sender } from './sender';

/** What the congestion control of `sender` is told when an episode of loss begins. */
export class LossReport implements LossSample {
  inFlight = ZERO;
  lostBytes = 0;
  delivered = 0;
  ecn = false;
  pipe = 0;

  constructor(private readonly sender: Sender) {}

  fill(inFlight: number, lostBytes: number, ecn: boolean): void {
    const { sender } = this;
    this.inFlight = inFlight;
    this.lostBytes = lostBytes;
    this.delivered = sender.rate.delivered;
    this.pipe = sender.inFlight;
    this.ecn = ecn;
  }

  /**
   * RFC 5681 section 2: sent and not cumulatively acknowledged, what is SACKed or lost included; but not what limited
   * transmit has added to the window (section 3.2 step 2). As it was before the ACK at hand, which took `advanced` away.
   */
  flightSize(advanced: number): number {
    const { nxt, una, cc, validation, host, retransmittedBytes } = this.sender;
    const flight = host.config.reducedFrom === 'cwnd' ? cc.cwnd : Math.min(nxt - una + advanced, cc.cwnd);
    return validation === null ? flight : validation.onLoss(flight, cc.cwnd, host.events.now, retransmittedBytes);
  }
}
