import type { Clock, Nanos } from '../core/event-queue';
import { ZERO } from '../core/zero';
import { Mark, type Scoreboard } from './scoreboard';
import type { RttEstimator } from './rtt';

const DUP_THRESH = 3;
const NONE: number[] = [];
/** RFC 8985 section 6.2 step 4: recoveries for which an enlarged reordering window persists. */
const REO_WND_PERSIST = 16;

/** What is known of reordering on the path: made when the first sign of it is seen. */
class Reordering {
  /** Something below the highest end of a delivered segment was delivered later in first transmission. */
  seen = false;
  /** The ACK at hand told of it. */
  seenNow = false;
  /** Largest distance between the highest delivered byte and the start of what came after it, bytes. */
  extent = 0;
  reoWndMult = 1;
  reoWndPersist = 0;
  /** snd.nxt at the D-SACK that last widened the window: until it is acknowledged others do not. */
  dsackRound = -1;
}

/** Time-based loss detection (RFC 8985 section 6). The scan is amortised: each segment is looked at once per transmission. */
export class Rack {
  /** Latest transmission time among delivered segments, its end, and its RTT. */
  xmitTs: Nanos = -0.5;
  private endSeq = 0;
  rtt: Nanos = ZERO;
  /** Highest end of a delivered segment. */
  private fack = 0;
  private reordering: Reordering | null = null;
  /** First segment, in order of sequence, whose first transmission is not yet judged. */
  private cursor = 0;
  /** Retransmitted segments in order of retransmission, [retransHead..): judged from the front. */
  private retransmissions = NONE;
  private retransHead = 0;

  constructor(
    private readonly board: Scoreboard,
    private readonly rttEstimator: RttEstimator,
    private readonly clock: Clock,
  ) {}

  get reorderingSeen(): boolean {
    return this.reordering !== null && this.reordering.seen;
  }

  /** The ACK at hand told of reordering. */
  get reorderedNow(): boolean {
    return this.reordering !== null && this.reordering.seenNow;
  }

  /** Largest distance between the highest delivered byte and the start of what came after it, bytes. */
  get reorderingExtent(): number {
    return this.reordering === null ? 0 : this.reordering.extent;
  }

  /** Forgets `reorderedNow`, once it is taken note of. */
  endReordered(): void {
    if (this.reordering !== null) this.reordering.seenNow = false;
  }

  /** Section 6.2 steps 1 to 3: `segment` is delivered. */
  onDelivered(segment: number, retransmitted: boolean, echoOlder: boolean): void {
    const { board } = this;
    const end = board.end(segment);
    const sentAt = board.sentAt(segment);
    if (end > this.fack) this.fack = end;
    else if (end < this.fack && !retransmitted) this.onReordering(board.start(segment));
    const rtt = this.clock.now - sentAt;
    // step 2: the ACK may be for the original transmission
    if (retransmitted && (echoOlder || rtt < this.rttEstimator.min)) return;
    this.rtt = rtt;
    if (sentAt > this.xmitTs || (sentAt === this.xmitTs && end > this.endSeq)) {
      this.xmitTs = sentAt;
      this.endSeq = end;
    }
  }

  /** As `onDelivered`, of a segment sent once, at `sentAt`, that `isAhead` of all that was delivered before. */
  onDeliveredAhead(end: number, sentAt: Nanos): void {
    this.fack = end;
    this.rtt = this.clock.now - sentAt;
    if (sentAt >= this.xmitTs) {
      this.xmitTs = sentAt;
      this.endSeq = end;
    }
  }

  /** Nothing beyond `una` has been delivered. */
  isAhead(una: number): boolean {
    return una >= this.fack;
  }

  private onReordering(start: number): void {
    const reordering = (this.reordering ??= new Reordering());
    reordering.seen = reordering.seenNow = true;
    if (this.fack - start > reordering.extent) reordering.extent = this.fack - start;
  }

  onRetransmitted(segment: number): void {
    if (this.retransmissions === NONE) this.retransmissions = [segment];
    else this.retransmissions.push(segment);
  }

  /** Section 6.2 step 4: a D-SACK widens the reordering window, once per round trip. */
  onDsack(una: number, nxt: number): void {
    const reordering = (this.reordering ??= new Reordering());
    if (una < reordering.dsackRound) return;
    reordering.dsackRound = nxt;
    reordering.reoWndMult++;
    reordering.reoWndPersist = REO_WND_PERSIST;
  }

  onRecoveryExit(): void {
    const { reordering } = this;
    if (reordering !== null && reordering.reoWndPersist > 0 && --reordering.reoWndPersist === 0)
      reordering.reoWndMult = 1;
    if (this.retransHead > 0) {
      this.retransmissions.splice(0, this.retransHead);
      this.retransHead = 0;
    }
  }

  /** Section 6.2 step 4. */
  reorderingWindow(inRecovery: boolean): Nanos {
    const { reordering } = this;
    const isSeen = reordering !== null && reordering.seen;
    if (!isSeen && (inRecovery || this.board.sackedSegments >= DUP_THRESH)) return 0;
    const { min, srtt } = this.rttEstimator;
    if (min === Infinity) return 0;
    const window = Math.floor(((reordering === null ? 1 : reordering.reoWndMult) * min) / 4);
    return window < srtt ? window : srtt;
  }

  /**
   * Section 6.2 step 5: marks lost what was sent before the latest delivered segment and has had RTT + reo_wnd to arrive.
   * Returns when the next segment will have had it, or 0. `loser` marks them.
   */
  detect(inRecovery: boolean, loser: Loser): Nanos {
    if (this.xmitTs < 0) return 0;
    // how long after it was sent a segment is awaited
    const patience = this.rtt + this.reorderingWindow(inRecovery);
    const first = this.detectInOrder(patience, loser);
    const again = this.detectRetransmissions(patience, loser);
    if (first === 0) return again;
    return again === 0 || first < again ? first : again;
  }

  /**
   * Section 6.3: whether a timeout marks `segment` lost. What was sent too short a time ago is not: it is still on its way.
   */
  isOverdue(segment: number, inRecovery: boolean): boolean {
    const { board } = this;
    const patience = this.rtt + this.reorderingWindow(inRecovery);
    return segment === board.first || board.sentAt(segment) + patience <= this.clock.now;
  }

  /** What was marked lost and not retransmitted is in flight again, its loss was spurious: it is to be judged anew. */
  onUndo(): void {
    this.cursor = this.board.first;
  }

  /** Forgets retransmissions that have been found lost: they are noted again when they are sent again. */
  restart(): void {
    this.retransmissions = this.retransmissions.slice(this.retransHead).filter((s) => this.isUnderWay(s));
    this.retransHead = 0;
  }

  /** Retransmitted, and neither delivered nor found lost again. */
  private isUnderWay(segment: number): boolean {
    if (segment < this.board.first) return false;
    const marks = this.board.marks(segment);
    return (marks & Mark.sacked) === 0 && ((marks & Mark.lost) === 0 || (marks & Mark.retransmitted) !== 0);
  }

  private detectInOrder(patience: Nanos, loser: Loser): Nanos {
    const { board } = this;
    const { now } = this.clock;
    if (this.cursor < board.first) this.cursor = board.first;
    for (let s = this.cursor; s < board.next; s++) {
      const marks = board.marks(s);
      if ((marks & (Mark.sacked | Mark.lost | Mark.everRetransmitted)) === 0) {
        const sentAt = board.sentAt(s);
        if (!this.sentBefore(s)) return 0;
        if (sentAt + patience > now) return sentAt + patience;
        loser.lose(s);
      }
      this.cursor = s + 1;
    }
    return 0;
  }

  private detectRetransmissions(patience: Nanos, loser: Loser): Nanos {
    const { board, retransmissions } = this;
    const { now } = this.clock;
    while (this.retransHead < retransmissions.length) {
      const s = retransmissions[this.retransHead]!;
      if (this.isUnderWay(s)) {
        const sentAt = board.sentAt(s);
        if (!this.sentBefore(s)) return 0;
        if (sentAt + patience > now) return sentAt + patience;
        loser.lose(s);
      }
      this.retransHead++;
    }
    this.retransmissions = NONE;
    this.retransHead = 0;
    return 0;
  }

  private sentBefore(segment: number): boolean {
    const sentAt = this.board.sentAt(segment);
    return sentAt < this.xmitTs || (sentAt === this.xmitTs && this.board.end(segment) < this.endSeq);
  }
}

/** Marks a segment lost and tells who must know. */
export interface Loser {
  lose(segment: number): void;
}
