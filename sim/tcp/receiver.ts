import type { TcpConfig } from './config';

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
  /** Segments that arrived out of order, and that were wholly duplicate. */
  outOfOrderSegments = 0;
  duplicateSegments = 0;

  /** Islands beyond rcv.nxt as pairs [left, right), the most recently changed first (RFC 2018 section 4). */
  private islands: number[] = NONE;
  private dsackLeft = -1;
  private dsackRight = -1;
  /** Bytes received and not yet acknowledged. */
  private pending = 0;
  /** Largest payload seen. */
  segmentSize = 1;
  /** Largest payload that the peer can send in one segment. */
  segmentLimit: number;
  private quick: number;

  /** Bytes of the receive buffer; and those by which the edge must be able to move to be worth telling. */
  private readonly buffer: number;
  private readonly worthwhile: number;
  private readonly ackEvery: number;

  constructor(config: TcpConfig, mss: number) {
    this.buffer = config.receiveBuffer;
    this.worthwhile = Math.min(mss, this.buffer / 2);
    this.ackEvery = config.delayedAckSegments;
    this.edge = 1 + this.buffer;
    this.quick = config.quickAcks;
    this.segmentLimit = mss;
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
    let bytes = this.readable;
    for (let i = 0; i < this.islands.length; i += 2) bytes += this.islands[i + 1]! - this.islands[i]!;
    return bytes;
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
    if (end <= this.nxt) {
      this.duplicateSegments++;
      this.reportDuplicate(seq, end);
      return AckDue.now;
    }
    if (seq > this.nxt) {
      this.outOfOrderSegments++;
      this.addIsland(seq, end);
      return AckDue.now;
    }
    if (seq < this.nxt) this.reportDuplicate(seq, this.nxt);
    else if (this.islands.length > 0) this.reportOverlap(end);
    this.pending += end - this.nxt;
    this.nxt = end;
    if (this.islands.length > 0) {
      this.absorb();
      // RFC 5681 section 4.2: a segment that fills a gap is acknowledged at once
      return AckDue.now;
    }
    return this.dueInOrder();
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
    return this.pending > (this.ackEvery - 1) * this.segmentSize ? AckDue.now : AckDue.delayed;
  }

  /** The peer's FIN is at `seq`; out of order it is kept, and SACKed, as data is. */
  takeFin(seq: number): void {
    const known = this.finSeq === seq;
    this.finSeq = seq;
    if (this.nxt === seq) this.nxt++;
    else if (this.nxt < seq && !known) this.addIsland(seq, seq + 1);
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
    const edge = this.readSeq + this.buffer;
    // or all is read
    if (edge - this.edge >= this.worthwhile || this.readSeq >= this.nxt) this.edge = edge;
    const field = (this.edge - this.nxt) >>> this.windowShift;
    return field > 65535 ? 65535 : field;
  }

  /** Reading has opened the window far enough to tell the sender: it has doubled, or opened from nothing. */
  shouldUpdateWindow(): boolean {
    const edge = this.readSeq + this.buffer;
    const open = this.edge - this.nxt;
    return edge - this.edge >= this.worthwhile && edge - this.nxt >= 2 * open;
  }

  /** An ACK left: nothing is pending. */
  onAckSent(): void {
    this.pending = 0;
  }

  get hasIslands(): boolean {
    return this.islands.length > 0;
  }

  /** Fills `sack` with the blocks to report, D-SACK first. Returns their number. */
  fillSack(sack: number[]): number {
    let count = 0;
    if (this.dsackLeft >= 0) {
      sack[0] = this.dsackLeft;
      sack[1] = this.dsackRight;
      this.dsackLeft = -1;
      count = 1;
    }
    for (let i = 0; i < this.islands.length && count < this.maxBlocks; i += 2) {
      sack[2 * count] = this.islands[i]!;
      sack[2 * count + 1] = this.islands[i + 1]!;
      count++;
    }
    return count;
  }

  get hasSack(): boolean {
    return (this.dsackLeft >= 0 || this.islands.length > 0) && this.sackOk;
  }

  /** RFC 2883 section 4. */
  private reportDuplicate(left: number, right: number): void {
    this.dsackLeft = left;
    this.dsackRight = right;
  }

  /** A segment from rcv.nxt to `end` repeats part of what is held: the lowest such part is reported. */
  private reportOverlap(end: number): void {
    const { islands } = this;
    let lowest = -1;
    for (let i = 0; i < islands.length; i += 2) {
      if (islands[i]! < end && (lowest < 0 || islands[i]! < islands[lowest]!)) lowest = i;
    }
    if (lowest >= 0) this.reportDuplicate(islands[lowest]!, Math.min(islands[lowest + 1]!, end));
  }

  private addIsland(left: number, right: number): void {
    if (this.islands === NONE) this.islands = [];
    const { islands } = this;
    // those that stay apart move towards the end, from the last; most often one of two is joined, and nothing changes its place
    let free = islands.length;
    for (let i = islands.length - 2; i >= 0; i -= 2) {
      const l = islands[i]!;
      const r = islands[i + 1]!;
      if (l > right || r < left) {
        free -= 2;
        islands[free] = l;
        islands[free + 1] = r;
        continue;
      }
      if (l <= left && r >= right) this.reportDuplicate(left, right);
      if (l < left) left = l;
      if (r > right) right = r;
    }
    if (free === 0) islands.unshift(left, right);
    else {
      islands[free - 2] = left;
      islands[free - 1] = right;
      if (free > 2) islands.splice(0, free - 2);
    }
  }

  private absorb(): void {
    const { islands } = this;
    for (let i = 0; i < islands.length;) {
      if (islands[i]! > this.nxt) {
        i += 2;
        continue;
      }
      if (islands[i + 1]! > this.nxt) {
        this.pending += islands[i + 1]! - this.nxt;
        this.nxt = islands[i + 1]!;
      }
      islands.splice(i, 2);
      i = 0;
    }
    if (this.finSeq >= 0 && this.nxt > this.finSeq) this.isComplete = true;
  }
}

const NONE: number[] = [];
