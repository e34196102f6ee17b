import type { AppMetric } from './app';

/** Durations measured by an application, summarised as mean and percentiles in seconds. */
export class Durations {
  private readonly values: number[] = [];

  add(nanoseconds: number): void {
    this.values.push(nanoseconds);
  }

  get count(): number {
    return this.values.length;
  }

  /** `name`Mean, `name`P50, `name`P95, `name`P99; nothing without samples. */
  metrics(name: string): AppMetric[] {
    if (this.values.length === 0) return [];
    const sorted = [...this.values].sort((a, b) => a - b);
    const mean = sorted.reduce((sum, v) => sum + v, 0) / sorted.length;
    const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;
    return [
      { metric: `${name}Mean`, unit: 's', value: mean / 1e9 },
      { metric: `${name}P50`, unit: 's', value: at(0.5) / 1e9 },
      { metric: `${name}P95`, unit: 's', value: at(0.95) / 1e9 },
      { metric: `${name}P99`, unit: 's', value: at(0.99) / 1e9 },
    ];
  }
}
