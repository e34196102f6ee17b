import { percentile, sum } from '../stats/measures';
import type { AppMetric } from './app';

/** Numbers that an application has measured, summarised as mean and percentiles. */
export class Samples {
  private readonly values: number[] = [];

  /** `unit` of the metrics, of which a sample is `scale` times smaller. */
  constructor(
    private readonly unit: string,
    private readonly scale: number,
  ) {}

  add(value: number): void {
    this.values.push(value);
  }

  get count(): number {
    return this.values.length;
  }

  /** `name`Mean, `name`P50, `name`P95, `name`P99; nothing without samples. */
  metrics(name: string): AppMetric[] {
    const { unit, scale } = this;
    if (this.values.length === 0) return [];
    const sorted = [...this.values].sort((a, b) => a - b);
    return [
      { metric: `${name}Mean`, unit, value: sum(sorted) / sorted.length / scale },
      { metric: `${name}P50`, unit, value: percentile(sorted, 0.5) / scale },
      { metric: `${name}P95`, unit, value: percentile(sorted, 0.95) / scale },
      { metric: `${name}P99`, unit, value: percentile(sorted, 0.99) / scale },
    ];
  }
}

/** Durations in nanoseconds, summarised in seconds. */
export class Durations extends Samples {
  constructor() {
    super('s', 1e9);
  }
}
