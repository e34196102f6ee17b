import type { Sender } from './sender';

/**
 * Finds out that an episode was spurious: by timestamps (Eifel detection, RFC 3522) when an ACK echoes something older than
 * the first retransmission, or by D-SACK (RFC 3708) when every retransmission turns out to have been unnecessary.
 */
export class Undo {
  private active = false;
  /** When the first retransmission of the episode was sent, as its timestamp option says; -1 = none yet. */
  private firstRetransmission = -1;
  private decided = false;
  private outstanding = 0;
  private counted = 0;
  private una = 0;

  constructor(private readonly sender: Sender) {}

  /** An episode begins; a second timeout of the same episode (`first` false) cannot be undone by D-SACK. */
  begin(first: boolean): void {
    if (!first) return;
    const { board, mss, una } = this.sender;
    this.active = true;
    this.decided = false;
    this.una = una;
    // What an earlier episode retransmitted may still be on its way: its ACK is no sign that this episode is spurious
    this.outstanding = this.counted = Math.ceil(board.retransmittedBytes / mss);
    if (this.outstanding === 0) this.firstRetransmission = -1;
  }

  cancel(): void {
    this.active = false;
  }

  onRetransmit(): void {
    if (!this.active) return;
    if (this.firstRetransmission < 0) this.firstRetransmission = Math.floor(this.sender.host.events.now / 1e6);
    this.outstanding++;
    this.counted++;
  }

  /** True if this D-SACK accounts for the last retransmission of the episode. */
  onDsack(start: number): boolean {
    if (!this.active || start < this.una) return false;
    return this.counted > 0 && --this.outstanding === 0;
  }

  /** RFC 3522: the ACK of the first retransmission echoes the timestamp of the original. `echo` is -1 without timestamps. */
  isSpurious(echo: number): boolean {
    if (!this.active || this.decided || this.firstRetransmission < 0 || echo < 0) return false;
    if (this.sender.una <= this.una) return false;
    // only the first ACK that advances decides
    this.decided = true;
    return echo < this.firstRetransmission;
  }
}
