/** `near`: outside the band, but by no more than the band's own width or 2 %. `no band`: shown, not judged. */
export type Verdict = 'inside' | 'near' | 'outside' | 'no band';

/** One number, or one list of events, beside the one that was published. */
export interface Row {
  /** What is compared, and under which conditions. */
  readonly what: string;
  /** The published value or band, as text. */
  readonly expected: string;
  readonly ours: string;
  readonly verdict: Verdict;
}

/** A piece of work that a worker can do alone. The rows are a function of the code: the same on every machine. */
export interface Check {
  readonly name: string;
  run(): Row[];
}

/** What one publication says, in checks. One file in `validation/groups/`, one line in its registry. */
export interface Group {
  readonly title: string;
  /** Publication, and where in test/reference it is. */
  readonly source: string;
  /** How the set-up and the tolerance were chosen: Markdown. */
  readonly method: string;
  readonly checks: readonly Check[];
}

/** A row passes unless its number lies outside. */
export function passes(row: Row): boolean {
  return row.verdict !== 'outside';
}

/** Where `value` lies with regard to [low, high], numbers that were rounded to `decimals` digits when they were printed. */
export function judge(value: number, low: number, high: number, decimals: number): Verdict {
  const rounding = 0.5 * 10 ** -decimals;
  const from = low - rounding;
  const to = high + rounding;
  if (value >= from && value <= to) return 'inside';
  const margin = Math.max(high - low, 0.02 * Math.max(Math.abs(low), Math.abs(high)));
  return value >= from - margin && value <= to + margin ? 'near' : 'outside';
}

/** Inside [low, high] or not at all: for tolerances that a publication or its table states. */
export function within(value: number, low: number, high: number): Verdict {
  return value >= low && value <= high ? 'inside' : 'outside';
}

/** A row whose tolerance is stated: `expected` is the published value, [low, high] what is accepted. */
export function boundRow(
  what: string,
  expected: string,
  value: number,
  low: number,
  high: number,
  decimals: number,
): Row {
  const band = `${low.toFixed(decimals)} … ${high.toFixed(decimals)}`;
  return {
    what,
    expected: expected === '' ? band : `${expected} (${band})`,
    ours: value.toFixed(decimals),
    verdict: within(value, low, high),
  };
}

/** The middle value; the mean of the two in the middle when their number is even. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
