import type { Nanos } from '../core/event-queue';
import type { AckSample } from './cc/congestion-control';
import { ForwardRto } from './frto';
import type { LossReport } from './loss-report';
import { ProportionalRateReduction } from './prr';
import { type Loser, Rack } from './rack';
import { RecoveryState } from './recovery-state';
import { NO_REPAIRS, Repairs } from './repairs';
import { SackLoss } from './sack-loss';
import { Mark } from './scoreboard';
import type { Sender } from './sender';
import { TailLossProbe } from './tail-loss-probe';
import { Undo } from './undo';

const DUP_THRESH = 3;

/** Detects losses and steers their repair: RFC 5681, 6582, 6675, 8985, 9937, 5682, 3042 and their ancestors. */
export class LossRecoveryMachine implements Loser {
  state: RecoveryState = RecoveryState.open;
  dupAcks = 0;
  /** `NO_REPAIRS` while there was nothing to repair: read without asking, never written to. */
  repairs = NO_REPAIRS;
  /** Null unless losses are found by time. */
  readonly rack: Rack | null;
  readonly tlp: TailLossProbe | null;
  /** Null unless losses are found by counting what is SACKed. */
  private readonly bySack: SackLoss | null;
  private force = false;
  /** The ACK at hand ended a recovery. */
  private justLeft = false;
  private lostNow = 0;

  constructor(private readonly sender: Sender) {
    const { config } = sender.host;
    const usesTime = config.lossRecovery === 'rack-tlp';
    this.rack = usesTime ? new Rack(sender.board, sender.rtt, sender.host.events) : null;
    const eager = config.lossRecovery === 'sack-1996';
    this.bySack = config.lossRecovery === 'sack' || eager ? new SackLoss(sender.board, sender.mss, eager) : null;
    this.tlp = usesTime && sender.sackOk ? new TailLossProbe(sender) : null;
  }

  private ownRepairs(): Repairs {
    if (this.repairs === NO_REPAIRS) this.repairs = new Repairs();
    return this.repairs;
  }

  /** When the RACK reordering timer has to fire, or 0. */
  get reorderingDeadline(): Nanos {
    return this.repairs.reorderingDeadline;
  }

  private awaitReordering(deadline: Nanos): void {
    if (deadline !== this.repairs.reorderingDeadline) this.ownRepairs().reorderingDeadline = deadline;
  }

  private get loss(): LossReport {
    return this.sender.host.commons.loss;
  }

  /** Losses are found by time or from SACK blocks. */
  private get isModern(): boolean {
    return this.rack !== null || this.bySack !== null;
  }

  /** How far packets were seen to overtake others, bytes (0 unless losses are found by time). */
  get reorderingExtent(): number {
    return this.rack === null ? 0 : this.rack.reorderingExtent;
  }

  get inRecovery(): boolean {
    return this.state === RecoveryState.recovery;
  }

  /** Losses are found from SACK blocks: the peer sends them and the algorithm reads them. */
  private get usesSack(): boolean {
    return this.sender.sackOk && this.isModern;
  }

  /** Whether `bytes` may be in flight now. */
  allows(bytes: number): boolean {
    const { board, cc } = this.sender;
    if (this.state === RecoveryState.open && board.sackedBytes === 0) return bytes <= cc.cwnd;
    return bytes <= this.window();
  }

  /** Bytes that may be in flight now. */
  window(): number {
    const { board, cc, host } = this.sender;
    if (this.state !== RecoveryState.open)
      return this.isReducing ? this.repairs.prr!.window : cc.cwnd + this.repairs.inflation;
    // RFC 6675 section 5, step 3: what is SACKed makes room before recovery too; that is limited transmit
    return host.config.limitedTransmit ? cc.cwnd : cc.cwnd - board.sackedBytes;
  }

  private get isReducing(): boolean {
    return this.repairs.prr !== null && (this.state === RecoveryState.recovery || this.state === RecoveryState.cwr);
  }

  /** The first retransmission of an episode does not wait for the window (RFC 6675 section 5 step 4.3, RFC 5681). */
  mayForce(): boolean {
    return this.force;
  }

  /** The segment to retransmit next, or -1. */
  nextToRetransmit(): number {
    return this.sender.board.lostBytes === 0 ? -1 : this.sender.board.nextLost();
  }

  /** The segment to retransmit next if none is lost and there is no new data, or -1 (RFC 6675 section 4, NextSeg rules 3 and 4). */
  nextWithoutNewData(): number {
    if (this.bySack === null || !this.usesSack || this.state !== RecoveryState.recovery) return -1;
    return this.bySack.next();
  }

  lose(segment: number): void {
    const { board, rate, cc } = this.sender;
    const bytes = board.markLost(segment);
    if (bytes === 0) return;
    this.sender.host.log?.lost(segment, 0);
    this.lostNow += bytes;
    rate.lost += bytes;
    if (cc.onSegmentLost === undefined) return;
    const appLimited = (board.marks(segment) & Mark.appLimited) !== 0;
    cc.onSegmentLost(bytes, board.txInFlight(segment) + bytes, rate.lost - board.lostBefore(segment), appLimited);
  }

  onSent(bytes: number): void {
    if (this.state !== RecoveryState.open) this.repairs.prr?.onSent(bytes);
    this.tlp?.onSent();
  }

  onRetransmit(segment: number, bytes: number): void {
    this.force = false;
    if (this.rack !== null) this.rack.onRetransmitted(segment);
    else this.bySack?.onRetransmit(segment, this.repairs.recoveryPoint);
    this.repairs.prr?.onSent(bytes);
    this.repairs.undo?.onRetransmit();
  }

  /** A segment was delivered, by cumulative or selective acknowledgement. */
  onDelivered(segment: number, marks: number, echo: number): void {
    const { board } = this.sender;
    const retransmitted = (marks & Mark.everRetransmitted) !== 0;
    // a segment that was never retransmitted tells F-RTO that a timeout was spurious
    if (!retransmitted) this.repairs.frto?.onOriginalDelivered(board.end(segment));
    if (this.rack === null) return;
    const echoOlder = retransmitted && echo >= 0 && echo < Math.floor(board.sentAt(segment) / 1e6);
    this.rack.onDelivered(segment, retransmitted, echoOlder);
  }

  /** As `onDelivered`, of what `isAhead`, up to `end`, the last of it sent at `sentAt`. */
  onDeliveredAhead(end: number, sentAt: Nanos): void {
    if (this.rack !== null) this.rack.onDeliveredAhead(end, sentAt);
  }

  /**
   * Segments from `una` on, sent once, may be reported delivered by naming the last alone: nothing beyond was delivered before
   * (RFC 8985 section 6.2 step 3 would find reordering), and no F-RTO asks for each.
   */
  isAhead(una: number): boolean {
    const { frto } = this.repairs;
    return (this.rack === null || this.rack.isAhead(una)) && (frto === null || !frto.isRunning);
  }

  onDsack(start: number, end: number): void {
    this.rack?.onDsack(this.sender.una, this.sender.nxt);
    this.tlp?.onDsack(end);
    if (this.repairs.undo?.onDsack(start)) this.undoEpisode();
  }

  /** RFC 8985 section 7.4.2, case 2: an ACK that repeats the last, with nothing outstanding, is that of a probe's second copy. */
  onSecondCopy(): void {
    this.tlp?.onAck(false, true);
  }

  /** RACK reads sequence order from here on; see `Rack.detect`. */
  onAck(sample: AckSample, advanced: number, isDuplicate: boolean, echo: number): void {
    this.lostNow = 0;
    this.force = false;
    this.justLeft = false;
    if (this.isUneventful(sample, advanced) === true) {
      this.dupAcks = 0;
      this.awaitReordering(0);
      this.tlp?.onDelivered();
      sample.lostBytes = 0;
      sample.inFlight = sample.nxt - sample.una;
      sample.inRecovery = false;
    } else this.judge(sample, advanced, isDuplicate, echo);
  }

  /** Header prediction: an ACK of new data about which loss detection, undo and probes have nothing to find out. */
  private isUneventful(sample: AckSample, advanced: number): boolean {
    return (
      this.state === RecoveryState.open &&
      advanced > 0 &&
      sample.ackedBytes > 0 &&
      sample.ece === false &&
      (this.rack === null || this.rack.reorderedNow === false) &&
      this.sender.board.isClear &&
      (this.tlp === null || !this.tlp.isOut)
    );
  }

  private judge(sample: AckSample, advanced: number, isDuplicate: boolean, echo: number): void {
    if (this.rack?.reorderedNow) {
      this.rack.endReordered();
      this.ownRepairs().reorderings++;
    }
    if (advanced > 0) {
      if (this.state !== RecoveryState.recovery) this.dupAcks = 0;
    } else if (isDuplicate) this.dupAcks++;

    const repaired = this.tlp?.onAck(sample.ackedBytes > 0, isDuplicate && sample.ackedBytes === 0);
    if (repaired && !this.isRecovering) this.enterRecovery(sample.priorInFlight, advanced);
    if (this.repairs.undo?.isSpurious(echo)) this.undoEpisode();
    if (this.state === RecoveryState.loss) this.inLoss(sample, advanced, isDuplicate);
    this.detect(advanced, isDuplicate);
    this.leaveIfDone(advanced);
    if (sample.ece && this.state === RecoveryState.open) this.enterCwr(sample.priorInFlight, advanced);
    if (this.lostNow > 0 && !this.isRecovering) this.enterRecovery(sample.priorInFlight, advanced);
    sample.lostBytes = this.lostNow;
    sample.inFlight = this.sender.inFlight;
    sample.inRecovery = this.isRecovering;
    if (this.state !== RecoveryState.open) this.reduce(sample, advanced);
  }

  private reduce(sample: AckSample, advanced: number): void {
    if (!this.isReducing || sample.ackedBytes <= 0) return;
    const { cc, mss } = this.sender;
    const safe = advanced > 0 && this.lostNow === 0;
    this.repairs.prr!.onAck(sample.ackedBytes, sample.inFlight, cc.ssthresh, mss, safe);
  }

  /**
   * True if an ACK that advanced snd.una by `advanced` bytes may grow the window: the congestion control is asked only
   * then. Not on a duplicate ACK (RFC 5681 section 3.2 step 1), unless the path is known to reorder, and not on the one
   * that ends recovery, which leaves the window at ssthresh (RFC 6582 section 3.2 step 3).
   */
  mayGrow(advanced: number): boolean {
    if (this.sender.cc.ownsRecovery === true) return true;
    if (this.justLeft || (this.state !== RecoveryState.open && this.state !== RecoveryState.loss)) return false;
    return advanced > 0 || (this.rack !== null && this.rack.reorderingSeen);
  }

  /** The retransmission timer expired: RFC 5681 section 3.1, RFC 6675 section 5.1, RFC 8985 section 6.3. */
  onTimeout(): void {
    const { sender } = this;
    const { board, cc } = sender;
    const repairs = this.ownRepairs();
    const first = this.state !== RecoveryState.loss || sender.una > repairs.recoveryPoint;
    const wasRecovering = this.isRecovering;
    const flight = this.loss.flightSize(sender, 0);
    const lostBefore = board.lostBytes;
    (repairs.undo ??= new Undo(sender)).begin(first);
    if (sender.host.config.frto && this.isModern)
      (repairs.frto ??= new ForwardRto(sender)).onTimeout(first && this.state !== RecoveryState.recovery);
    this.state = RecoveryState.loss;
    repairs.recoveryPoint = sender.nxt;
    this.dupAcks = 0;
    repairs.inflation = 0;
    repairs.reorderingDeadline = 0;
    this.lostNow = 0;
    for (let s = board.first; s < board.next; s++) {
      if (board.marks(s) & Mark.sacked) continue;
      if (this.rack === null || this.rack.isOverdue(s, wasRecovering)) this.lose(s);
    }
    // RFC 2018 section 8: a receiver that SACKed what we are about to send may have reneged
    if (board.marks(board.first) & Mark.sacked) {
      board.forgetSacks();
      for (let s = board.first; s < board.next; s++) this.lose(s);
    }
    this.loss.fill(sender, flight, lostBefore, false);
    cc.onTimeout(this.loss);
    this.rack?.restart();
    this.tlp?.cancel();
    this.force = true;
  }

  /** RFC 8985 section 6.2: the wait for reordering is over. */
  onReorderingTimer(): void {
    const { sender } = this;
    const priorInFlight = sender.inFlight;
    this.lostNow = 0;
    this.awaitReordering(this.rack!.detect(this.isRecovering, this));
    if (this.lostNow > 0 && !this.isRecovering) this.enterRecovery(priorInFlight, 0);
    sender.output();
  }

  /** Whether a tail loss probe is to be sent, at `tlp.at`. */
  planProbe(): boolean {
    return this.tlp !== null && this.isRecovering === false && this.tlp.plan();
  }

  sendTailLossProbe(): void {
    this.tlp!.send();
    this.sender.restartRto();
    this.sender.setTimer();
  }

  private get isRecovering(): boolean {
    return this.state >= RecoveryState.recovery;
  }

  private detect(advanced: number, isDuplicate: boolean): void {
    if (!this.usesSack) this.detectByDupAcks(advanced, isDuplicate);
    else if (this.rack !== null) {
      this.awaitReordering(this.sender.board.isClear ? 0 : this.rack.detect(this.isRecovering, this));
    } else {
      this.bySack!.detect(this.isRecovering, this);
      if (this.dupAcks >= DUP_THRESH && !this.isRecovering && this.lostNow === 0) this.lose(this.sender.board.first);
    }
  }

  /** RFC 5681 section 3.2, RFC 6582, RFC 3042, and Tahoe. */
  private detectByDupAcks(advanced: number, isDuplicate: boolean): void {
    const { sender } = this;
    const { board, mss } = sender;
    const mode = sender.host.config.lossRecovery;
    if (this.state === RecoveryState.recovery) {
      if (advanced > 0) this.onPartialAck(advanced);
      else if (isDuplicate) this.repairs.inflation += mss;
      return;
    }
    if (!isDuplicate || board.isEmpty || this.state === RecoveryState.loss) return;
    if (this.dupAcks < DUP_THRESH) {
      // RFC 3042: one new segment for each of the first two duplicate ACKs
      if (sender.host.config.limitedTransmit && mode !== 'tahoe' && mode !== 'reno' && mode !== 'reno-1990') {
        if (sender.inFlight <= sender.cc.cwnd + 2 * mss) sender.sendOneNew();
      }
    } else if (this.dupAcks === DUP_THRESH) {
      // RFC 6582 section 3.2 step 2: not again for the same window; Reno of 1990 had no such guard
      const { recoveryPoint, episodes } = this.repairs;
      if (mode !== 'reno-1990' && sender.una <= recoveryPoint && episodes + sender.timeouts > 0) return;
      this.lose(board.first);
    }
  }

  /** RFC 6582 section 3.2 step 3: the next hole is lost too, the window deflates. Plain Reno leaves recovery instead. */
  private onPartialAck(advanced: number): void {
    const { sender, repairs } = this;
    if (sender.una >= repairs.recoveryPoint) return;
    const mode = sender.host.config.lossRecovery;
    if (mode === 'reno' || mode === 'reno-1990') {
      this.exit();
      return;
    }
    this.lose(sender.board.first);
    // the algorithm of Fall and Floyd deflates it altogether
    if (mode === 'newreno-1996') repairs.inflation = 0;
    else repairs.inflation = Math.max(0, repairs.inflation - advanced + (advanced >= sender.mss ? sender.mss : 0));
    this.force = true;
  }

  private enterRecovery(priorInFlight: number, advanced: number): void {
    const { sender } = this;
    const { board, cc } = sender;
    const mode = sender.host.config.lossRecovery;
    const repairs = this.ownRepairs();
    repairs.episodes++;
    this.loss.fill(sender, this.loss.flightSize(sender, advanced), this.lostNow, false);
    if (this.state === RecoveryState.open) {
      (repairs.undo ??= new Undo(sender)).begin(true);
      cc.onLossEpisode(this.loss);
    } else repairs.undo?.cancel();
    repairs.recoveryPoint = sender.nxt;
    this.force = true;
    if (mode === 'tahoe') {
      // Jacobson 1988: fast retransmit, then slow start over everything outstanding
      for (let s = board.first; s < board.next; s++) board.markLost(s);
      this.state = RecoveryState.loss;
      return;
    }
    this.state = RecoveryState.recovery;
    this.bySack?.begin();
    this.beginPrr(priorInFlight);
    if (!this.usesSack) repairs.inflation = DUP_THRESH * sender.mss;
  }

  /** RFC 3168 section 6.1.2: once per window of data. */
  private enterCwr(priorInFlight: number, advanced: number): void {
    const { sender } = this;
    this.loss.fill(sender, this.loss.flightSize(sender, advanced), 0, true);
    if (sender.cc.onEcn !== undefined) sender.cc.onEcn(this.loss);
    else sender.cc.onLossEpisode(this.loss);
    const repairs = this.ownRepairs();
    repairs.undo?.cancel();
    repairs.recoveryPoint = sender.nxt;
    this.state = RecoveryState.cwr;
    this.beginPrr(priorInFlight);
  }

  /** PRR counts what SACK blocks report. Until something is delivered nothing is sent but the forced retransmission. */
  private beginPrr(priorInFlight: number): void {
    const { host, cc, inFlight } = this.sender;
    if (!host.config.prr || !this.usesSack || cc.ownsRecovery) return;
    this.repairs.prr = new ProportionalRateReduction(priorInFlight, inFlight);
  }

  private leaveIfDone(advanced: number): void {
    if (this.state === RecoveryState.open || advanced <= 0) return;
    if (this.sender.una < this.repairs.recoveryPoint) return;
    this.justLeft = this.state !== RecoveryState.loss;
    this.exit();
  }

  private exit(): void {
    const { sender } = this;
    const was = this.state;
    this.state = RecoveryState.open;
    this.dupAcks = 0;
    this.ownRepairs().end();
    if (was !== RecoveryState.cwr) this.rack?.onRecoveryExit();
    // Tahoe repairs what fast retransmit found in the state of a timeout
    const byTimeout = was === RecoveryState.loss && sender.host.config.lossRecovery !== 'tahoe';
    if (!byTimeout) sender.cc.onRecoveryExit?.(sender.inFlight);
    if (sender.validation !== null) {
      const window = sender.validation.onRecovered(sender.retransmittedBytes);
      if (was === RecoveryState.recovery && window < sender.cc.cwnd)
        sender.cc.onIdleRestart?.(Math.max(window, sender.mss));
    }
  }

  private inLoss(sample: AckSample, advanced: number, isDuplicate: boolean): void {
    const { frto } = this.repairs;
    if (frto === null) return;
    const verdict = frto.onAck(advanced > 0, isDuplicate || sample.ackedBytes > advanced);
    if (verdict === 'spurious') this.undoEpisode();
    else if (verdict === 'new-data') {
      // RFC 5682 section 2.1 step 2b: two new segments instead of retransmissions, or these if there is nothing new
      if (!this.sender.sendOneNew()) frto.cancel();
      else this.sender.sendOneNew();
    } else if (verdict === 'genuine') {
      // step 3a: retransmission goes on, with three segments in flight, two of them the new ones
      this.force = true;
    }
  }

  /** The episode was spurious: nothing is lost, and the congestion control takes back its reduction. */
  private undoEpisode(): void {
    const { board, cc } = this.sender;
    for (let s = board.first; s < board.next; s++) board.clearLost(s);
    this.rack?.onUndo();
    cc.onSpuriousLoss?.();
    this.exit();
  }
}
