import { meanOf, varianceOf } from './moments';
import { studentQuantile, studentTwoSided } from './student';

/** How an interval was made; `METHOD_NAMES` has the names for readers. */
export type IntervalMethod = 'student' | 'bca' | 'batch-means' | 'two-stage' | 'welch';

/** What a reader is told of an interval. */
export const METHOD_NAMES: Readonly<Record<IntervalMethod, string>> = {
  student: 'Student t',
  bca: 'bootstrap BCa',
  'batch-means': 'batch means',
  'two-stage': 'two-stage sampling',
  welch: 'Welch t',
};

/** What independent samples say about a mean (or what takes its place), and how far that may be off. */
export interface Estimate {
  /** Samples: replications, or batches of one long run. */
  readonly n: number;
  readonly mean: number;
  /** Ends of the confidence interval; infinite with fewer than two samples. */
  readonly low: number;
  readonly high: number;
  /** Distance from the mean to the end that is further away; the same for both unless the method is BCa. */
  readonly halfWidth: number;
  /** Confidence, such as 0.95. */
  readonly level: number;
  readonly method: IntervalMethod;
}

/** An estimate with the interval mean ± halfWidth. */
export function symmetric(
  n: number,
  mean: number,
  halfWidth: number,
  level: number,
  method: IntervalMethod = 'student',
): Estimate {
  return { n, mean, low: mean - halfWidth, high: mean + halfWidth, halfWidth, level, method };
}

/** An estimate of a difference, with the probability of one at least as large if there were none (two-sided t test). */
export interface Difference extends Estimate {
  readonly pValue: number;
}

/**
 * Mean of independent, identically distributed replications with Student's interval, mean ± t(n-1) s / sqrt(n).
 * Law, Simulation Modeling and Analysis (5th ed.), section 4.5. Also for Jain's index, shares and percentiles when each
 * replication yields one value: the interval is then that of its expectation over replications.
 */
export function estimateMean(samples: readonly number[], level = 0.95): Estimate {
  const n = samples.length;
  const mean = meanOf(samples);
  if (n < 2) return symmetric(n, mean, Infinity, level);
  const standardError = Math.sqrt(varianceOf(samples) / n);
  return symmetric(n, mean, studentQuantile((1 + level) / 2, n - 1) * standardError, level);
}

/**
 * Mean of a - b where replication i of both used the same random numbers: the paired-t interval of Law, section 10.2.1.
 * Throws `RangeError` when the lengths differ.
 */
export function pairedDifference(a: readonly number[], b: readonly number[], level = 0.95): Difference {
  requirePairs(a, b);
  const estimate = estimateMean(
    a.map((x, i) => x - b[i]!),
    level,
  );
  const { n, mean, halfWidth } = estimate;
  if (n < 2) return { ...estimate, pValue: NaN };
  const standardError = halfWidth / studentQuantile((1 + level) / 2, n - 1);
  // Equal in every replication: no difference (p = 1), or one without any scatter (p = 0).
  const pValue = standardError > 0 ? studentTwoSided(mean / standardError, n - 1) : mean === 0 ? 1 : 0;
  return { ...estimate, pValue };
}

/**
 * Mean of a minus mean of b, of replications that have nothing to do with each other: Welch's interval and test, "The
 * generalization of Student's problem when several different population variances are involved", Biometrika 34 (1947).
 * `n` is the smaller number.
 */
export function welchDifference(a: readonly number[], b: readonly number[], level = 0.95): Difference {
  const n = Math.min(a.length, b.length);
  const mean = meanOf(a) - meanOf(b);
  if (n < 2) return { ...symmetric(n, mean, Infinity, level, 'welch'), pValue: NaN };
  const [va, vb] = [varianceOf(a) / a.length, varianceOf(b) / b.length];
  const squares = va + vb;
  if (squares === 0) return { ...symmetric(n, mean, 0, level, 'welch'), pValue: mean === 0 ? 1 : 0 };
  const degrees = squares ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
  const error = Math.sqrt(squares);
  const halfWidth = studentQuantile((1 + level) / 2, degrees) * error;
  return { ...symmetric(n, mean, halfWidth, level, 'welch'), pValue: studentTwoSided(mean / error, degrees) };
}

function requirePairs(a: readonly number[], b: readonly number[]): void {
  if (a.length !== b.length) throw new RangeError(`paired samples of different length: ${a.length} and ${b.length}`);
}
