import { estimateMean, pairedDifference, welchDifference, type Difference, type Estimate } from './estimate';
import { holmAdjusted } from './holm';
import { varianceOf } from './moments';
import { detectableDifference, replicationsNeeded, USUAL_POWER } from './power';
import type { Factors, Observation } from './table';

export interface CompareOptions {
  /** Replication i of both used the same random numbers. */
  readonly paired: boolean;
  /** Confidence; 0.95 by default. */
  readonly level?: number;
  /** Probability with which the numbers of replications that are advised find a difference; 0.8 by default. */
  readonly power?: number;
}

/** One metric of one flow at one point, in two variants. */
export interface Comparison {
  readonly factors: Factors;
  readonly flow: string;
  readonly metric: string;
  readonly unit: string;
  readonly a: Estimate;
  readonly b: Estimate;
  /** B minus A, over the replications that both have. */
  readonly difference: Difference;
  /** The difference and half of its interval as parts of the mean of A; NaN when that is zero. */
  readonly relative: { readonly mean: number; readonly halfWidth: number };
  /**
   * Probability that B really differs from A in the direction seen: 1 - p/2, the posterior of a normal difference with the
   * reference prior (Student's distribution around it). 0.5 says nothing, 1 is sure.
   */
  readonly probability: number;
  /** p-value after Holm's correction for all comparisons made together. */
  readonly adjusted: number;
  readonly verdict: Verdict;
  /** Replications that would find a difference as large as this one; Infinity when there is none. */
  readonly needed: number;
  /** The least difference that this many replications can be expected to find, in the unit of the metric. */
  readonly detectable: number;
}

/** `identical`: the same number in every replication. `unknown`: fewer than two replications. */
export type Verdict = 'higher' | 'lower' | 'not told apart' | 'identical' | 'unknown';

/**
 * Compares every metric of every flow that both variants have at the same factors, in the order of A. Replications are
 * matched by number when paired; values that are no numbers are left out.
 */
export function compareObservations(
  a: readonly Observation[],
  b: readonly Observation[],
  options: CompareOptions,
): Comparison[] {
  const cellsOfB = cellsOf(b);
  const pairs = [...cellsOf(a)].flatMap(([key, cell]) => {
    const other = cellsOfB.get(key);
    return other === undefined ? [] : [[cell, other] as const];
  });
  const found = pairs.flatMap(([of, to]) => compareCells(of, to, options));
  const adjusted = holmAdjusted(found.map(({ difference }) => difference.pValue));
  return found.map((comparison, i) => ({ ...comparison, adjusted: adjusted[i]! }));
}

function compareCells(
  a: readonly Observation[],
  b: readonly Observation[],
  { paired, level = 0.95, power = USUAL_POWER }: CompareOptions,
): Omit<Comparison, 'adjusted'>[] {
  const [xs, ys] = paired ? matched(a, b) : [a.map(({ value }) => value), b.map(({ value }) => value)];
  if (xs.length === 0 || ys.length === 0) return [];
  const { factors, flow, metric, unit } = a[0]!;
  const difference = paired ? pairedDifference(ys, xs, level) : welchDifference(ys, xs, level);
  // Unpaired, the difference of one replication of each has the variance of both together.
  const deviation = Math.sqrt(paired ? varianceOf(ys.map((y, i) => y - xs[i]!)) : varianceOf(xs) + varianceOf(ys));
  const base = Math.abs(estimateMean(xs, level).mean);
  const { n, mean, halfWidth } = difference;
  return [
    {
      factors,
      flow,
      metric,
      unit,
      a: estimateMean(xs, level),
      b: estimateMean(ys, level),
      difference,
      relative: base > 0 ? { mean: mean / base, halfWidth: halfWidth / base } : { mean: NaN, halfWidth: NaN },
      probability: 1 - difference.pValue / 2,
      verdict: verdictOf(difference),
      needed: n < 2 ? NaN : replicationsNeeded(mean, deviation, level, power),
      detectable: detectableDifference(n, deviation, level, power),
    },
  ];
}

function verdictOf({ n, mean, halfWidth, pValue, level }: Difference): Verdict {
  if (n < 2) return 'unknown';
  if (mean === 0 && halfWidth === 0) return 'identical';
  if (pValue >= 1 - level) return 'not told apart';
  return mean > 0 ? 'higher' : 'lower';
}

function cellsOf(observations: readonly Observation[]): Map<string, Observation[]> {
  const cells = new Map<string, Observation[]>();
  for (const row of observations) {
    if (!Number.isFinite(row.value)) continue;
    // Numbers that were read from a file may be texts elsewhere.
    const at = Object.entries(row.factors).map(([name, value]) => [name, String(value)]);
    const key = JSON.stringify([at, row.flow, row.metric]);
    const cell = cells.get(key);
    if (cell) cell.push(row);
    else cells.set(key, [row]);
  }
  return cells;
}

/** Values of the replications that both have. */
function matched(a: readonly Observation[], b: readonly Observation[]): [number[], number[]] {
  const values = new Map(b.map(({ replication, value }) => [replication, value]));
  const common = a.filter(({ replication }) => values.has(replication));
  return [common.map(({ value }) => value), common.map(({ replication }) => values.get(replication)!)];
}

/** Splits observations by the value of a factor, which is then no factor of theirs any more. */
export function splitByFactor(observations: readonly Observation[], name: string): Map<string, Observation[]> {
  const parts = new Map<string, Observation[]>();
  for (const row of observations) {
    const { [name]: value, ...factors } = row.factors;
    if (value === undefined) continue;
    const part = parts.get(String(value));
    if (part) part.push({ ...row, factors });
    else parts.set(String(value), [{ ...row, factors }]);
  }
  return parts;
}
