import type { Nanos } from '../core/event-queue';
import { Histogram } from '../stats/histogram';
import type { AppMetric } from './app';

/** Sequence numbers remembered: one that comes later than this many others counts as lost. */
const WINDOW = 4096;
/** RFC 3550 section 6.4.1: the gain of the jitter estimate. */
const JITTER_GAIN = 1 / 16;

/** What the receiver of a stream of numbered, time-stamped datagrams can say about it (docs/models/traffic.md). */
export class DatagramMeter {
  /** Datagrams that count: sent after the warm-up; and those of them that arrived, each once. */
  sent = 0;
  received = 0;
  duplicates = 0;
  reordered = 0;
  private first = 0;
  private highest = -1;
  private readonly delays = new Histogram();
  private readonly seen = new Float64Array(WINDOW).fill(-1);
  private transit: Nanos = -1;
  private jitterNow = 0;
  private jitterSum = 0;

  constructor(private readonly warmup: Nanos) {}

  /** Interarrival jitter as the receiver would report it now, ns (RFC 3550 section 6.4.1). */
  get jitter(): Nanos {
    return this.jitterNow;
  }

  /** The sender sends number `seq`, numbered from 0. */
  onSent(seq: number, now: Nanos): void {
    if (now < this.warmup) this.first = seq + 1;
    else this.sent++;
  }

  /** Number `seq` arrives that was sent at `sentAt`. False if it was there already, or is too old to tell. */
  onArrival(seq: number, sentAt: Nanos, now: Nanos): boolean {
    const slot = seq & (WINDOW - 1);
    if (this.seen[slot]! >= seq) {
      this.duplicates++;
      return false;
    }
    this.seen[slot] = seq;
    const delay = now - sentAt;
    this.updateJitter(delay);
    if (seq > this.highest) this.highest = seq;
    else if (seq >= this.first) this.reordered++;
    if (seq < this.first) return true;
    this.received++;
    this.delays.add(delay);
    this.jitterSum += this.jitterNow;
    return true;
  }

  /** `loss` is that of RFC 3550 appendix A.3: of all up to the highest number seen, what is missing; 1 if nothing came. */
  metrics(): AppMetric[] {
    const { delays } = this;
    const expected = this.highest >= this.first ? this.highest - this.first + 1 : this.sent;
    const rows: AppMetric[] = [
      { metric: 'datagramsSent', unit: '', value: this.sent },
      { metric: 'loss', unit: '', value: expected === 0 ? 0 : (expected - this.received) / expected },
      { metric: 'reordered', unit: '', value: this.received === 0 ? 0 : this.reordered / this.received },
      { metric: 'duplicates', unit: '', value: this.duplicates },
    ];
    if (delays.count === 0) return rows;
    for (const [name, value] of [
      ['Mean', delays.mean],
      ['P50', delays.percentile(0.5)],
      ['P95', delays.percentile(0.95)],
      ['P99', delays.percentile(0.99)],
    ] as const) {
      rows.push({ metric: `oneWayDelay${name}`, unit: 's', value: value / 1e9 });
    }
    rows.push({ metric: 'jitter', unit: 's', value: this.jitterSum / this.received / 1e9 });
    return rows;
  }

  private updateJitter(transit: Nanos): void {
    if (this.transit >= 0) {
      const difference = transit > this.transit ? transit - this.transit : this.transit - transit;
      this.jitterNow += (difference - this.jitterNow) * JITTER_GAIN;
    }
    this.transit = transit;
  }
}
