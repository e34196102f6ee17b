import { ZERO } from '../core/zero';
import type { LossSample } from './cc/congestion-control';
import type { Sender } from './sender';

/** What a congestion control is told when an episode of loss begins. One for all connections of a simulation. */
export class LossReport implements LossSample {
  inFlight = ZERO;
  lostBytes = 0;
  delivered = 0;
  ecn = false;
  pipe = 0;

  fill(sender: Sender, inFlight: number, lostBytes: number, ecn: boolean): void {
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
  flightSize(sender: Sender, advanced: number): number {
    const { nxt, una, cc, validation, host, retransmittedBytes } = sender;
    const flight = host.config.reducedFrom === 'cwnd' ? cc.cwnd : Math.min(nxt - una + advanced, cc.cwnd);
    return validation === null ? flight : validation.onLoss(flight, cc.cwnd, host.events.now, retransmittedBytes);
  }
}
