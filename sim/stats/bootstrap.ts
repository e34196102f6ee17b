import { RandomStream } from '../core/random';
import type { Estimate } from './estimate';
import { jainIndex, percentile } from './measures';
import { meanOf } from './moments';
import { normalProbability, normalQuantile } from './normal';
import { studentQuantile } from './student';

export interface BootstrapOptions {
  /** Confidence; 0.95 by default. */
  readonly level?: number;
  /** Resamples; 2000 by default (Efron and Tibshirani 1993, section 19.3). */
  readonly resamples?: number;
  /**
   * Widens the interval as far as Student's is wider than the normal one, which the bootstrap lacks with few samples:
   * Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69 (2015), section 4.3.
   * On by default; off gives BCa as first published.
   */
  readonly expanded?: boolean;
}

/** Resampling has its own random numbers, the same every time: an interval is a function of the samples. */
const SEED = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;

/**
 * Bootstrap interval of any statistic of independent samples, bias-corrected and accelerated (BCa): Efron, "Better
 * bootstrap confidence intervals", JASA 82 (1987). A sample is one replication: a number, or all numbers of it that the
 * statistic needs together. The statistic must not keep or change the array that it is given.
 * Without scatter the interval is the point; with fewer than two samples it is unbounded.
 */
export function bcaInterval<T>(
  samples: readonly T[],
  statistic: (samples: readonly T[]) => number,
  { level = 0.95, resamples = 2000, expanded = true }: BootstrapOptions = {},
): Estimate {
  const n = samples.length;
  const mean = statistic(samples);
  if (n < 2) return { n, mean, low: -Infinity, high: Infinity, halfWidth: Infinity, level, method: 'bca' };
  const replicates = resampled(samples, statistic, resamples);
  const acceleration = accelerationOf(samples, statistic);
  const bias = normalQuantile(shareBelow(replicates, mean));
  const reach = expanded
    ? Math.sqrt(n / (n - 1)) * studentQuantile((1 + level) / 2, n - 1)
    : normalQuantile((1 + level) / 2);
  const end = (z: number): number => {
    const shifted = bias + z;
    const adjusted = bias + shifted / (1 - acceleration * shifted);
    return percentile(replicates, normalProbability(adjusted));
  };
  const [low, high] = Number.isFinite(bias) ? [end(-reach), end(reach)] : [mean, mean];
  return { n, mean, low, high, halfWidth: Math.max(mean - low, high - mean), level, method: 'bca' };
}

/** BCa interval of a mean. */
export function bcaMean(samples: readonly number[], options?: BootstrapOptions): Estimate {
  return bcaInterval(samples, meanOf, options);
}

/** BCa interval of E[a] / E[b] over replications that yield both. Throws `RangeError` when the lengths differ. */
export function bcaRatio(a: readonly number[], b: readonly number[], options?: BootstrapOptions): Estimate {
  if (a.length !== b.length) throw new RangeError(`paired samples of different length: ${a.length} and ${b.length}`);
  const pairs = a.map((x, i) => [x, b[i]!] as const);
  return bcaInterval(pairs, ratioOf, options);
}

/** BCa interval of the value below which a fraction (0 to 1) of the samples lies: see `percentile`. */
export function bcaPercentile(samples: readonly number[], fraction: number, options?: BootstrapOptions): Estimate {
  if (!(fraction >= 0 && fraction <= 1)) throw new RangeError(`fraction ${fraction} is not within 0 and 1`);
  const sorted = Float64Array.from(samples).sort();
  const counts = new Int32Array(sorted.length);
  // A resample in terms of ranks needs counting, but no sorting.
  const ofRanks = (ranks: readonly number[]): number => {
    counts.fill(0);
    for (const rank of ranks) counts[rank]!++;
    const at = (ranks.length - 1) * fraction;
    const below = Math.floor(at);
    const low = rankAt(counts, below);
    if (at === below) return sorted[low]!;
    const high = rankAt(counts, below + 1);
    return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - below);
  };
  return bcaInterval([...sorted.keys()], ofRanks, options);
}

/** BCa interval of Jain's index of the flows' mean rates; a sample has the rates of all flows in one replication. */
export function bcaJain(rates: readonly (readonly number[])[], options?: BootstrapOptions): Estimate {
  return bcaInterval(rates, (runs) => jainIndex(totals(runs)), options);
}

/** The rank that stands at `index` when `counts[rank]` of each are put in order. */
function rankAt(counts: Int32Array, index: number): number {
  let rank = 0;
  for (let left = index - counts[0]!; left >= 0; left -= counts[rank]!) rank++;
  return rank;
}

function ratioOf(pairs: readonly (readonly [number, number])[]): number {
  let [a, b] = [0, 0];
  for (const pair of pairs) {
    a += pair[0];
    b += pair[1];
  }
  return a / b;
}

function totals(runs: readonly (readonly number[])[]): number[] {
  return runs[0]!.map((_, flow) => runs.reduce((total, run) => total + run[flow]!, 0));
}

/** The statistic of each resample, in ascending order. */
function resampled<T>(
  samples: readonly T[],
  statistic: (samples: readonly T[]) => number,
  resamples: number,
): Float64Array {
  const n = samples.length;
  const random = new RandomStream(SEED, 'bootstrap');
  const resample = [...samples];
  const replicates = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    for (let i = 0; i < n; i++) resample[i] = samples[Math.floor(((random.word() >>> 0) / 4294967296) * n)]!;
    replicates[r] = statistic(resample);
  }
  return replicates.sort();
}

/** Share of the replicates below a value; those equal to it count half. */
function shareBelow(sorted: Float64Array, value: number): number {
  // Sums in another order differ in their last digits.
  const close = 1e-12 * Math.max(Math.abs(sorted[0]!), Math.abs(sorted[sorted.length - 1]!));
  let below = 0;
  for (const replicate of sorted) {
    if (replicate < value - close) below++;
    else if (replicate <= value + close) below += 0.5;
    else break;
  }
  return below / sorted.length;
}

/** Skewness of the jackknife influence values over 6: Efron 1987, equation 6.6. */
function accelerationOf<T>(samples: readonly T[], statistic: (samples: readonly T[]) => number): number {
  const left = samples.map((_, i) => statistic(samples.filter((_, j) => j !== i)));
  const mean = meanOf(left);
  let [squares, cubes] = [0, 0];
  for (const x of left) {
    squares += (mean - x) ** 2;
    cubes += (mean - x) ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
