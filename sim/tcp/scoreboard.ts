import type { Nanos } from '../core/event-queue';

/** Marks on a transmitted segment. */
export const Mark = {
  sacked: 1,
  /** Found lost. Stays while the retransmission is under way. */
  lost: 2,
  /** The latest transmission is a retransmission and is in flight. */
  retransmitted: 4,
  /** Was retransmitted at some time: no RTT sample (Karn). */
  everRetransmitted: 8,
  /** Sent while the application limited the sender. */
  appLimited: 16,
} as const;

/*
 * A segment's record is eight doubles: end, sentAt, marks, delivered, deliveredAt, firstSentAt, txInFlight, lostBefore.
 * The numbers are written out in the accessors because a constant of the module is four bytecodes more, and a function of
 * more than 27 is not always inlined: the times that these return would be boxed, 26 bytes a packet-hop on W1.
 */
const STRIDE = 8;

/**
 * Transmitted and not cumulatively acknowledged segments, oldest first, each with what RFC 6675, RFC 8985 and the
 * delivery-rate estimator need to know of it. Segments are named by their number since the connection began.
 * `outstanding`, `sackedBytes`, `lostBytes` and `retransmittedBytes` give the pipe without a walk.
 */
export class Scoreboard {
  /** Oldest segment, and one past the newest. */
  first = 0;
  next = 0;
  /** Sequence number where the oldest segment begins: snd.una. */
  una: number;
  sackedBytes = 0;
  sackedSegments = 0;
  lostBytes = 0;
  retransmittedBytes = 0;
  /** Highest SACKed segment number, or -1. */
  highestSacked = -1;
  /** No lost segment waiting for retransmission is below this one. */
  private lostCursor = 0;
  // A segment's record is STRIDE doubles in one array: unboxed, and one object per connection.
  private records: number[] = [];
  private mask = -1;

  constructor(una: number) {
    this.una = una;
  }

  get isEmpty(): boolean {
    return this.first === this.next;
  }

  /** Sequence number past the newest segment. */
  get nxt(): number {
    return this.first === this.next ? this.una : this.end(this.next - 1);
  }

  /** Bytes in flight: RFC 6675 "pipe". `nxt` is passed in because the caller has it at hand. */
  pipe(nxt: number): number {
    return nxt - this.una - this.sackedBytes - this.lostBytes + this.retransmittedBytes;
  }

  start(segment: number): number {
    return segment === this.first ? this.una : this.end(segment - 1);
  }

  end(segment: number): number {
    return this.records[(segment & this.mask) * 8 + 0]!;
  }

  size(segment: number): number {
    return this.end(segment) - this.start(segment);
  }

  sentAt(segment: number): Nanos {
    return this.records[(segment & this.mask) * 8 + 1]!;
  }

  marks(segment: number): number {
    return this.records[(segment & this.mask) * 8 + 2]!;
  }

  delivered(segment: number): number {
    return this.records[(segment & this.mask) * 8 + 3]!;
  }

  deliveredAt(segment: number): Nanos {
    return this.records[(segment & this.mask) * 8 + 4]!;
  }

  firstSentAt(segment: number): Nanos {
    return this.records[(segment & this.mask) * 8 + 5]!;
  }

  txInFlight(segment: number): number {
    return this.records[(segment & this.mask) * 8 + 6]!;
  }

  lostBefore(segment: number): number {
    return this.records[(segment & this.mask) * 8 + 7]!;
  }

  /** Adds a new segment ending at `end`; `stamp` must follow. Returns its number. */
  append(end: number): number {
    if (this.next - this.first > this.mask) this.grow();
    const at = (this.next & this.mask) * STRIDE;
    this.records[at + 0] = end;
    this.records[at + 2] = 0;
    return this.next++;
  }

  /** Notes when and in what state of the connection a segment is sent (again). */
  stamp(
    segment: number,
    now: Nanos,
    marks: number,
    delivered: number,
    deliveredAt: Nanos,
    firstSentAt: Nanos,
    inFlight: number,
    lost: number,
  ): void {
    const { records } = this;
    const at = (segment & this.mask) * STRIDE;
    records[at + 1] = now;
    records[at + 2] = marks;
    records[at + 3] = delivered;
    records[at + 4] = deliveredAt;
    records[at + 5] = firstSentAt;
    records[at + 6] = inFlight;
    records[at + 7] = lost;
  }

  /** Removes the oldest segment, wholly acknowledged. */
  removeFirst(): void {
    const segment = this.first;
    const marks = this.marks(segment);
    if (marks !== 0) this.unmark(segment, marks);
    this.una = this.end(segment);
    this.first++;
    if (this.lostCursor < this.first) this.lostCursor = this.first;
    if (this.highestSacked < this.first) this.highestSacked = -1;
  }

  /** snd.una moves into the middle of the oldest segment. */
  trimFirst(una: number): void {
    const marks = this.marks(this.first);
    const bytes = una - this.una;
    if (marks & Mark.sacked) this.sackedBytes -= bytes;
    if (marks & Mark.lost) this.lostBytes -= bytes;
    if (marks & Mark.retransmitted) this.retransmittedBytes -= bytes;
    this.una = una;
  }

  /** The segment that contains sequence number `seq`; `first` or `next` if it is outside. */
  find(seq: number): number {
    let low = this.first;
    let high = this.next;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.end(middle) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  markSacked(segment: number): void {
    const marks = this.marks(segment);
    const bytes = this.size(segment);
    if (marks & Mark.lost) this.lostBytes -= bytes;
    if (marks & Mark.retransmitted) this.retransmittedBytes -= bytes;
    this.setMarks(segment, (marks & ~(Mark.lost | Mark.retransmitted)) | Mark.sacked);
    this.sackedBytes += bytes;
    this.sackedSegments++;
    if (segment > this.highestSacked) this.highestSacked = segment;
  }

  /** Marks a segment lost, or its retransmission. Returns the bytes newly lost. */
  markLost(segment: number): number {
    const marks = this.marks(segment);
    if (marks & Mark.sacked) return 0;
    const bytes = this.size(segment);
    let newly = 0;
    if (!(marks & Mark.lost)) {
      this.lostBytes += bytes;
      newly = bytes;
    } else if (marks & Mark.retransmitted) newly = bytes;
    if (marks & Mark.retransmitted) this.retransmittedBytes -= bytes;
    this.setMarks(segment, (marks & ~Mark.retransmitted) | Mark.lost);
    if (segment < this.lostCursor) this.lostCursor = segment;
    return newly;
  }

  /** Takes the lost mark back: the loss was spurious. */
  clearLost(segment: number): void {
    const marks = this.marks(segment);
    if (!(marks & Mark.lost)) return;
    this.lostBytes -= this.size(segment);
    if (marks & Mark.retransmitted) this.retransmittedBytes -= this.size(segment);
    this.setMarks(segment, marks & ~(Mark.lost | Mark.retransmitted));
  }

  /** Notes that a segment is being retransmitted; `stamp` must have been called with `marksWhenResent`. */
  countRetransmission(segment: number): void {
    this.retransmittedBytes += this.size(segment);
  }

  /** The oldest lost segment that is not being retransmitted, or -1. */
  nextLost(): number {
    if (this.lostBytes === 0) return -1;
    for (let s = Math.max(this.lostCursor, this.first); s < this.next; s++) {
      if ((this.marks(s) & (Mark.lost | Mark.retransmitted)) === Mark.lost) {
        this.lostCursor = s;
        return s;
      }
    }
    this.lostCursor = this.next;
    return -1;
  }

  /** Forgets all SACK marks: the receiver may have reneged (RFC 2018 section 8). */
  forgetSacks(): void {
    for (let s = this.first; s < this.next; s++) {
      const marks = this.marks(s);
      if (marks & Mark.sacked) this.setMarks(s, marks & ~Mark.sacked);
    }
    this.sackedBytes = 0;
    this.sackedSegments = 0;
    this.highestSacked = -1;
  }

  /** Drops the memory of an idle connection. */
  release(): void {
    if (!this.isEmpty || this.mask < 0) return;
    this.records = [];
    this.mask = -1;
  }

  private setMarks(segment: number, marks: number): void {
    this.records[(segment & this.mask) * 8 + 2] = marks;
  }

  private unmark(segment: number, marks: number): void {
    const bytes = this.size(segment);
    if (marks & Mark.sacked) {
      this.sackedBytes -= bytes;
      this.sackedSegments--;
    }
    if (marks & Mark.lost) this.lostBytes -= bytes;
    if (marks & Mark.retransmitted) this.retransmittedBytes -= bytes;
  }

  private grow(): void {
    const size = this.mask < 0 ? 4 : 2 * (this.mask + 1);
    const records: number[] = [];
    // doubles from the start, so that the array holds them unboxed
    for (let i = 0; i < size * STRIDE; i++) records.push(-0.5);
    for (let s = this.first; s < this.next; s++) {
      const from = (s & this.mask) * STRIDE;
      const to = (s & (size - 1)) * STRIDE;
      for (let i = 0; i < STRIDE; i++) records[to + i] = this.records[from + i]!;
    }
    this.records = records;
    this.mask = size - 1;
  }
}
