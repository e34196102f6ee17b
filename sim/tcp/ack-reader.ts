import { Flag, NO_OPTION, type Packet } from '../core/packet';
import type { AckSample } from './cc/congestion-control';
import { ZERO } from '../core/zero';
import { RecoveryState } from './recovery-state';
import { Mark } from './scoreboard';
import { fromTimestamp } from './segment';
import type { Sender } from './sender';
import type { WindowValidation } from './window-validation';

/**
 * Takes an ACK apart: cumulative acknowledgement, SACK and D-SACK blocks, RTT and rate samples; then tells the others. One for
 * all connections of a simulation.
 */
export class AckReader {
  private echo = NO_OPTION;

  constructor(
    /** Refilled for each ACK. */
    private readonly sample: AckSample,
  ) {}

  /** An ACK has reached `sender`. */
  read(p: Packet, sender: Sender): void {
    const { sample } = this;
    const { board, rate, recovery, cc } = sender;
    const priorUna = board.una;
    const priorDelivered = rate.delivered;
    sample.priorInFlight = board.pipe(sender.nxt);
    sample.rtt = -1;
    rate.begin(sample);
    const windowChanged = sender.updateWindow(p.seq, p.ack, sender.scaled(p.window));
    this.echo = p.tsVal === NO_OPTION ? NO_OPTION : p.tsEcr;

    if (p.ack > priorUna) this.acknowledge(p.ack, sender);
    const isDsack = p.sackCount > 0 && sender.sackOk === true && this.readSacks(p, sender) === true;
    const advanced = board.una - priorUna;

    rate.end(sender.rtt, sample);
    sample.ackedBytes = rate.delivered - priorDelivered;
    // without SACK each duplicate ACK has told of a segment before (RFC 9937 section 5, DeliveredData)
    if (advanced > 0 && sender.sackOk === false && recovery.dupAcks > 0 && recovery.state === RecoveryState.open) {
      const told = recovery.dupAcks * sender.mss;
      sample.ackedBytes = Math.max(advanced - told, Math.min(advanced, sender.mss));
    }
    sample.srtt = sender.rtt.srtt;
    sample.minRtt = sender.rtt.min;
    sample.oneWayDelay = this.echo === NO_OPTION ? -1 : fromTimestamp(p.tsVal - this.echo);
    sample.una = board.una;
    sample.nxt = sender.nxt;
    sample.ece = (p.flags & Flag.ece) !== 0 && sender.ecnOk;
    sample.ceBytes = sample.ece === true ? advanced : 0;
    // slow start may double what was really used of the window, whatever is left of it in flight now
    sample.cwndLimited = sender.cwndLimited === true || (cc.cwnd < cc.ssthresh && cc.cwnd < 2 * sender.roundFlight);
    if (sender.validation !== null) this.validate(sender, sender.validation);

    const isDuplicate = advanced === 0 && !isDsack && this.isDuplicate(p, windowChanged, sender);
    recovery.onAck(sample, advanced, isDuplicate, this.echo);
    if (sample.ackedBytes > 0) {
      cc.observe?.(sample);
      if (recovery.mayGrow(advanced) === true) cc.onAck(sample);
    }
    if (advanced > 0) sender.onProgress();
  }

  /**
   * RFC 5681 section 2: whether an ACK that neither advances snd.una nor brings a D-SACK counts as a duplicate; with SACK, one
   * that brings new blocks does too.
   */
  private isDuplicate(p: Packet, windowChanged: boolean, sender: Sender): boolean {
    const { board, recovery } = sender;
    if (p.ack !== board.una || p.length > 0 || (p.flags & (Flag.syn | Flag.fin)) !== 0) return false;
    if (windowChanged && this.sample.ackedBytes === 0) return false;
    if (board.isEmpty) recovery.onSecondCopy();
    return !board.isEmpty;
  }

  /** snd.una moves to `ack`; wholly acknowledged segments leave the scoreboard. */
  private acknowledge(ack: number, sender: Sender): void {
    const { sample } = this;
    const { board, rate, recovery, rtt } = sender;
    // most often all that is acknowledged was sent once and never reported before: then it is taken as one
    const last = board.lastUnmarked(ack);
    if (last < 0 || recovery.isAhead(board.una) === false) {
      this.acknowledgeEach(ack, sender);
      return;
    }
    const { now } = sender.host.events;
    const oldest = board.sentAt(board.first);
    const newest = board.sentAt(last);
    rate.onDelivered(board, last, ack - board.una, sample);
    recovery.onDeliveredAhead(ack, newest);
    board.removeUnmarked(last, ack);
    rtt.sample(now - oldest);
    if (now - newest < rtt.min) rtt.min = now - newest;
    sample.rtt = now - newest;
  }

  /** As `acknowledge`, segment by segment. */
  private acknowledgeEach(ack: number, sender: Sender): void {
    const { sample } = this;
    const { now } = sender.host.events;
    const { board, rate, recovery, rtt } = sender;
    let oldest = -1;
    let newest = -1;
    let ambiguous = false;
    while (board.first !== board.next && board.end(board.first) <= ack) {
      const segment = board.first;
      const marks = board.marks(segment);
      if ((marks & Mark.sacked) === 0) {
        const sentAt = board.sentAt(segment);
        rate.onDelivered(board, segment, board.size(segment), sample);
        if (marks & Mark.everRetransmitted) ambiguous = true;
        else {
          if (oldest < 0) oldest = sentAt;
          newest = sentAt;
        }
        recovery.onDelivered(segment, marks, this.echo);
      }
      board.removeFirst();
    }
    if (board.una < ack) {
      if (board.first === board.next) board.una = ack;
      else {
        if ((board.marks(board.first) & Mark.sacked) === 0) rate.delivered += ack - board.una;
        board.trimFirst(ack);
      }
    }
    // RFC 6298 section 3: no sample from a retransmission, nor from what has waited behind one at the receiver
    if (oldest >= 0 && !ambiguous) {
      // SRTT takes the oldest, delayed ACK and all; the minimum and the congestion control take the newest
      rtt.sample(now - oldest);
      if (now - newest < rtt.min) rtt.min = now - newest;
      sample.rtt = now - newest;
    } else if (this.echo > 0) {
      // RFC 7323 section 4: the timestamp says which transmission is acknowledged
      const sampled = now - fromTimestamp(this.echo);
      if (sampled > 0) rtt.sampleCoarse(sampled);
    }
  }

  /** RFC 2018, RFC 2883. Returns whether the first block is a D-SACK. */
  private readSacks(p: Packet, sender: Sender): boolean {
    const { board, recovery } = sender;
    const { sack, sackCount } = p;
    const start = sack[0]!;
    const end = sack[1]!;
    // RFC 2883 section 4: a first block below the cumulative ACK, or inside the second, reports a duplicate
    const isDsack = end <= p.ack || (sackCount > 1 && start >= sack[2]! && end <= sack[3]!);
    if (isDsack) recovery.onDsack(start, end);
    if (!isDsack && board.knowsAfterFirst(sack, sackCount)) this.readPossible(start, end, sender);
    else this.readInOrder(sack, isDsack ? 1 : 0, sackCount, sender);
    board.noteBlocks(sack, sackCount);
    return isDsack;
  }

  /** Blocks come in the order of what arrived last, and are read in order of sequence, as RFC 8985 section 6.2 step 3 asks. */
  private readInOrder(sack: readonly number[], first: number, count: number, sender: Sender): void {
    let left = -1;
    for (let n = first; n < count; n++) {
      let lowest = -1;
      for (let i = first; i < count; i++) {
        if (sack[2 * i]! > left && (lowest < 0 || sack[2 * i]! < sack[2 * lowest]!)) lowest = i;
      }
      if (lowest < 0) break;
      left = sack[2 * lowest]!;
      this.readPossible(left, sack[2 * lowest + 1]!, sender);
    }
  }

  private readPossible(left: number, right: number, sender: Sender): void {
    if (right > sender.board.una && right <= sender.nxt && left < right) this.readBlock(left, right, sender);
  }

  private readBlock(left: number, right: number, sender: Sender): void {
    const { blocks } = sender.board;
    for (let i = 0; i < blocks.length; i += 2) {
      const l = blocks[i]!;
      const r = blocks[i + 1]!;
      if (l >= left && r <= right && r > left) {
        if (l > left) this.markSacked(left, l, sender);
        if (r < right) this.markSacked(r, right, sender);
        return;
      }
    }
    this.markSacked(left, right, sender);
  }

  private markSacked(left: number, right: number, sender: Sender): void {
    const { sample } = this;
    const { now } = sender.host.events;
    const { board, rate, recovery } = sender;
    let segment = board.find(left);
    if (board.start(segment) < left) segment++;
    for (; segment < board.next && board.end(segment) <= right; segment++) {
      const marks = board.marks(segment);
      if (marks & Mark.sacked) continue;
      const sentAt = board.sentAt(segment);
      rate.onDelivered(board, segment, board.size(segment), sample);
      if ((marks & Mark.everRetransmitted) === 0) {
        const rtt = now - sentAt;
        if (rtt < sender.rtt.min) sender.rtt.min = rtt;
        sample.rtt = rtt;
      }
      // the echo is that of the last segment in order, not of this one (RFC 7323 section 4.3)
      recovery.onDelivered(segment, marks, NO_OPTION);
      board.markSacked(segment);
    }
  }

  /** RFC 7661: an unused window neither grows nor lasts. */
  private validate(sender: Sender, validation: WindowValidation): void {
    const { sample } = this;
    const { now } = sender.host.events;
    if (sample.roundStart) {
      if (sender.recovery.state === RecoveryState.open) validation.onRound(sample.delivered, now, sender.rtt.srtt);
      else validation.skipRound(sample.delivered);
    }
    if (!validation.isValidated(sender.cc.cwnd, now)) sample.cwndLimited = false;
    sender.shrinkUnused();
  }
}

/** An empty sample, to be shared by the connections of one simulation. */
export function newAckSample(): AckSample {
  return {
    ackedBytes: 0,
    lostBytes: 0,
    priorInFlight: 0,
    inFlight: 0,
    rtt: ZERO,
    srtt: ZERO,
    minRtt: Infinity,
    oneWayDelay: ZERO,
    delivered: 0,
    priorDelivered: 0,
    deliveryRate: ZERO,
    deliveredInSample: 0,
    interval: ZERO,
    rateAppLimited: false,
    txInFlight: 0,
    lostInSample: 0,
    cwndLimited: false,
    roundStart: false,
    round: 0,
    ceBytes: 0,
    ece: false,
    inRecovery: false,
    una: 0,
    nxt: 0,
  };
}
