import type { Nanos } from '../core/event-queue';
import { LossIntervals } from './loss-intervals';

/** Packets after a missing one by which it is lost (RFC 5348 section 5.1). */
const NDUPACK = 3;

/** Sequence numbers that are missing, and the arrivals around them. */
interface Hole {
  first: number;
  last: number;
  readonly before: number;
  readonly beforeAt: Nanos;
  readonly after: number;
  readonly afterAt: Nanos;
  /** Arrivals beyond it. */
  beyond: number;
}

/** What a TFRC receiver knows of losses: which packets are lost, and which losses are one event (RFC 5348 section 5). */
export class LossHistory {
  readonly intervals: LossIntervals;
  private highest = -1;
  private highestAt: Nanos = 0;
  private readonly holes: Hole[] = [];
  /** First sequence number of the latest loss event, and when it is taken to have been lost. */
  private eventSeq = -1;
  private eventAt: Nanos = -Infinity;

  /** `firstInterval` gives the interval that is to stand before the first loss event (RFC 5348 section 6.3.1). */
  constructor(
    discounting: boolean,
    private readonly firstInterval: () => number,
  ) {
    this.intervals = new LossIntervals(discounting);
  }

  /** The loss event rate p. */
  get rate(): number {
    return this.intervals.rate(this.highest - this.eventSeq + 1);
  }

  /** Packet `seq` has arrived. True if that showed a new loss event; `rtt` is what the sender says. */
  onArrival(seq: number, now: Nanos, rtt: Nanos, marked: boolean): boolean {
    let isNew = false;
    if (seq > this.highest) {
      if (seq > this.highest + 1) this.addHole(seq, now);
      this.highest = seq;
      this.highestAt = now;
    } else this.fill(seq);
    for (const hole of this.holes) if (seq > hole.last) hole.beyond++;
    while (this.holes.length > 0 && this.holes[0]!.beyond >= NDUPACK) {
      if (this.lose(this.holes.shift()!, rtt)) isNew = true;
    }
    if (marked && this.event(seq, now, rtt)) isNew = true;
    return isNew;
  }

  private addHole(seq: number, now: Nanos): void {
    this.holes.push({
      first: this.highest + 1,
      last: seq - 1,
      before: this.highest,
      beforeAt: this.highestAt,
      after: seq,
      afterAt: now,
      beyond: 0,
    });
  }

  /** A late packet is not lost after all; one already taken for lost stays so. */
  private fill(seq: number): void {
    const at = this.holes.findIndex(({ first, last }) => first <= seq && seq <= last);
    const hole = this.holes[at];
    if (hole === undefined) return;
    const rest = { ...hole, first: seq + 1 };
    hole.last = seq - 1;
    this.holes.splice(at, 1, ...[hole, rest].filter(({ first, last }) => first <= last));
  }

  private lose(hole: Hole, rtt: Nanos): boolean {
    let isNew = false;
    const { before, beforeAt, after, afterAt } = hole;
    for (let seq = hole.first; seq <= hole.last; seq++) {
      // RFC 5348 section 5.2: when it would have arrived
      const at = beforeAt + ((afterAt - beforeAt) * (seq - before)) / (after - before);
      if (this.event(seq, at, rtt)) isNew = true;
    }
    return isNew;
  }

  /** A congestion indication: a new event if a round trip has passed since the last one began. */
  private event(seq: number, at: Nanos, rtt: Nanos): boolean {
    if (at <= this.eventAt + rtt) return false;
    const open = this.highest - this.eventSeq + 1;
    this.intervals.close(this.eventSeq < 0 ? this.firstInterval() : seq - this.eventSeq, this.eventSeq < 0 ? 0 : open);
    this.eventSeq = seq;
    this.eventAt = at;
    return true;
  }
}
