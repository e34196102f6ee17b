import type { Nanos } from '../core/event-queue';
import { NO_DOUBLES } from '../core/zero';
import { FIRST_BLOCK, NO_PAGE, type SegmentPool } from './segment-pool';

/** Marks on a transmitted segment. */
export enum Mark {
  sacked = 1,
  /** Found lost. Stays while the retransmission is under way. */
  lost = 2,
  /** The latest transmission is a retransmission and is in flight. */
  retransmitted = 4,
  /** Was retransmitted at some time: no RTT sample (Karn). */
  everRetransmitted = 8,
  /** Sent while the application limited the sender. */
  appLimited = 16,
}

/*
 * A segment's record is an element of three typed arrays of a page of the pool: where it ends, its marks, when it was sent; and,
 * if the delivery rate is sampled, five doubles: deliveredAt, firstSentAt, txInFlight, lostBefore, delivered. Integers stand
 * apart because V8 takes whatever comes out of an array of doubles for a double, and with it every sequence number, length and
 * size on the way, each of them boxed in its packet. The numbers are written out in the accessors because a constant of the
 * module is four bytecodes more, and a function of more than 27 is not always inlined: the times that these return would be
 * boxed, 26 bytes a packet-hop on W1.
 */
const SAMPLE = 5;
const NO_BLOCKS: number[] = [];
/** Any mark but `appLimited`. */
const MARKED = 15;
/** Marks stand below the round in which the segment was sent, of which 11 bits are kept: none is unanswered for 2048 rounds. */
const ROUND_SHIFT = 5;
const ROUND_BITS = 0xffe0;

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
  /** The page of the pool that holds the records, and where they begin: `mask` + 1, none while nothing is in flight. */
  private page = NO_PAGE;
  private base = 0;
  private mask = -1;
  private ends = NO_PAGE.ends;
  private flags = NO_PAGE.marks;
  private times = NO_PAGE.times;
  /** Null unless `stampRate` will be called. */
  private samples: number[] | null;
  /** Blocks of the last ACK that had any, as pairs: what they covered needs no second walk. */
  blocks = NO_BLOCKS;

  constructor(
    private readonly pool: SegmentPool,
    una: number,
    /** Whether `stampRate` will be called. */
    samplesRate = false,
  ) {
    this.una = una;
    this.samples = samplesRate ? NO_DOUBLES : null;
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
    return this.sackedBytes + this.lostBytes + this.retransmittedBytes === 0;
  }

  /** Bytes in flight: RFC 6675 "pipe". `nxt` is passed in because the caller has it at hand. */
  pipe(nxt: number): number {
    return nxt - this.una - this.sackedBytes - this.lostBytes + this.retransmittedBytes;
  }

  start(segment: number): number {
    return segment === this.first ? this.una : this.end(segment - 1);
  }

  /** The record holds 32 bits of it; those in flight are less than 2^31 bytes. */
  end(segment: number): number {
    const { una } = this;
    return una + ((this.ends[this.base | (segment & this.mask)]! - una) | 0);
  }

  size(segment: number): number {
    return this.end(segment) - this.start(segment);
  }

  sentAt(segment: number): Nanos {
    return this.times[this.base | (segment & this.mask)]!;
  }

  marks(segment: number): number {
    return this.flags[this.base | (segment & this.mask)]! & 31;
  }

  /** Whether it was sent (last) in `round`. */
  isOfRound(segment: number, round: number): boolean {
    return ((this.flags[this.base | (segment & this.mask)]! ^ (round << ROUND_SHIFT)) & ROUND_BITS) === 0;
  }

  deliveredAt(segment: number): Nanos {
    return this.samples![(segment & this.mask) * 5]!;
  }

  firstSentAt(segment: number): Nanos {
    return this.samples![(segment & this.mask) * 5 + 1]!;
  }

  txInFlight(segment: number): number {
    return this.samples![(segment & this.mask) * 5 + 2]!;
  }

  lostBefore(segment: number): number {
    return this.samples![(segment & this.mask) * 5 + 3]!;
  }

  delivered(segment: number): number {
    return this.samples![(segment & this.mask) * 5 + 4]!;
  }

  /** Adds a new segment ending at `end`; `stamp` must follow. Returns its number. */
  append(end: number): number {
    if (this.next - this.first > this.mask) this.grow();
    this.ends[this.base | (this.next & this.mask)] = end;
    return this.next++;
  }

  /** Notes when a segment is sent (again), in which round trip, and its marks. */
  stamp(segment: number, now: Nanos, marks: number, round: number): void {
    const at = this.base | (segment & this.mask);
    this.flags[at] = marks | (round << ROUND_SHIFT);
    this.times[at] = now;
  }

  /** Notes what a sample of the delivery rate needs to know. */
  stampRate(
    segment: number,
    deliveredAt: Nanos,
    firstSentAt: Nanos,
    inFlight: number,
    lost: number,
    delivered: number,
  ): void {
    const samples = this.samples!;
    const at = (segment & this.mask) * SAMPLE;
    samples[at] = deliveredAt;
    samples[at + 1] = firstSentAt;
    samples[at + 2] = inFlight;
    samples[at + 3] = lost;
    samples[at + 4] = delivered;
  }

  /** The segment that ends at `ack`, if it and all before it are unmarked; or -1. */
  lastUnmarked(ack: number): number {
    const { ends, flags, base, mask, next } = this;
    for (let s = this.first; s !== next; s++) {
      const at = base | (s & mask);
      if ((flags[at]! & MARKED) !== 0) return -1;
      const beyond = (ends[at]! - ack) | 0;
      if (beyond >= 0) return beyond === 0 ? s : -1;
    }
    return -1;
  }

  /** Removes the oldest segments up to this one, which ends at `end`; they must be unmarked. */
  removeUnmarked(segment: number, end: number): void {
    this.una = end;
    this.leave(segment + 1);
  }

  /** Removes the oldest segment, wholly acknowledged. */
  removeFirst(): void {
    const segment = this.first;
    const marks = this.marks(segment);
    if (marks !== 0) this.unmark(segment, marks);
    this.una = this.end(segment);
    this.leave(segment + 1);
  }

  private leave(first: number): void {
    this.first = first;
    if (this.highestSacked < first) this.highestSacked = -1;
    if (first === this.next) this.release();
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
    const beyond = this.highestSacked + 1;
    // mostly it is asked for what comes after the block that grows last
    if (beyond > low && beyond < high && this.end(beyond - 1) === seq) return beyond;
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

  /** Whether the last ACK had all of these `count` SACK blocks but the first, which grew or is new: one block is to be read. */
  knowsAfterFirst(sack: readonly number[], count: number): boolean {
    const { blocks } = this;
    if (blocks === NO_BLOCKS) return count === 1;
    // a new block has pushed the others back
    const shift = count > 1 && sack[2] === blocks[0] ? 2 : 0;
    for (let i = 2; i < 2 * count; i++) if (sack[i] !== blocks[i - shift]) return false;
    return true;
  }

  /** Notes the first `count` of the SACK blocks of an ACK. */
  noteBlocks(sack: readonly number[], count: number): void {
    if (this.blocks === NO_BLOCKS) this.blocks = [0, 0, 0, 0, 0, 0, 0, 0];
    const { blocks } = this;
    for (let i = 0; i < 2 * count; i++) blocks[i] = sack[i]!;
    for (let i = 2 * count; i < 8; i++) blocks[i] = 0;
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
    this.blocks = NO_BLOCKS;
  }

  private setMarks(segment: number, marks: number): void {
    const at = this.base | (segment & this.mask);
    this.flags[at] = (this.flags[at]! & -32) | marks;
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

  /** Goes over to a block of twice the size. */
  private grow(): void {
    const { pool, page: old, base, mask } = this;
    const size = mask < 0 ? FIRST_BLOCK : 2 * (mask + 1);
    const page = pool.pageFor(size);
    this.page = page;
    this.base = pool.takeFrom(page);
    this.mask = size - 1;
    this.ends = page.ends;
    this.flags = page.marks;
    this.times = page.times;
    for (let s = this.first; s < this.next; s++) {
      const from = base | (s & mask);
      const to = this.base | (s & this.mask);
      page.ends[to] = old.ends[from]!;
      page.marks[to] = old.marks[from]!;
      page.times[to] = old.times[from]!;
    }
    // twice the same, so that each segment is where it has to be
    if (this.samples !== null) this.samples = mask < 0 ? newSamples(size) : this.samples.concat(this.samples);
    if (mask >= 0) pool.give(old, base);
  }

  /** Nothing is in flight: others may need the room. */
  private release(): void {
    this.pool.give(this.page, this.base);
    this.page = NO_PAGE;
    this.ends = NO_PAGE.ends;
    this.flags = NO_PAGE.marks;
    this.times = NO_PAGE.times;
    this.mask = -1;
    if (this.samples !== null) this.samples = NO_DOUBLES;
    this.blocks = NO_BLOCKS;
  }
}

function newSamples(size: number): number[] {
  const samples: number[] = [];
  while (samples.length < size * SAMPLE) samples.push(-0.5);
  return samples;
}
