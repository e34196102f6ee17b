import { estimateMean, symmetric, type Estimate } from './estimate';
import { varianceOf } from './moments';
import { studentQuantile } from './student';

/** When there are replications enough. */
export interface StoppingRule {
  /** Wanted half of the confidence interval: a part of the mean (0.02 is 2 %), or in the unit of the metric. */
  readonly halfWidth: { readonly relative: number } | { readonly absolute: number };
  /** Such as 0.95. */
  readonly confidence: number;
  /** Replications made in any case, at least 3: their scatter decides how many are needed. */
  readonly min: number;
  /** Never more replications than this. */
  readonly max: number;
}

/** What the replications so far say, and how many more to make before asking again; none when it is over. */
export interface Progress {
  readonly estimate: Estimate;
  /** The interval is as narrow as was wanted. */
  readonly reached: boolean;
  readonly more: number;
}

/**
 * Sequential stopping that keeps its confidence. Stopping as soon as Student's interval looks narrow enough picks the
 * moments at which the scatter is underestimated (Chow and Robbins 1965; at 95 % it covers some 92 %). Here the first
 * `min` replications alone judge the scatter, as in Stein's two-stage procedure ("A two-sample test for a linear
 * hypothesis whose power is independent of the variance", Ann. Math. Stat. 16, 1945): exact for normal replications,
 * because their mean does not depend on their scatter. Student's interval over all of them must be narrow enough as
 * well, which keeps the confidence with skewed ones. The estimate has the wider of both.
 * A function of the samples in the order of replications: asked again with the same, it answers the same.
 */
export function progressOf(samples: readonly number[], rule: StoppingRule): Progress {
  const { confidence, min, max, halfWidth: wanted } = rule;
  const n = samples.length;
  const all = estimateMean(samples, confidence);
  if (n < min) return { estimate: all, reached: false, more: Math.min(min, max) - n };
  const firstError = Math.sqrt(varianceOf(samples.slice(0, min)) / n);
  const halfWidth = Math.max(all.halfWidth, studentQuantile((1 + confidence) / 2, min - 1) * firstError);
  const estimate = symmetric(n, all.mean, halfWidth, confidence, 'two-stage');
  const target = 'relative' in wanted ? wanted.relative * Math.abs(all.mean) : wanted.absolute;
  if (halfWidth <= target) return { estimate, reached: true, more: 0 };
  // Half-widths shrink with the root of the number.
  const needed = Math.max(n + 1, Math.ceil(n * (halfWidth / target) ** 2));
  return { estimate, reached: false, more: Math.max(0, Math.min(needed, max) - n) };
}
