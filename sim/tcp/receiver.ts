import type { TcpConfig } from './config';
import { Disorder, IN_ORDER } from './disorder';

/** When the receiver wants an ACK sent. */
export const AckDue = { none: 0, delayed: 1, now: 2 } as const;
export type AckDue = (typeof AckDue)[keyof typeof AckDue];

/** The receiving half of a connection: reassembly, the window it offers, when and what it acknowledges. */
export class Receiver {
  /** rcv.nxt; and the sequence number that the application has read up to. */
  nxt = 1;
  readSeq = 1;
  /** Sequence number of the peer's FIN, or -1. */
  finSeq = -1;
  /** It and all before it have arrived. */
  isComplete = false;
  /** Right edge of the window offered so far: it never moves back (RFC 9293 section 3.8.6). */
  edge: number;
  /** Negotiated: window shift that we apply, SACK, and SACK blocks that fit beside the other options. */
  windowShift = 0;
  sackOk = false;
  maxBlocks = 4;
  /** `IN_ORDER` while all has come once and in order: read without asking, never written to. */
  private disorder = IN_ORDER;
  /** Bytes received and not yet acknowledged. */
  private pending = 0;
  /** Largest payload seen. */
  segmentSize = 1;
  /** Largest payload that the peer can send in one segment. */
  segmentLimit: number;
  private quick: number;

  /** Bytes by which the edge must be able to move to be worth telling. */
  private readonly worthwhile: number;

  constructor(
    private readonly config: TcpConfig,
    mss: number,
  ) {
    this.worthwhile = Math.min(mss, config.receiveBuffer / 2);
    this.edge = 1 + config.receiveBuffer;
    this.quick = config.quickAcks;
    this.segmentLimit = mss;
  }

  /** Segments that arrived out of order. */
  get outOfOrderSegments(): number {
    return this.disorder.outOfOrderSegments;
  }

  /** Segments that were wholly duplicate. */
  get duplicateSegments(): number {
    return this.disorder.duplicateSegments;
  }

  /** Bytes in order and not yet read. */
  get readable(): number {
    return (this.isComplete === true ? this.finSeq : this.nxt) - this.readSeq;
  }

  /** Bytes in order so far, read or not. */
  get received(): number {
    return (this.isComplete === true ? this.finSeq : this.nxt) - 1;
  }

  /** Bytes held: in order and unread, and out of order. */
  get held(): number {
    return this.readable + this.disorder.held;
  }

  /** RFC 9293 section 3.10.7.4, first step: whether some of the `length` sequence numbers from `seq` are in the window. */
  accepts(seq: number, length: number): boolean {
    if (length === 0) return seq === this.nxt || (seq > this.nxt && seq < this.edge);
    return seq < this.edge && seq + length > this.nxt && this.edge > this.nxt;
  }

  /** Takes [seq, end), trimmed to the window by the caller. Returns when to acknowledge. */
  take(seq: number, end: number): AckDue {
    const size = end - seq;
    // what offloading at the receiver has joined is taken for full segments
    if (size > this.segmentSize) this.segmentSize = Math.min(size, this.segmentLimit);
    if (seq !== this.nxt) {
      const disorder = this.ownDisorder();
      if (end <= this.nxt) {
        disorder.duplicateSegments++;
        disorder.reportDuplicate(seq, end);
        return AckDue.now;
      }
      if (seq > this.nxt) {
        disorder.outOfOrderSegments++;
        disorder.add(seq, end);
        return AckDue.now;
      }
      disorder.reportDuplicate(seq, this.nxt);
    } else if (this.disorder.hasIslands) this.disorder.reportOverlap(end);
    this.advance(end);
    if (this.disorder.hasIslands) {
      this.advance(this.disorder.absorb(end));
      if (this.finSeq >= 0 && this.nxt > this.finSeq) this.isComplete = true;
      // RFC 5681 section 4.2: a segment that fills a gap is acknowledged at once
      return AckDue.now;
    }
    return this.dueInOrder();
  }

  private ownDisorder(): Disorder {
    if (this.disorder === IN_ORDER) this.disorder = new Disorder();
    return this.disorder;
  }

  private advance(nxt: number): void {
    this.pending += nxt - this.nxt;
    this.nxt = nxt;
  }

  /** As `take`, of the next `size` bytes in order while none are held beyond them. */
  takeNext(size: number): AckDue {
    if (size > this.segmentSize) this.segmentSize = Math.min(size, this.segmentLimit);
    this.pending += size;
    this.nxt += size;
    return this.dueInOrder();
  }

  private dueInOrder(): AckDue {
    if (this.quick > 0) {
      this.quick--;
      return AckDue.now;
    }
    // RFC 5681 section 4.2: at least every second full segment
    return this.pending > (this.config.delayedAckSegments - 1) * this.segmentSize ? AckDue.now : AckDue.delayed;
  }

  /** The peer's FIN is at `seq`; out of order it is kept, and SACKed, as data is. */
  takeFin(seq: number): void {
    const known = this.finSeq === seq;
    this.finSeq = seq;
    if (this.nxt === seq) this.nxt++;
    else if (this.nxt < seq && !known) this.ownDisorder().add(seq, seq + 1);
    this.isComplete = this.nxt > seq;
  }

  /** The application reads up to `bytes`. Returns how many it got. */
  read(bytes: number): number {
    const got = bytes < this.readable ? bytes : this.readable;
    this.readSeq += got;
    return got;
  }

  /** The window field of a segment being sent; the right edge moves if it may (receiver's SWS avoidance, 3.8.6.2.2). */
  offerWindow(): number {
    const edge = this.readSeq + this.config.receiveBuffer;
    // or all is read
    if (edge - this.edge >= this.worthwhile || this.readSeq >= this.nxt) this.edge = edge;
    const field = (this.edge - this.nxt) >>> this.windowShift;
    return field > 65535 ? 65535 : field;
  }

  /** Reading has opened the window far enough to tell the sender: it has doubled, or opened from nothing. */
  shouldUpdateWindow(): boolean {
    const edge = this.readSeq + this.config.receiveBuffer;
    const open = this.edge - this.nxt;
    return edge - this.edge >= this.worthwhile && edge - this.nxt >= 2 * open;
  }

  /** An ACK left: nothing is pending. */
  onAckSent(): void {
    this.pending = 0;
  }

  get hasIslands(): boolean {
    return this.disorder.hasIslands;
  }

  /** Fills `sack` with the blocks to report, D-SACK first. Returns their number. */
  fillSack(sack: number[]): number {
    return this.disorder.fillSack(sack, this.maxBlocks);
  }

  get hasSack(): boolean {
    return this.disorder.hasBlocks && this.sackOk;
  }
}
