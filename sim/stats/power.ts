import { noncentralStudent, studentQuantile } from './student';

/** Power of planning unless told otherwise: Cohen, Statistical Power Analysis (1988), section 2.4. */
export const USUAL_POWER = 0.8;

/** More than anyone will make; the search ends there. */
const MOST = 1e7;

/**
 * Probability that a two-sided paired t test over n replications finds a difference of `effect` standard deviations of
 * the paired differences: from the noncentral t distribution.
 */
export function powerOfPairs(n: number, effect: number, level = 0.95): number {
  const size = Math.abs(effect) * Math.sqrt(n);
  const critical = studentQuantile((1 + level) / 2, n - 1);
  // Past this, jstat's series loses its digits, and the answer is plain.
  if (size - critical > 8) return 1;
  return 1 - noncentralStudent(critical, n - 1, size) + noncentralStudent(-critical, n - 1, size);
}

/**
 * Replications that a paired comparison needs to find a difference with probability `power`; `deviation` is that of the
 * paired differences. Infinity when the difference is nothing or needs more than ten million.
 */
export function replicationsNeeded(difference: number, deviation: number, level = 0.95, power = USUAL_POWER): number {
  if (difference === 0) return Infinity;
  const effect = Math.abs(difference) / deviation;
  let [low, high] = [1, 2];
  while (powerOfPairs(high, effect, level) < power) {
    [low, high] = [high, 2 * high];
    if (high > MOST) return Infinity;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (powerOfPairs(middle, effect, level) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** The least difference that n replications find with probability `power`, in the unit of `deviation`. */
export function detectableDifference(n: number, deviation: number, level = 0.95, power = USUAL_POWER): number {
  if (n < 2) return Infinity;
  let [low, high] = [0, 1];
  while (powerOfPairs(n, high, level) < power) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (powerOfPairs(n, middle, level) < power) low = middle;
    else high = middle;
  }
  return high * deviation;
}
