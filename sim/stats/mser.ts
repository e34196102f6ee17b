import { meansOfBatches } from './batch-means';

/** Where a series has warmed up. */
export interface Truncation {
  /** Observations to leave out at the beginning. */
  readonly at: number;
  /** Mean of those that stay. */
  readonly mean: number;
  /** False when the best place is at the end of the search: the series may still be warming up, and must be longer. */
  readonly found: boolean;
}

/**
 * Length of the warm-up by the marginal standard error rule on means of five observations (MSER-5): leave out as many as
 * make the half-width of an interval around the mean of the rest, if they were independent, least. White, Cobb and
 * Spratt, "A comparison of five steady-state truncation heuristics for simulation", WSC 2000; looked for in the first
 * half only, as they advise. Throws `RangeError` with fewer than four batches.
 */
export function mser5(series: readonly number[], batchSize = 5): Truncation {
  const means = meansOfBatches(series, batchSize);
  const n = means.length;
  if (n < 4) throw new RangeError(`${series.length} observations are too few to find a warm-up`);
  const last = Math.floor(n / 2);
  // Offsetting by the mean keeps sums of squares exact enough.
  const offset = means.reduce((total, x) => total + x, 0) / n;
  let [total, squares, count] = [0, 0, 0];
  let best = { d: 0, error: Infinity, mean: NaN };
  for (let d = n - 1; d >= 0; d--) {
    const x = means[d]! - offset;
    total += x;
    squares += x * x;
    count++;
    if (d > last) continue;
    const error = (squares - (total * total) / count) / (count * count);
    // Among equals, the one that leaves out least.
    if (error <= best.error) best = { d, error, mean: offset + total / count };
  }
  return { at: best.d * batchSize, mean: best.mean, found: best.d < last };
}

/** Mean over replications of each observation, as long as the shortest: Welch's first step. Values that are none are left out. */
export function averageOf(replications: readonly (readonly number[])[]): number[] {
  const length = Math.min(...replications.map((values) => values.length));
  return Array.from({ length }, (_, i) => {
    const known = replications.map((values) => values[i]!).filter((value) => Number.isFinite(value));
    return known.length === 0 ? 0 : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** Mean of the first k observations, for each k: what a reader sees settle. */
export function runningMean(series: readonly number[]): number[] {
  let total = 0;
  return series.map((x, i) => (total += x) / (i + 1));
}
