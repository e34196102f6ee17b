import type { Nanos } from '../core/event-queue';
import type { CongestionControl } from './cc/congestion-control';
import { DeliveryRate } from './delivery-rate';
import { Held } from './held';
import { Persist } from './persist';
import { RecordEnds } from './record-ends';
import { LossRecoveryMachine } from './recovery';
import { RttEstimator } from './rtt';
import type { AckReader } from './ack-reader';
import { Mark, Scoreboard } from './scoreboard';
import { Flag, type Packet } from '../core/packet';
import { ZERO } from '../core/zero';
import type { IdleSender } from './idle-sender';
import { SendWindow } from './send-window';
import type { SenderHost } from './sender-host';
import { TimerKind, Waiting } from './timers';
import { WindowValidation } from './window-validation';

/**
 * The sending half of a connection: what may be sent now (RFC 9293 section 3.8, windows and pacing) and what an ACK
 * changes. Loss is the business of `recovery`, sizing that of the congestion control.
 */
export class Sender extends SendWindow {
  readonly board: Scoreboard;
  readonly rtt: RttEstimator;
  readonly rate: DeliveryRate;
  readonly recovery: LossRecoveryMachine;
  readonly validation: WindowValidation | null;
  private readonly reader: AckReader;
  /** snd.nxt, and the sequence number past the last byte written; offsets from the ISN. */
  nxt = 1;
  end = 1;
  finQueued = false;
  /** The application wants the last byte written delivered at once: PSH (RFC 9293 section 3.9.1.2). */
  private pushed = true;
  private records: RecordEnds | null = null;
  /** Where the last small segment ended: snd.sml of RFC 9293 appendix A.3. */
  private smallEnd = 0;
  /** Data segments and payload bytes sent, retransmissions included; and retransmissions alone. */
  segmentsSent = 0;
  bytesSent = 0;
  retransmittedSegments = 0;
  retransmittedBytes = 0;
  timeouts = 0;
  /** The window has been limiting since the last ACK that was not so limited (RFC 7661 section 4.4). */
  cwndLimited = false;
  /** Most bytes in flight after a transmission of this round, which ends when `flightEnd` is acknowledged. */
  roundFlight = 0;
  private flightEnd = 0;
  private lastSentAt: Nanos = ZERO;
  private releaseAt: Nanos = 0;
  private waiting: Waiting = Waiting.nothing;
  private rtoAt: Nanos = ZERO;
  /** When the user timeout ends, or 0: seldom a time, so that most need no box for it. */
  private giveUpAt: Nanos = 0;
  /** Made when the peer's window first closes. */
  private persist: Persist | null = null;
  private stopped = false;
  /** Of an ACK at hand: `output` has not been called since. */
  private isDue = false;
  /** Consecutive timeouts without progress. */
  retries = 0;

  constructor(
    readonly host: SenderHost,
    readonly cc: CongestionControl,
    /** Payload bytes of a full segment. */
    readonly mss: number,
    /** What is known so far. */
    idle: IdleSender,
    /** Negotiated: SACK blocks, ECN. */
    readonly sackOk: boolean,
    readonly ecnOk: boolean,
    /** Sequence number of the first byte to send: past those that a SYN carried and the SYN-ACK acknowledged. */
    first: number,
  ) {
    super();
    this.continueFrom(idle);
    const { config } = host;
    const samplesRate = cc.samplesRate === true;
    this.board = new Scoreboard(host.commons.segments, first, samplesRate);
    this.nxt = this.end = first;
    this.rate = new DeliveryRate(host.events, samplesRate);
    this.rtt = new RttEstimator(config);
    if (idle.rtt >= 0) this.rtt.sample(idle.rtt);
    else if (idle.synLost) this.rtt.restartAfterSynLoss();
    this.validation = config.idle === 'validate' ? new WindowValidation() : null;
    this.recovery = new LossRecoveryMachine(this);
    this.reader = host.commons.reader;
    if (idle.wasHeard && samplesRate) this.rate.checkAppLimited(this);
  }

  /** snd.una */
  get una(): number {
    return this.board.una;
  }

  get inFlight(): number {
    return this.board.pipe(this.nxt);
  }

  /** Bytes the application may write. */
  get room(): number {
    const room = this.board.una + this.host.config.sendBuffer - this.end;
    return room > 0 ? room : 0;
  }

  /** Bytes written and not acknowledged. */
  get unacknowledged(): number {
    return this.end - this.board.una;
  }

  /** The application wrote `bytes`; `push`: it has nothing to add for now. */
  write(bytes: number, push = true): void {
    this.end += bytes;
    this.pushed = push;
    // one that the window holds waits for an ACK, if not for the pace
    if (this.cwndLimited === false || this.isDue || this.cc.pacingRate > 0) this.output();
  }

  /** What was written so far is a record: no segment will hold a part of it and of what follows. */
  endRecord(): void {
    (this.records ??= new RecordEnds()).add(this.end);
  }

  /** FIN follows the last byte written. */
  queueFin(): void {
    this.finQueued = true;
    this.output();
  }

  /** The connection is gone, perhaps in a callback of the ACK at hand: nothing is sent any more. */
  stop(): void {
    this.stopped = true;
  }

  /** An acceptable ACK (RFC 9293 section 3.10.7.4, fifth step): everything that it changes, then whatever may be sent. */
  onAck(p: Packet): void {
    if (this.persist !== null && this.persist.onHeard() && this.waiting === Waiting.persist) {
      this.await(Waiting.persist, this.persist.at);
    }
    this.isDue = true;
    this.reader.read(p, this);
    // A window that shrank to nothing under data in flight: while that is answered it does not time out (RFC 9293 section 3.8.6)
    if (this.wnd === 0 && !this.board.isEmpty) {
      this.retries = 0;
      this.startUserTimeout();
      this.output();
    } else if (this.isDue === true) this.output();
  }

  /** snd.una moved: timers and counters of consecutive failures start anew. */
  onProgress(): void {
    this.retries = 0;
    this.persist?.onProgress();
    this.rtoAt = -1;
    this.startUserTimeout();
    if (this.finQueued && this.board.una > this.end) this.host.onFinAcked();
    this.host.onWritable();
  }

  /** Sends whatever windows, pacing and recovery allow (the heart of the sender). */
  output(): void {
    this.isDue = false;
    if (this.stopped === true) return;
    let held: Held = this.board.lostBytes > 0 ? this.repair(false) : Held.lack;
    if (held === Held.lack) {
      const { nxt } = this;
      held = this.sendNewData();
      if (this.nxt > nxt) this.onSent(this.nxt - nxt);
    }
    if (held === Held.lack && this.recovery.inRecovery === true) held = this.repair(true);
    if (held !== Held.pace) this.cwndLimited = held === Held.cwnd;
    if (held > Held.pace && this.rate.samplesRate) this.rate.checkAppLimited(this);
    this.setTimer();
  }

  /** Retransmits what is lost; or, there being no new data, what may be (`lacksNew`). */
  private repair(lacksNew: boolean): Held {
    const { board, recovery } = this;
    for (;;) {
      const segment = lacksNew ? recovery.nextWithoutNewData() : recovery.nextToRetransmit();
      if (segment < 0) return Held.lack;
      if (!recovery.allows(board.pipe(this.nxt) + board.size(segment)) && !recovery.mayForce()) return Held.cwnd;
      if (this.releaseAt > this.host.events.now && this.mustPace()) return Held.pace;
      this.retransmit(segment);
    }
  }

  private sendNewData(): Held {
    const { mss, recovery } = this;
    const edge = this.records === null ? this.edge : -1;
    let inFlight = this.board.pipe(this.nxt);
    for (;;) {
      const { nxt } = this;
      if (nxt === edge && this.finQueued === false) return Held.lack;
      const length = nxt + mss <= edge ? mss : this.nextLength();
      if (length < 0) return Held.lack;
      if (!recovery.allows(inFlight + length)) return Held.cwnd;
      if (length < mss && this.isHeldBack(length)) return Held.silly;
      if (this.releaseAt > this.host.events.now && this.mustPace()) return Held.pace;
      if (inFlight === 0) this.onResume();
      this.sendNew(length, inFlight);
      inFlight += this.nxt - nxt;
    }
  }

  /** Sends one more new segment, whatever the congestion window (limited transmit, TLP, F-RTO). False if there is none. */
  sendOneNew(): boolean {
    const length = this.nextLength();
    if (length < 0) return false;
    const { nxt } = this;
    this.sendNew(length, this.inFlight);
    this.onSent(this.nxt - nxt);
    return true;
  }

  /** Segments of new data have left, `bytes` in all. */
  private onSent(bytes: number): void {
    this.lastSentAt = this.host.events.now;
    this.recovery.onSent(bytes);
  }

  retransmit(segment: number): void {
    const { board } = this;
    const start = board.start(segment);
    const end = board.end(segment);
    const inFlight = board.pipe(this.nxt);
    const marks = (board.marks(segment) & Mark.lost) | Mark.retransmitted | Mark.everRetransmitted;
    this.rate.onSend(board, segment, marks, inFlight);
    board.countRetransmission(segment);
    this.retransmittedSegments++;
    this.retransmittedBytes += end - start;
    this.lastSentAt = this.host.events.now;
    this.recovery.onRetransmit(segment, end - start);
    const fin = this.finQueued && end > this.end;
    this.emit(start, fin ? end - start - 1 : end - start, fin, true);
    // RFC 6582 section 4, RFC 6298 section 5: the timer runs for the oldest segment as last sent
    if (segment === board.first) this.restartRto();
  }

  /** The retransmission timer fired. */
  onTimer(): void {
    const was = this.waiting;
    this.waiting = Waiting.nothing;
    if (this.giveUpAt > 0 && this.host.events.now >= this.giveUpAt && !this.board.isEmpty) this.host.onGiveUp();
    else if (was === Waiting.rto) this.onRto();
    else if (was === Waiting.probe) this.recovery.sendTailLossProbe();
    else if (was === Waiting.reordering) this.recovery.onReorderingTimer();
    else if (was === Waiting.persist) this.onPersist();
  }

  /** Decides what the retransmission timer waits for. */
  setTimer(): void {
    const { board, recovery } = this;
    if (board.first === board.next) {
      this.setIdleTimer();
      return;
    }
    if (this.rtoAt < 0) this.restartRto();
    const reordering = recovery.reorderingDeadline;
    let at = this.rtoAt;
    let what: Waiting = Waiting.rto;
    if (reordering > 0 && reordering < at) {
      at = reordering;
      what = Waiting.reordering;
    } else if (recovery.planProbe() === true) {
      what = Waiting.probe;
      if (recovery.tlp!.at < at) at = recovery.tlp!.at;
    }
    this.await(what, at);
  }

  /** As `setTimer`, with nothing in flight. */
  private setIdleTimer(): void {
    const { host } = this;
    if (this.nxt < this.end || (this.finQueued && this.nxt <= this.end)) {
      if (this.waiting === Waiting.persist) return;
      if (this.isWindowBlocking()) {
        this.persist ??= new Persist(host.config, this.rtt);
        this.persist.begin(host.events.now);
        this.await(Waiting.persist, this.persist.at);
        return;
      }
    }
    if (this.waiting === Waiting.nothing) return;
    this.waiting = Waiting.nothing;
    host.timers.disarm(TimerKind.retransmit);
  }

  /** Other data is the oldest in flight from now on (RFC 9293 section 3.9.1). */
  private startUserTimeout(): void {
    const { userTimeout } = this.host.config;
    if (userTimeout > 0) this.giveUpAt = this.host.events.now + userTimeout;
  }

  /** The RTO starts anew from now (RFC 6298 section 5.3); it never outlasts the user timeout. */
  restartRto(): void {
    const at = this.host.events.now + this.rtt.rto;
    this.rtoAt = this.giveUpAt > 0 && this.giveUpAt < at ? this.giveUpAt : at;
  }

  /** Small enough to be inlined always, so that `at` is not boxed: see `EventQueue.due`. */
  private await(what: Waiting, at: Nanos): void {
    this.waiting = what;
    this.host.events.due = at;
    this.armTimer();
  }

  private armTimer(): void {
    const { events, timers } = this.host;
    if (events.due < events.now) events.due = events.now;
    events.put(timers.of(TimerKind.retransmit));
  }

  /** Payload bytes (FIN apart) of the next new segment, or -1 if nothing new may be sent whatever the congestion window. */
  private nextLength(): number {
    const { nxt, mss } = this;
    const limit = this.board.una + this.host.config.sendBuffer;
    const last = this.end < limit ? this.end : limit;
    const { usable } = this;
    let length = last - nxt;
    if (length > mss) length = mss;
    if (length > usable) length = usable;
    if (this.records !== null) length = this.records.cut(nxt, length);
    // an integer, even if it was taken from an `end` that was once infinite: see Scoreboard
    if (length > 0) return length | 0;
    // a FIN alone: it needs room for its sequence number in the window, unless nothing else is outstanding
    return this.finQueued && nxt === this.end && (usable > 0 || this.nxt === this.board.una) ? 0 : -1;
  }

  /** Sender's silly window avoidance (RFC 9293 section 3.8.6.2.1) and Nagle (3.7.4) for a segment that is not full. */
  private isHeldBack(length: number): boolean {
    const isIdle = this.nxt === this.board.una;
    const end = this.nxt + length;
    const { nagle, minshall } = this.host.config;
    if (end === this.end) return nagle && !isIdle && !this.finQueued && (!minshall || this.smallEnd > this.board.una);
    // a record ends; or the send buffer is smaller than a segment, and all of it can go
    if (this.records?.has(end) || (isIdle && length < this.usable)) return false;
    return length < this.maxWnd / 2;
  }

  /** Past the last byte that the application, its buffer and the peer's window let go. */
  private get edge(): number {
    const { una } = this.board;
    const { sendBuffer } = this.host.config;
    const bound = una + (this.wnd < sendBuffer ? this.wnd : sendBuffer);
    return bound < this.end ? bound : this.end;
  }

  /** The peer's window that is left, bytes: U of RFC 9293 section 3.8.6.2.1. */
  private get usable(): number {
    return this.board.una + this.wnd - this.nxt;
  }

  /** Nothing is in flight and the peer's window is closed, or too small to be worth a segment. */
  private isWindowBlocking(): boolean {
    const length = this.nextLength();
    return length < 0 || (length < this.mss && this.isHeldBack(length));
  }

  private sendNew(length: number, inFlight: number): void {
    const { board, cc, nxt: start } = this;
    const fin = this.finQueued === true && start + length === this.end;
    const bytes = fin ? length + 1 : length;
    const end = start + bytes;
    this.rate.onSend(board, board.append(end), 0, inFlight);
    this.nxt = end;
    if (length < this.mss) this.smallEnd = end;
    if (start === board.una) this.startUserTimeout();
    // `setTimer`, which follows, starts it anew
    if (inFlight === 0) this.rtoAt = -1;
    if (cc.onSend !== undefined) cc.onSend(bytes, inFlight);
    const flight = inFlight + bytes;
    if (board.una >= this.flightEnd || flight > this.roundFlight) {
      this.roundFlight = flight;
      this.flightEnd = end;
    }
    this.emit(start, length, fin, false);
  }

  private emit(start: number, length: number, fin: boolean, retransmission: boolean): void {
    this.segmentsSent++;
    this.bytesSent += length;
    if (this.cc.pacingRate > 0) this.pace(length);
    const push = length > 0 && start + length === this.end && this.pushed === true;
    this.host.transmit(Flag.ack | (push ? Flag.psh : 0) | (fin ? Flag.fin : 0), start, length, retransmission);
  }

  /** The next segment waits until `length` bytes have left at the pacing rate. */
  private pace(length: number): void {
    this.releaseAt = Math.max(this.releaseAt, this.host.events.now) + (length * 8e9) / this.cc.pacingRate;
  }

  /** Whether the pace must be kept, `releaseAt` being in the future: then the timer is armed. */
  private mustPace(): boolean {
    if (this.cc.pacingRate === 0) return false;
    this.host.timers.arm(TimerKind.pacing, Math.ceil(this.releaseAt));
    return true;
  }

  /** Sending resumes with nothing in flight. */
  private onResume(): void {
    const { config, events } = this.host;
    this.shrinkUnused();
    if (config.idle !== 'restart' || this.lastSentAt === 0) return;
    if (events.now - this.lastSentAt > this.rtt.rto) {
      this.cc.onIdleRestart?.(Math.min(config.initialWindow * this.mss, this.cc.cwnd));
    }
  }

  /** RFC 7661 section 4.4.3: a window that was not used for five minutes is halved, and again for each five more. */
  shrinkUnused(): void {
    const { validation, cc, mss, host } = this;
    if (validation === null) return;
    while (validation.hasExpired(cc.cwnd, host.events.now)) {
      cc.onIdleRestart?.(Math.max(cc.cwnd / 2, host.config.initialWindow * mss));
    }
  }

  /** RFC 6298 section 5.4 to 5.7, RFC 9293 section 3.8.3. */
  private onRto(): void {
    if (this.board.isEmpty) return;
    if (++this.retries > this.host.config.dataRetries) {
      this.host.onGiveUp();
      return;
    }
    this.timeouts++;
    this.rtt.backoffs++;
    this.restartRto();
    this.recovery.onTimeout();
    this.output();
  }

  /** Zero-window probe (RFC 9293 section 3.8.6.1), or the override of silly window avoidance (section 3.8.6.2.1). */
  private onPersist(): void {
    const { now } = this.host.events;
    const persist = this.persist!;
    if (!this.isWindowBlocking()) this.output();
    else if (this.sendOneNew()) this.setTimer();
    else if (persist.isOver(now)) this.host.onGiveUp();
    else {
      this.host.transmitProbe();
      persist.onProbe(now);
      this.await(Waiting.persist, persist.at);
    }
  }
}
