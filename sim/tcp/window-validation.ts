import type { Nanos } from '../core/event-queue';

/** RFC 7661 section 4.5.1: a non-validated window is kept this long. */
const NON_VALIDATED_PERIOD: Nanos = 300e9;

/** Congestion window validation for senders that do not fill their window (RFC 7661). */
export class WindowValidation {
  /** Data acknowledged per round trip, the largest of the last three rounds (section 4.2), bytes. */
  pipeAck = Infinity;
  private readonly rounds: [number, number, number] = [-1, -1, -1];
  private at = 0;
  private roundStartDelivered = 0;
  private nonValidatedSince: Nanos = -1;

  /** A round trip ended with `delivered` bytes delivered since the connection began. */
  onRound(delivered: number): void {
    this.rounds[this.at] = delivered - this.roundStartDelivered;
    this.roundStartDelivered = delivered;
    this.at = (this.at + 1) % 3;
    this.pipeAck = Math.max(this.rounds[0], this.rounds[1], this.rounds[2]);
  }

  /** Section 4.3: whether the sender is using what it is allowed; only then may the window grow (section 4.4). */
  isValidated(cwnd: number, now: Nanos): boolean {
    if (this.pipeAck >= cwnd / 2) {
      this.nonValidatedSince = -1;
      return true;
    }
    if (this.nonValidatedSince < 0) this.nonValidatedSince = now;
    return false;
  }

  /** Section 4.4.3: the non-validated period is over and the window has to shrink. True once per period. */
  hasExpired(now: Nanos): boolean {
    if (this.nonValidatedSince < 0 || now - this.nonValidatedSince < NON_VALIDATED_PERIOD) return false;
    this.nonValidatedSince = now;
    return true;
  }

  /** Section 4.4.1: what was really in flight when a loss ends the non-validated phase. */
  lossFlightSize(inFlight: number): number {
    return this.nonValidatedSince < 0 ? inFlight : Math.min(inFlight, Math.max(this.pipeAck, 0));
  }
}
