import type { Loser } from './rack';
import { Mark, type Scoreboard } from './scoreboard';

/** RFC 6675: segments, or bytes beyond DupThresh - 1 of them, that must be SACKed above what counts as lost. */
const DUP_THRESH = 3;

/** Loss detection by what is SACKed, and what to send when nothing is found lost (RFC 6675 section 4). */
export class SackLoss {
  /** HighRxt: the highest segment retransmitted in this recovery. */
  private highRxt = -1;
  /** RescueRxt: a rescue retransmission may follow once this is acknowledged. */
  private rescueRxt = -1;
  /** The segment whose retransmission, if it is the next one, is to the rescue; or -1. */
  private rescuer = -1;

  constructor(
    private readonly board: Scoreboard,
    private readonly mss: number,
    /** As in 1996: every hole counts as lost once recovery has begun. */
    private readonly eager: boolean,
  ) {}

  /** Recovery begins. */
  begin(): void {
    this.highRxt = this.rescueRxt = this.rescuer = -1;
  }

  /** `recoveryPoint` ends the recovery when it is acknowledged. */
  onRetransmit(segment: number, recoveryPoint: number): void {
    if (segment === this.rescuer) this.rescueRxt = recoveryPoint;
    else if (segment > this.highRxt) this.highRxt = segment;
    this.rescuer = -1;
  }

  /** IsLost: DupThresh segments, or more than (DupThresh - 1) SMSS bytes, SACKed above. */
  detect(inRecovery: boolean, loser: Loser): void {
    const { board, mss } = this;
    if (board.sackedSegments === 0) return;
    const thresh = this.eager && inRecovery ? 1 : DUP_THRESH;
    let segments = 0;
    let bytes = 0;
    let s = board.highestSacked;
    for (; s >= board.first; s--) {
      if ((board.marks(s) & Mark.sacked) === 0) continue;
      segments++;
      bytes += board.size(s);
      if (segments >= thresh || bytes > (thresh - 1) * mss) break;
    }
    for (s--; s >= board.first; s--) {
      const marks = board.marks(s);
      if (marks & Mark.lost) break;
      if ((marks & (Mark.sacked | Mark.everRetransmitted)) === 0) loser.lose(s);
    }
  }

  /**
   * NextSeg rules 3 and 4, for when no segment is lost and there is no new data: a hole below what is SACKed that was not
   * retransmitted; else, once in a recovery, the last segment that is not SACKed, if it was not. -1 if there is none.
   */
  next(): number {
    const { board } = this;
    this.rescuer = -1;
    if (this.eager) return -1;
    for (let s = Math.max(board.first, this.highRxt + 1); s < board.highestSacked; s++) {
      if ((board.marks(s) & (Mark.sacked | Mark.everRetransmitted)) === 0) return s;
    }
    if (board.una <= this.rescueRxt) return -1;
    for (let s = board.next - 1; s >= board.first; s--) {
      const marks = board.marks(s);
      if (marks & Mark.sacked) continue;
      return marks & Mark.everRetransmitted ? -1 : (this.rescuer = s);
    }
    return -1;
  }
}
