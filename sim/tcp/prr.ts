import { ZERO } from '../core/zero';

/** Proportional rate reduction (RFC 9937): how much may be sent during recovery, in bytes. */
export class ProportionalRateReduction {
  private delivered = 0;
  private out = 0;
  private readonly recoverFs: number;
  /** What may be in flight until the next ACK that delivers something. */
  window = ZERO;

  /**
   * Section 6.1: `recoverFs` is the FlightSize when recovery begins, what was SACKed before not counted. Until something is
   * delivered nothing is sent but the forced retransmission: `inFlight` is left now.
   */
  constructor(recoverFs: number, inFlight: number) {
    this.recoverFs = Math.max(recoverFs, 1);
    this.window = inFlight;
  }

  /** Section 6.2, for an ACK that delivered `deliveredData` bytes, more than none; `safeAck`: snd.una advanced and no further loss. */
  onAck(deliveredData: number, inFlight: number, ssthresh: number, mss: number, safeAck: boolean): void {
    this.delivered += deliveredData;
    let sndcnt: number;
    if (inFlight > ssthresh) {
      sndcnt = Math.ceil((this.delivered * ssthresh) / this.recoverFs) - this.out;
    } else {
      sndcnt = Math.max(this.delivered - this.out, deliveredData);
      if (safeAck) sndcnt += mss;
      sndcnt = Math.min(ssthresh - inFlight, sndcnt);
    }
    // force a fast retransmit upon entering recovery
    if (this.out === 0 && sndcnt < mss) sndcnt = mss;
    this.window = inFlight + Math.max(sndcnt, 0);
  }

  /** Section 6.3. */
  onSent(bytes: number): void {
    this.out += bytes;
  }
}
