import type { EventQueue, Nanos } from '../core/event-queue';
import type { CongestionDriver } from '../multistream/congestion-driver';
import type { RttEstimator } from '../tcp/rtt';
import { Mark } from '../tcp/scoreboard';
import type { QuicConfig } from './config';
import { type PacketSpace, Space } from './space';

/** Longest probe timeout, back-off included. */
const LONGEST: Nanos = 60e9;

/** What loss detection asks of its connection. */
export interface LossHost {
  readonly events: EventQueue;
  readonly config: QuicConfig;
  readonly spaces: readonly (PacketSpace | null)[];
  readonly driver: CongestionDriver;
  readonly rtt: RttEstimator;
  readonly inFlight: number;
  /** RFC 9002 section 6.2.2.1. */
  readonly isConfirmed: boolean;
  readonly isBlockedByAmplification: boolean;
  readonly peerHasValidatedAddress: boolean;
  onPacketAcked(space: PacketSpace, packet: number): void;
  onPacketLost(space: PacketSpace, packet: number): void;
  /** The PTO of `space` expired: it sends one or two packets whatever the window (section 6.2.4). */
  sendProbes(space: Space): void;
  armLossTimer(at: Nanos): void;
  disarmLossTimer(): void;
  onGiveUp(): void;
}

/** RFC 9002 section 5 and 6, with the names of its appendix A. */
export class LossDetection {
  ptoCount = 0;
  lostPackets = 0;
  private firstSampleAt: Nanos = -1;
  private persistent = false;
  private probeSpace: Space = Space.initial;

  constructor(private readonly host: LossHost) {}

  /** An ACK frame (section A.7). `ranges` are pairs [left, right) in `words` from `at`, the highest first. */
  onAck(
    space: PacketSpace,
    words: readonly number[],
    at: number,
    ranges: number,
    ackDelay: Nanos,
    ceCount: number,
  ): void {
    const { host } = this;
    const { driver } = host;
    const { now } = host.events;
    const { board } = space;
    const largest = words[at + 1]! - 1;
    if (largest > space.largestAcked) space.largestAcked = largest;
    driver.begin(host.inFlight);
    let delivered = 0;
    let newest = -1;
    let largestSentAt = -1;
    for (let i = ranges - 1; i >= 0; i--) {
      const left = words[at + 2 * i]!;
      const right = words[at + 2 * i + 1]!;
      for (let n = left > board.first ? left : board.first; n < right && n < board.next; n++) {
        if (board.marks(n) & (Mark.sacked | Mark.lost)) continue;
        if (board.size(n) === 0) {
          host.onPacketAcked(space, n);
          continue;
        }
        driver.delivered(board, n);
        newest = board.sentAt(n);
        if (n === largest) largestSentAt = newest;
        board.markSacked(n);
        delivered++;
        host.onPacketAcked(space, n);
      }
    }
    if (delivered === 0) {
      space.sweep();
      return;
    }
    if (largestSentAt >= 0)
      this.updateRtt(now - largestSentAt, space === host.spaces[Space.application] ? ackDelay : 0);
    const before = host.inFlight;
    this.detectLost(space);
    const ce = ceCount - space.peerCeCount;
    if (ce > 0) space.peerCeCount = ceCount;
    // section 7.3.2: an ACK of something sent after the episode began ends it
    if (driver.inRecovery && newest > driver.recoveryStart) driver.leaveRecovery(before);
    if (ce > 0 && newest > driver.recoveryStart && !driver.inRecovery) driver.enterRecovery(before, true);
    if (host.peerHasValidatedAddress) this.ptoCount = 0;
    driver.end(board, host.inFlight, true, ce > 0 ? ce * host.config.maxDatagramSize : 0);
    space.sweep();
    this.setTimer();
  }

  /** Section 5.3. */
  private updateRtt(latest: Nanos, ackDelay: Nanos): void {
    const { rtt, driver, config, events, isConfirmed } = this.host;
    if (this.firstSampleAt < 0) this.firstSampleAt = events.now;
    const min = latest < rtt.min ? latest : rtt.min;
    const delay = isConfirmed && ackDelay > config.maxAckDelay ? config.maxAckDelay : ackDelay;
    rtt.sample(latest >= min + delay ? latest - delay : latest);
    rtt.min = min;
    driver.measured(latest);
  }

  /** Section A.10: packets overtaken by enough others, or too long ago, are lost. */
  private detectLost(space: PacketSpace): void {
    const { host } = this;
    const { driver, rtt, config, events } = host;
    const { board } = space;
    const flight = host.inFlight;
    space.lossTime = 0;
    const longest = rtt.latest > rtt.srtt ? rtt.latest : rtt.srtt;
    const lossDelay = Math.max(config.timeThreshold * longest, config.granularity);
    const lostBefore = events.now - lossDelay;
    let newestLost = -1;
    let spanStart = -1;
    this.persistent = false;
    for (let n = board.first; n < board.next && n <= space.largestAcked; n++) {
      if (board.marks(n) & (Mark.sacked | Mark.lost)) {
        if (board.marks(n) & Mark.sacked) spanStart = -1;
        continue;
      }
      if (board.size(n) === 0) continue;
      const sentAt = board.sentAt(n);
      if (sentAt <= lostBefore || space.largestAcked - n >= config.packetThreshold) {
        driver.lost(board, n);
        this.lostPackets++;
        newestLost = sentAt;
        if (spanStart < 0 && sentAt > this.firstSampleAt) spanStart = sentAt;
        if (spanStart >= 0 && sentAt - spanStart > this.persistentDuration) this.persistent = true;
        host.onPacketLost(space, n);
      } else {
        const at = sentAt + lossDelay;
        if (space.lossTime === 0 || at < space.lossTime) space.lossTime = at;
      }
    }
    if (newestLost < 0) return;
    if (newestLost > driver.recoveryStart) driver.enterRecovery(flight);
    // section 7.6.2
    if (this.persistent) driver.collapse(flight);
  }

  /** Section 7.6.1. */
  private get persistentDuration(): Nanos {
    const { config } = this.host;
    return (this.ptoOf(Space.handshake) + config.maxAckDelay) * config.persistentCongestionThreshold;
  }

  /** Section 6.2.1, without back-off. */
  ptoOf(space: Space): Nanos {
    const { rtt, config } = this.host;
    if (rtt.samples === 0) return 3 * config.initialRtt;
    const spread = 4 * rtt.rttvar;
    const pto = rtt.srtt + (spread > config.granularity ? spread : config.granularity);
    return space === Space.application ? pto + config.maxAckDelay : pto;
  }

  /** Section A.8. */
  setTimer(): void {
    const { host } = this;
    let earliest = 0;
    for (const space of host.spaces) {
      if (space !== null && space.lossTime > 0 && (earliest === 0 || space.lossTime < earliest)) {
        earliest = space.lossTime;
      }
    }
    if (earliest > 0) {
      host.armLossTimer(Math.ceil(earliest));
      return;
    }
    if (host.isBlockedByAmplification || (host.inFlight === 0 && host.peerHasValidatedAddress)) {
      host.disarmLossTimer();
      return;
    }
    const at = this.ptoTime();
    if (at === Infinity) host.disarmLossTimer();
    else host.armLossTimer(Math.ceil(at));
  }

  /** When the earliest PTO expires; `probeSpace` is then its space. */
  private ptoTime(): Nanos {
    const { host } = this;
    let back = 1;
    for (let i = 0; i < this.ptoCount && back < 1024; i++) back *= 2;
    if (host.inFlight === 0) {
      // section 6.2.2.1: the server may be waiting for our datagrams before it may send more
      this.probeSpace = host.spaces[Space.handshake] === null ? Space.initial : Space.handshake;
      return host.events.now + Math.min(this.ptoOf(this.probeSpace) * back, LONGEST);
    }
    let earliest = Infinity;
    host.spaces.forEach((space, i) => {
      if (space === null || space.inFlight === 0) return;
      if (i === Space.application && !host.isConfirmed) return;
      const at = space.lastElicitingAt + Math.min(this.ptoOf(i as Space) * back, LONGEST);
      if (at < earliest) {
        earliest = at;
        this.probeSpace = i as Space;
      }
    });
    return earliest;
  }

  /** Section A.9. */
  onTimer(): void {
    const { host } = this;
    let early: PacketSpace | null = null;
    for (const space of host.spaces) {
      if (space !== null && space.lossTime > 0 && (early === null || space.lossTime < early.lossTime)) early = space;
    }
    if (early !== null) {
      host.driver.begin(host.inFlight);
      this.detectLost(early);
      host.driver.end(early.board, host.inFlight, false, 0);
      early.sweep();
      return;
    }
    this.ptoTime();
    if (++this.ptoCount > host.config.maxPtos) {
      host.onGiveUp();
      return;
    }
    host.sendProbes(this.probeSpace);
  }
}
