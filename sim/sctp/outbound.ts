import type { EventQueue, Nanos } from '../core/event-queue';
import { CongestionDriver } from '../multistream/congestion-driver';
import type { AckSample, CongestionControl } from '../tcp/cc/congestion-control';
import { RttEstimator } from '../tcp/rtt';
import { Mark, Scoreboard } from '../tcp/scoreboard';
import type { SegmentPool } from '../tcp/segment-pool';
import type { SendingState } from '../transport/byte-stream';
import { Chunk, DATA_HEADER, DataFlag, padded } from './chunks';
import type { SctpConfig } from './config';
import type { SctpStream } from './stream';

/** What the outbound half asks of its association. */
export interface OutboundHost {
  readonly events: EventQueue;
  readonly config: SctpConfig;
  /** The stream whose turn it is to begin a message, or null. */
  readonly nextStream: SctpStream | null;
  /** `stream` has sent a whole message. */
  afterMessage(stream: SctpStream): void;
  streamOf(id: number): SctpStream | undefined;
}

/** Of each TSN under way: stream, SSN, flags, bytes, reports that it is missing. */
const STRIDE = 5;

/**
 * Data on its way to one destination (RFC 9260 sections 6 and 7): TSNs, SACKs, retransmission, and what congestion control
 * and the peer's window allow. A TSN is a segment of the scoreboard; its size there is that of the DATA chunk.
 */
export class Outbound implements SendingState {
  readonly board: Scoreboard;
  readonly rtt: RttEstimator;
  readonly driver: CongestionDriver;
  /** Bytes that the peer can take beyond what is outstanding: rwnd (section 6.2.1); and its first a_rwnd. */
  rwnd = 0;
  private peerBuffer = 0;
  segmentsSent = 0;
  retransmittedSegments = 0;
  timeouts = 0;
  /** Timeouts in a row (section 8.1). */
  errors = 0;
  /** The T3-rtx timer, or 0 (section 6.3.2). */
  t3At: Nanos = 0;
  /** The packet of a fast retransmission does not wait for the window (section 7.2.4). */
  force = false;
  private nxt = 0;
  private records: number[] = [];
  private mask = -1;
  /** Leaves fast recovery when this is acknowledged. */
  private exitPoint = -1;
  private timedTsn = -1;
  private readonly touched: SctpStream[] = [];
  /** The message being fragmented: its fragments have consecutive TSNs (section 6.9). */
  private active: SctpStream | null = null;

  constructor(
    private readonly host: OutboundHost,
    readonly cc: CongestionControl,
    /** Largest DATA chunk: PMDCS. */
    readonly pmdcs: number,
    sample: AckSample,
    segments: SegmentPool,
  ) {
    this.board = new Scoreboard(segments, 0, cc.samplesRate === true);
    this.rtt = new RttEstimator(host.config);
    this.driver = new CongestionDriver(host.events, cc, this.rtt, sample);
  }

  /** The peer's INIT or INIT ACK said how much it can take. */
  setPeerBuffer(bytes: number): void {
    this.rwnd = this.peerBuffer = bytes;
  }

  get inFlight(): number {
    return this.board.pipe(this.nxt);
  }

  /** Everything sent is acknowledged cumulatively. */
  get isIdle(): boolean {
    return this.board.isEmpty;
  }

  /** The TSN assigned last; -1 before the first. */
  get lastTsn(): number {
    return this.board.next - 1;
  }

  /** The cumulative TSN ack point. */
  get acked(): number {
    return this.board.first - 1;
  }

  /** Data waits that windows do not let out. */
  get hasData(): boolean {
    return this.board.nextLost() >= 0 || this.hasNew;
  }

  get hasNew(): boolean {
    return this.active !== null || this.host.nextStream !== null;
  }

  /** Whether a packet with data may be sent now: lost data before new (section 6.1, rules A to C). */
  mayRetransmit(): boolean {
    return this.board.nextLost() >= 0 && (this.force || this.inFlight < this.cc.cwnd);
  }

  maySendNew(): boolean {
    const { inFlight } = this;
    if (!this.hasNew || this.board.nextLost() >= 0) return false;
    if (inFlight >= this.cc.cwnd) return false;
    if (this.rwnd >= this.pmdcs || (inFlight === 0 && this.board.isEmpty)) return true;
    return this.rwnd > 0 && this.nextLength <= this.rwnd;
  }

  /** Nagle: what is ready does not fill a packet while other data is outstanding. */
  isHeldBack(): boolean {
    if (!this.host.config.nagle || this.board.isEmpty || this.active !== null) return false;
    const stream = this.host.nextStream;
    if (stream === null || stream.closing || stream.nextReady !== stream) return false;
    return stream.written - stream.assigned + DATA_HEADER < this.pmdcs;
  }

  private get nextLength(): number {
    const stream = this.active ?? this.host.nextStream;
    return stream === null ? 0 : stream.nextFragment(this.pmdcs - DATA_HEADER, this.longestMessage);
  }

  /** Messages are cut so that their fragments fill packets, and so that two fit into the peer's receive buffer. */
  private get longestMessage(): number {
    const fragment = this.pmdcs - DATA_HEADER;
    const most = Math.min(this.host.config.maxMessage, Math.floor(this.peerBuffer / 2));
    return most > fragment ? most - (most % fragment) : most;
  }

  /** Puts a lost chunk of at most `room` bytes into `words`. Returns its bytes, or 0. */
  retransmit(words: number[], at: number, room: number): number {
    const { board, driver } = this;
    const tsn = board.nextLost();
    if (tsn < 0) return 0;
    const bytes = board.size(tsn);
    if (bytes > room) return 0;
    const inFlight = this.inFlight;
    const marks = (board.marks(tsn) & Mark.lost) | Mark.retransmitted | Mark.everRetransmitted;
    driver.rate.onSend(board, tsn, marks, inFlight);
    board.countRetransmission(tsn);
    if (tsn === this.timedTsn) this.timedTsn = -1;
    this.rwnd -= bytes - DATA_HEADER;
    this.write(words, at, tsn);
    // section 6.3.2 R1; 7.2.4 step 4: the timer runs anew for the earliest outstanding chunk
    if (this.t3At === 0 || tsn === board.first) this.t3At = this.host.events.now + this.rtt.rto;
    return bytes;
  }

  /** Puts a new chunk of at most `room` bytes into `words`. Returns its bytes, or 0. */
  sendNew(words: number[], at: number, room: number): number {
    const stream = this.active ?? this.host.nextStream;
    if (stream === null) return 0;
    const length = stream.nextFragment(this.pmdcs - DATA_HEADER, this.longestMessage);
    const bytes = DATA_HEADER + padded(length);
    if (bytes > room) return 0;
    const { board } = this;
    const { now } = this.host.events;
    const inFlight = this.inFlight;
    const flags =
      (stream.isFirstFragment ? DataFlag.beginning : 0) |
      (stream.current === length ? DataFlag.end : 0) |
      (this.host.config.ordered ? 0 : DataFlag.unordered);
    this.nxt += bytes;
    const tsn = board.append(this.nxt);
    this.note(tsn, stream.id, stream.nextSsn, flags, length);
    this.driver.onSend(board, tsn, bytes, inFlight);
    if (this.timedTsn < 0) this.timedTsn = tsn;
    if (this.t3At === 0) this.t3At = now + this.rtt.rto;
    this.rwnd -= length;
    stream.current -= length;
    stream.assigned += length;
    stream.isFirstFragment = false;
    if (stream.current === 0) {
      if (this.host.config.ordered) stream.nextSsn++;
      this.active = null;
      this.host.afterMessage(stream);
    } else this.active = stream;
    this.write(words, at, tsn);
    return bytes;
  }

  /** A packet with data has left. */
  onPacketSent(retransmits: boolean): void {
    this.segmentsSent++;
    if (retransmits) this.retransmittedSegments++;
    this.force = false;
  }

  /** A SACK in `words` at `at` (section 6.2.1). Returns false if it is old. */
  onSack(words: readonly number[], at: number): boolean {
    const cumulative = words[at + 1]!;
    const { board, driver } = this;
    if (cumulative < this.acked || cumulative >= board.next) return false;
    const { now } = this.host.events;
    const priorFlight = this.inFlight;
    driver.begin(priorFlight);
    let highest = -1;
    const advanced = cumulative > this.acked;
    while (board.first <= cumulative) {
      const tsn = board.first;
      if (!(board.marks(tsn) & Mark.sacked)) {
        this.delivered(tsn);
        highest = tsn;
      }
      board.removeFirst();
    }
    const gaps = words[at + 3]!;
    for (let i = 0; i < gaps; i++) {
      const last = words[at + 6 + 2 * i]!;
      for (let tsn = words[at + 5 + 2 * i]!; tsn <= last && tsn < board.next; tsn++) {
        if (tsn < board.first || board.marks(tsn) & Mark.sacked) continue;
        this.delivered(tsn);
        board.markSacked(tsn);
        if (tsn > highest) highest = tsn;
      }
    }
    this.rwnd = words[at + 2]! - this.inFlight;
    // section 6.3.2 R2, R3
    if (board.isEmpty) this.t3At = 0;
    else if (advanced) this.t3At = now + this.rtt.rto;
    // section 6.1 A: an answered window probe is no failure
    if (highest >= 0 || words[at + 2] === 0) this.errors = 0;
    if (advanced && driver.inRecovery && cumulative >= this.exitPoint) driver.leaveRecovery(this.inFlight);
    if (board.sackedSegments > 0) this.countMissing(highest, advanced);
    if (driver.hasLost && !driver.inRecovery) {
      driver.enterRecovery(priorFlight);
      this.exitPoint = this.lastTsn;
    }
    if (driver.hasLost) this.force = true;
    driver.end(board, this.inFlight, advanced || this.cc.cwnd >= this.cc.ssthresh, 0);
    return true;
  }

  /** The T3-rtx timer expired (section 6.3.3). */
  onTimeout(): void {
    const { board, driver } = this;
    const flight = this.inFlight;
    this.timeouts++;
    this.errors++;
    this.rtt.backoffs++;
    driver.begin(flight);
    for (let tsn = board.first; tsn < board.next; tsn++) {
      if (board.marks(tsn) & Mark.sacked) continue;
      driver.lost(board, tsn);
      this.setMissing(tsn, 0);
    }
    driver.collapse(flight);
    this.exitPoint = -1;
    this.timedTsn = -1;
    this.force = true;
    this.t3At = this.host.events.now + this.rtt.rto;
  }

  /** A heartbeat was answered after `rtt` (section 8.3). */
  onHeartbeatAck(rtt: Nanos): void {
    this.errors = 0;
    this.rtt.sample(rtt);
  }

  private delivered(tsn: number): void {
    const { board, driver } = this;
    const { now } = this.host.events;
    driver.delivered(board, tsn);
    if (!(board.marks(tsn) & Mark.everRetransmitted)) {
      const latest = now - board.sentAt(tsn);
      driver.measured(latest);
      if (latest < this.rtt.min) this.rtt.min = latest;
      // section 6.3.1 C4, C5: one measurement per round trip, none of what was retransmitted
      if (tsn === this.timedTsn) {
        this.rtt.sample(latest);
        this.timedTsn = -1;
      }
    } else if (tsn === this.timedTsn) this.timedTsn = -1;
    const stream = this.host.streamOf(this.records[(tsn & this.mask) * STRIDE]!);
    if (stream === undefined) return;
    stream.acknowledged += this.records[(tsn & this.mask) * STRIDE + 3]!;
    if (!stream.isTouched) {
      stream.isTouched = true;
      this.touched.push(stream);
    }
  }

  /** Tells the streams of which data was acknowledged. */
  tellStreams(): void {
    const { touched } = this;
    for (let i = 0; i < touched.length; i++) {
      const stream = touched[i]!;
      stream.isTouched = false;
      stream.onAcked();
    }
    touched.length = 0;
  }

  /**
   * Section 7.2.4: a SACK that newly acknowledges `highest` reports what is missing below it; in fast recovery one that
   * advances the cumulative TSN reports all that is missing. The third report makes a TSN lost, once.
   */
  private countMissing(highest: number, advanced: boolean): void {
    const { board, driver } = this;
    const below = driver.inRecovery && advanced ? board.highestSacked : highest;
    const { missIndications } = this.host.config;
    for (let tsn = board.first; tsn < below; tsn++) {
      if (board.marks(tsn) & (Mark.sacked | Mark.lost | Mark.everRetransmitted)) continue;
      const missing = this.records[(tsn & this.mask) * STRIDE + 4]! + 1;
      this.setMissing(tsn, missing);
      if (missing >= missIndications) driver.lost(board, tsn);
    }
  }

  private setMissing(tsn: number, missing: number): void {
    this.records[(tsn & this.mask) * STRIDE + 4] = missing;
  }

  private note(tsn: number, stream: number, ssn: number, flags: number, length: number): void {
    if (this.board.next - this.board.first > this.mask + 1) this.grow();
    const at = (tsn & this.mask) * STRIDE;
    const { records } = this;
    records[at] = stream;
    records[at + 1] = ssn;
    records[at + 2] = flags;
    records[at + 3] = length;
    records[at + 4] = 0;
  }

  private write(words: number[], at: number, tsn: number): void {
    const from = (tsn & this.mask) * STRIDE;
    const { records } = this;
    words[at] = Chunk.data;
    words[at + 1] = records[from + 2]!;
    words[at + 2] = tsn;
    words[at + 3] = records[from]!;
    words[at + 4] = records[from + 1]!;
    words[at + 5] = records[from + 3]!;
  }

  private grow(): void {
    const { board } = this;
    const size = this.mask < 0 ? 4 : 2 * (this.mask + 1);
    const records = new Array<number>(size * STRIDE).fill(0);
    for (let tsn = board.first; tsn < board.next - 1; tsn++) {
      for (let i = 0; i < STRIDE; i++) {
        records[(tsn & (size - 1)) * STRIDE + i] = this.records[(tsn & this.mask) * STRIDE + i]!;
      }
    }
    this.records = records;
    this.mask = size - 1;
  }
}
