import type { Nanos } from '../core/event-queue';
import { NO_DOUBLES } from '../core/zero';

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
 * A segment's record is a double, sentAt, and three integers: end, marks, delivered; and, if the delivery rate is sampled, four
 * more doubles: deliveredAt, firstSentAt, txInFlight, lostBefore. Few congestion controls need those. Integers stand apart
 * because V8 takes whatever comes out of an array of doubles for a double, and with it every sequence number, length and size
 * on the way, each of them boxed in its packet. The numbers are written out in the accessors because a constant of the module
 * is four bytecodes more, and a function of more than 27 is not always inlined: the times that these return would be boxed,
 * 26 bytes a packet-hop on W1.
 */
const STRIDE = 4;

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
  private integers: number[] = [];
  private times = NO_DOUBLES;
  private samples = NO_DOUBLES;
  private mask = -1;

  constructor(
    una: number,
    /** Whether `stampRate` will be called. */
    private readonly samplesRate = false,
  ) {
    this.una = una;
  }

  get isEmpty(): boolean {
    return this.first === this.next;
  }

  /** Sequence number past the newest segment. */
  get nxt(): number {
    return this.first === this.next ? this.una : this.end(this.next - 1);
  }

  /** Nothing is SACKed, lost, or being retransmitted. */
  get isClear(): boolean {
    return this.sackedBytes === 0 && this.lostBytes === 0 && this.retransmittedBytes === 0;
  }

  /** Bytes in flight: RFC 6675 "pipe". `nxt` is passed in because the caller has it at hand. */
  pipe(nxt: number): number {
    return nxt - this.una - this.sackedBytes - this.lostBytes + this.retransmittedBytes;
  }

  start(segment: number): number {
    return segment === this.first ? this.una : this.end(segment - 1);
  }

  end(segment: number): number {
    return this.integers[(segment & this.mask) << 2]!;
  }

  size(segment: number): number {
    return this.end(segment) - this.start(segment);
  }

  sentAt(segment: number): Nanos {
    return this.times[segment & this.mask]!;
  }

  marks(segment: number): number {
    return this.integers[((segment & this.mask) << 2) | 1]!;
  }

  delivered(segment: number): number {
    return this.integers[((segment & this.mask) << 2) | 2]!;
  }

  deliveredAt(segment: number): Nanos {
    return this.samples[(segment & this.mask) << 2]!;
  }

  firstSentAt(segment: number): Nanos {
    return this.samples[((segment & this.mask) << 2) | 1]!;
  }

  txInFlight(segment: number): number {
    return this.samples[((segment & this.mask) << 2) | 2]!;
  }

  lostBefore(segment: number): number {
    return this.samples[((segment & this.mask) << 2) | 3]!;
  }

  /** Adds a new segment ending at `end`; `stamp` must follow. Returns its number. */
  append(end: number): number {
    if (this.next - this.first > this.mask) this.grow();
    const at = (this.next & this.mask) << 2;
    this.integers[at] = end;
    this.integers[at | 1] = 0;
    return this.next++;
  }

  /** Notes when a segment is sent (again), its marks, and what had been delivered by then. */
  stamp(segment: number, now: Nanos, marks: number, delivered: number): void {
    const { integers } = this;
    const at = (segment & this.mask) << 2;
    integers[at | 1] = marks;
    integers[at | 2] = delivered;
    this.times[segment & this.mask] = now;
  }

  /** Notes what a sample of the delivery rate needs to know. */
  stampRate(segment: number, deliveredAt: Nanos, firstSentAt: Nanos, inFlight: number, lost: number): void {
    const { samples } = this;
    const at = (segment & this.mask) << 2;
    samples[at] = deliveredAt;
    samples[at | 1] = firstSentAt;
    samples[at | 2] = inFlight;
    samples[at | 3] = lost;
  }

  /** The last of the oldest segments that are unmarked and wholly acknowledged by `ack`, or -1. */
  lastUnmarked(ack: number): number {
    const { integers, mask, next } = this;
    let s = this.first;
    for (; s !== next; s++) {
      const at = (s & mask) << 2;
      if (integers[at]! > ack || (integers[at | 1]! & ~Mark.appLimited) !== 0) break;
    }
    return s === this.first ? -1 : s - 1;
  }

  /** Removes the oldest segments up to this one; they must be unmarked. */
  removeUnmarked(segment: number): void {
    this.una = this.end(segment);
    this.first = segment + 1;
    if (this.highestSacked < this.first) this.highestSacked = -1;
  }

  /** Removes the oldest segment, wholly acknowledged. */
  removeFirst(): void {
    const segment = this.first;
    const marks = this.marks(segment);
    if (marks !== 0) this.unmark(segment, marks);
    this.una = this.end(segment);
    this.first++;
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

  private setMarks(segment: number, marks: number): void {
    this.integers[((segment & this.mask) << 2) | 1] = marks;
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
    const integers: number[] = [];
    while (integers.length < size * STRIDE) integers.push(0);
    this.times = this.enlarged(this.times, size, 1);
    if (this.samplesRate) this.samples = this.enlarged(this.samples, size, STRIDE);
    // not by `enlarged`: once it has written doubles, V8 makes an array of doubles of whatever it writes to
    for (let s = this.first; s < this.next; s++) {
      const from = (s & this.mask) * STRIDE;
      const to = (s & (size - 1)) * STRIDE;
      for (let i = 0; i < STRIDE; i++) integers[to + i] = this.integers[from + i]!;
    }
    this.integers = integers;
    this.mask = size - 1;
  }

  /** A copy of a ring of doubles, `stride` for each segment, with room for `size` segments. */
  private enlarged(old: readonly number[], size: number, stride: number): number[] {
    const doubles: number[] = [];
    while (doubles.length < size * stride) doubles.push(-0.5);
    for (let s = this.first; s < this.next; s++) {
      const from = (s & this.mask) * stride;
      const to = (s & (size - 1)) * stride;
      for (let i = 0; i < stride; i++) doubles[to + i] = old[from + i]!;
    }
    return doubles;
  }
}
