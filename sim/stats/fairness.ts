import { ln, pow } from '../core/maths';
import { jainIndex, sum } from './measures';

/*
 * Measures of what competitors get, beside Jain's index and the max-min share (`measures.ts`). Rates are in one unit
 * throughout a call.
 */

/**
 * Utility of alpha-fairness, sum of x^(1-alpha) / (1-alpha), or of ln x for alpha = 1. Its maximum is the largest total
 * (0), proportional fairness (1), minimum potential delay (2), and max-min fairness (towards infinity).
 * Mo and Walrand, IEEE/ACM ToN 2000. -Infinity when someone has nothing and alpha >= 1.
 */
export function alphaFairUtility(rates: readonly number[], alpha: number): number {
  if (alpha === 1) return sum(rates.map((x) => ln(x)));
  return sum(rates.map((x) => (x === 0 && alpha > 1 ? -Infinity : pow(x, 1 - alpha) / (1 - alpha))));
}

/**
 * The product of all rates over what it would be if the same total were shared equally: 1 is fair, 0 means that someone has
 * nothing. Mazumdar, Mason and Douligeris, IEEE Trans. Communications 1991 (the product); scaled to know no units.
 */
export function productIndex(rates: readonly number[]): number {
  const mean = sum(rates) / rates.length;
  return rates.reduce((product, x) => product * (x / mean), 1);
}

/**
 * The largest rate over the smallest: starvation is a ratio that no constant bounds. Infinity when someone has nothing.
 * Arun, Alizadeh and Balakrishnan, SIGCOMM 2022.
 */
export function starvationRatio(rates: readonly number[]): number {
  return Math.max(...rates) / Math.min(...rates);
}

/** One series per competitor, samples at equal intervals: the rate, or bytes, of each interval. */
export type RateSeries = readonly (readonly number[])[];

/**
 * Mean of Jain's index over consecutive windows of `width` samples; windows in which nobody had anything are left out. Flows
 * that take turns are fair at scales above their turn and unfair below. NaN without windows.
 * Jain's index by time scale: RFC 5166 section 2.3 (transient fairness).
 */
export function jainAtScale(series: RateSeries, width: number): number {
  const samples = Math.min(...series.map((s) => s.length));
  const indices: number[] = [];
  for (let from = 0; from + width <= samples; from += width) {
    const totals = series.map((s) => sum(s.slice(from, from + width)));
    if (sum(totals) > 0) indices.push(jainIndex(totals));
  }
  return sum(indices) / indices.length;
}

/**
 * Samples until every competitor has at least 1 - delta of an equal share in each of `hold` samples in a row; counted to the
 * first of them. Infinity if that does not happen. delta-fair convergence: Bansal et al., SIGCOMM 2001; RFC 5166 section 2.2.3.
 */
export function convergenceSamples(series: RateSeries, delta: number, hold = 1): number {
  const samples = Math.min(...series.map((s) => s.length));
  let inRow = 0;
  for (let i = 0; i < samples; i++) {
    const rates = series.map((s) => s[i]!);
    const equal = sum(rates) / rates.length;
    inRow = equal > 0 && Math.min(...rates) >= (1 - delta) * equal ? inRow + 1 : 0;
    if (inRow === hold) return i - hold + 1;
  }
  return Infinity;
}

/**
 * Smoothness of a rate: standard deviation over mean of its samples, 0 when constant.
 * Floyd, Handley, Padhye and Widmer, SIGCOMM 2000, section 4.1.2; RFC 5166 section 2.2.2.
 */
export function coefficientOfVariation(samples: readonly number[]): number {
  const mean = sum(samples) / samples.length;
  return Math.sqrt(sum(samples.map((x) => (x - mean) * (x - mean))) / samples.length) / mean;
}

/** Kleinrock's power of a link or path: throughput^exponent over delay. Kleinrock 1979; RFC 5166 section 2.1. */
export function power(throughput: number, delay: number, exponent = 1): number {
  return pow(throughput, exponent) / delay;
}
