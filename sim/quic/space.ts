import type { Nanos } from '../core/event-queue';
import { Ranges } from '../multistream/ranges';
import { Mark, Scoreboard } from '../tcp/scoreboard';
import type { SegmentPool } from '../tcp/segment-pool';
import { type FrameStore, NO_FRAME } from './frames';

/** Packet number spaces (RFC 9000 section 12.3). */
export const Space = { initial: 0, handshake: 1, application: 2 } as const;
export type Space = (typeof Space)[keyof typeof Space];

/** Most ACK ranges that are remembered (RFC 9000 section 13.2.3). */
const MOST_RANGES = 32;

/**
 * One packet number space: what was sent and is not accounted for, what has arrived and is to be acknowledged. Packets are
 * segments of a scoreboard by their number; one without ack-eliciting frames has no size there, as it is not in flight.
 */
export class PacketSpace {
  readonly board: Scoreboard;
  /** Bytes of all in-flight packets ever sent: the end of the board. */
  private nxt = 0;
  /** First frame of each packet under way, by packet number. */
  private heads: number[] = [];
  private mask = -1;

  largestAcked = -1;
  /** When the next packet will be lost by time, or 0 (RFC 9002 section 6.1.2). */
  lossTime: Nanos = 0;
  lastElicitingAt: Nanos = 0;

  readonly received = new Ranges();
  private largestAt: Nanos = 0;
  /** Ack-eliciting packets not yet acknowledged, and whether that is due at once. */
  pendingAcks = 0;
  ackNow = false;
  ackAt: Nanos = 0;
  ceCount = 0;
  /** The highest CE count that the peer has reported. */
  peerCeCount = 0;
  /** Packets below this that are in no range were received, or are too old to tell. */
  private floor = 0;

  constructor(
    private readonly frames: FrameStore,
    segments: SegmentPool,
    samplesRate: boolean,
  ) {
    this.board = new Scoreboard(segments, 0, samplesRate);
  }

  /** The number of the next packet. */
  get next(): number {
    return this.board.next;
  }

  get inFlight(): number {
    return this.board.pipe(this.nxt);
  }

  /** A packet is being sent: `bytes` in flight, 0 if it elicits no ACK. */
  append(bytes: number, head: number): number {
    const { board } = this;
    this.nxt += bytes;
    const number = board.append(this.nxt);
    if (board.next - board.first > this.mask + 1) this.grow();
    this.heads[number & this.mask] = head;
    return number;
  }

  /** The frames of a packet under way, taken out. */
  takeFrames(number: number): number {
    const head = this.heads[number & this.mask]!;
    this.heads[number & this.mask] = NO_FRAME;
    return head;
  }

  framesOf(number: number): number {
    return this.heads[number & this.mask]!;
  }

  /** Forgets packets at the beginning that are delivered, lost, or were never in flight. */
  sweep(): void {
    const { board } = this;
    while (board.first !== board.next) {
      const { first } = board;
      if (!(board.marks(first) & (Mark.sacked | Mark.lost)) && board.size(first) > 0) return;
      this.frames.release(this.takeFrames(first));
      board.removeFirst();
    }
  }

  /** Forgets everything under way: the keys are gone (RFC 9002 section 6.4). */
  discard(): void {
    const { board } = this;
    for (; board.first !== board.next; board.removeFirst()) this.frames.release(this.takeFrames(board.first));
    this.lossTime = 0;
    this.lastElicitingAt = 0;
    this.pendingAcks = 0;
    this.ackNow = false;
  }

  /** Whether packet `number` was received before, or is too old to tell (RFC 9000 section 12.3). */
  isDuplicate(number: number): boolean {
    return number < this.floor || this.received.has(number);
  }

  /**
   * A packet has arrived that is no duplicate. An ACK is due at once for every second one that elicits it, and for
   * one out of order (RFC 9000 section 13.2.1).
   */
  take(number: number, eliciting: boolean, ce: boolean, now: Nanos, threshold: number): void {
    const { received } = this;
    const { pairs } = received;
    const largest = pairs.length === 0 ? -1 : pairs[pairs.length - 1]! - 1;
    received.add(number, number + 1);
    if (received.count > MOST_RANGES) this.forgetRange();
    if (number > largest) this.largestAt = now;
    if (ce) this.ceCount++;
    if (!eliciting) return;
    this.pendingAcks++;
    if (this.pendingAcks >= threshold || number !== largest + 1 || ce) this.ackNow = true;
  }

  /** How long the ACK of the largest packet has been held back. */
  ackDelay(now: Nanos): Nanos {
    return now - this.largestAt;
  }

  onAckSent(): void {
    this.pendingAcks = 0;
    this.ackNow = false;
  }

  /** The peer knows that everything up to `largest` was received: it need not be told again (section 13.2.4). */
  forgetReceived(largest: number): void {
    const { received } = this;
    // the highest range stays: it says what is old
    while (received.count > 1 && received.pairs[1]! <= largest + 1) this.forgetRange();
  }

  private forgetRange(): void {
    this.floor = this.received.pairs[1]!;
    this.received.removeFirst();
  }

  private grow(): void {
    const { board } = this;
    const size = this.mask < 0 ? 4 : 2 * (this.mask + 1);
    const heads: number[] = new Array<number>(size).fill(NO_FRAME);
    for (let n = board.first; n < board.next - 1; n++) heads[n & (size - 1)] = this.heads[n & this.mask]!;
    this.heads = heads;
    this.mask = size - 1;
  }
}
