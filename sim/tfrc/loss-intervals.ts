/** Weights of the eight latest loss intervals (RFC 5348 section 5.4). */
const WEIGHTS = [1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2] as const;
const MOST = WEIGHTS.length;
/** The least weight that discounting leaves to old intervals (RFC 5348 section 5.5). */
const THRESHOLD = 0.25;

/** Loss intervals in packets, latest first, and the loss event rate that they give (RFC 5348 sections 5.4 and 5.5). */
export class LossIntervals {
  private readonly lengths: number[] = [];
  /** Discount factors DF_i of the closed intervals. */
  private readonly discounts: number[] = [];

  constructor(private readonly discounting: boolean) {}

  get count(): number {
    return this.lengths.length;
  }

  /** A loss event ends an interval of this length; `open` was the length of the open interval just before. */
  close(length: number, open: number): void {
    const discount = this.discount(open);
    for (let i = 0; i < this.discounts.length; i++) this.discounts[i]! *= discount;
    this.lengths.unshift(length);
    this.discounts.unshift(1);
    if (this.lengths.length > MOST) {
      this.lengths.pop();
      this.discounts.pop();
    }
  }

  /** The loss event rate, when `open` packets have come since the last event began; 0 before the first event. */
  rate(open: number): number {
    if (this.lengths.length === 0) return 0;
    const discount = this.discount(open);
    let length = open * WEIGHTS[0];
    let weight: number = WEIGHTS[0];
    for (let i = 0; i < this.lengths.length && i + 1 < MOST; i++) {
      const w = WEIGHTS[i + 1]! * this.discounts[i]! * discount;
      length += this.lengths[i]! * w;
      weight += w;
    }
    return 1 / Math.max(length / weight, this.closedMean());
  }

  /** General discount factor DF: below 1 when the open interval is more than twice the mean. */
  private discount(open: number): number {
    if (!this.discounting || this.lengths.length === 0) return 1;
    const mean = this.closedMean();
    return open > 2 * mean ? Math.max((2 * mean) / open, THRESHOLD) : 1;
  }

  private closedMean(): number {
    let length = 0;
    let weight = 0;
    for (let i = 0; i < this.lengths.length; i++) {
      const w = WEIGHTS[i]! * this.discounts[i]!;
      length += this.lengths[i]! * w;
      weight += w;
    }
    return length / weight;
  }
}
