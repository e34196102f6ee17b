import { estimateMean, type Estimate } from './estimate';
import { meanOf } from './moments';
import { normalProbability } from './normal';

/** A mean of one long run, and whether its batches are long enough to count as independent. */
export interface BatchMeans extends Estimate {
  /** Observations per batch. */
  readonly batchSize: number;
  /** p-value of von Neumann's test that batch means are uncorrelated: below 0.05 the run is too short to trust. */
  readonly independence: number;
}

/**
 * Mean of a stationary, correlated series by non-overlapping batch means: Law, Simulation Modeling and Analysis (5th
 * ed.), section 9.5.3. 20 batches by default: more gain little, and shorter ones stay correlated (Schmeiser, "Batch size
 * effects in the analysis of simulation output", Operations Research 30, 1982: 10 to 30). The first observations that do
 * not fill a batch are left out: they are the closest to the warm-up.
 * Throws `RangeError` with fewer than two observations per batch.
 */
export function batchMeans(series: readonly number[], batches = 20, level = 0.95): BatchMeans {
  const batchSize = Math.floor(series.length / batches);
  if (batchSize < 2) throw new RangeError(`${series.length} observations are too few for ${batches} batches`);
  const means = meansOfBatches(series, batchSize, series.length - batches * batchSize);
  return {
    ...estimateMean(means, level),
    method: 'batch-means',
    batchSize,
    independence: vonNeumannTest(means),
  };
}

/** Means of successive batches from index `from` on; what does not fill a batch at the end is left out. */
export function meansOfBatches(series: readonly number[], batchSize: number, from = 0): number[] {
  const batches = Math.floor((series.length - from) / batchSize);
  return Array.from({ length: batches }, (_, b) => {
    let total = 0;
    for (let i = 0; i < batchSize; i++) total += series[from + b * batchSize + i]!;
    return total / batchSize;
  });
}

/**
 * Two-sided p-value of von Neumann's ratio of the mean square successive difference to the variance, against no
 * correlation between neighbours: Fishman, "Grouping observations in digital simulation", Management Science 24 (1978).
 * 1 when all values are equal. Needs at least three values.
 */
export function vonNeumannTest(values: readonly number[]): number {
  const n = values.length;
  const mean = meanOf(values);
  let [squares, steps] = [0, 0];
  for (let i = 0; i < n; i++) {
    squares += (values[i]! - mean) ** 2;
    if (i > 0) steps += (values[i]! - values[i - 1]!) ** 2;
  }
  if (squares === 0) return 1;
  const z = (1 - steps / (2 * squares)) * Math.sqrt((n * n - 1) / (n - 2));
  return 2 * normalProbability(-Math.abs(z));
}
