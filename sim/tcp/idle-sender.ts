import type { Nanos } from '../core/event-queue';
import type { Packet } from '../core/packet';
import { SendWindow } from './send-window';

/**
 * The sending half of a connection that has sent nothing, as that of the receiver of a transfer: what the handshake and the
 * segments since then have told. Most ends of most connections need no more of one; a `Sender` is made of it when they do.
 */
export class IdleSender extends SendWindow {
  /** A segment has come while there was nothing to send. */
  wasHeard = false;

  constructor(
    /** RTT of the handshake, or -1; and whether the SYN was retransmitted. */
    readonly rtt: Nanos,
    readonly synLost: boolean,
  ) {
    super();
  }

  /**
   * Header prediction (V. Jacobson, RFC 1144 appendix B.1): an acceptable segment acknowledges what is known; only its window
   * may be news.
   */
  onAck(p: Packet): void {
    this.updateWindow(p.seq, p.ack, this.scaled(p.window));
    this.wasHeard = true;
  }
}
