import type { Estimate } from '../sim/stats/estimate';
import type { Factors, Summary } from '../sim/stats/table';
import { ChartError, matches, type ChartTables } from './chart';
import { words } from './format';
import type { Range } from './grammar';
import { styleOf, type Style } from './theme';

/** Rows that belong together in a chart, and how they look. */
export interface Variant<Row> {
  readonly label: string;
  readonly style: Style;
  readonly rows: readonly Row[];
}

/**
 * Splits rows by flow and by every factor of the study that is not in `used`. The factor `colour` gives colour and marker
 * (without it: the flow, or else the slowest of those factors); the rest give dash and filling.
 */
export function variantsOf<Row extends { readonly factors: Factors; readonly flow: string }>(
  tables: ChartTables,
  rows: readonly Row[],
  used: readonly string[],
  colour = '',
): Variant<Row>[] {
  if (colour !== '') requireFactors(tables, [colour]);
  const free = tables.factors.filter(({ name, values }) => !used.includes(name) && values.length > 1);
  const flows = new Set(rows.map(({ flow }) => flow));
  const families = new Map<string, Map<string, Row[]>>();
  for (const row of rows) {
    const parts = free.filter(({ name }) => name !== colour).map(({ name }) => valueText(name, row.factors[name]!));
    if (flows.size > 1) parts.unshift(row.flow);
    if (colour !== '') parts.unshift(valueText(colour, row.factors[colour]!));
    const family = entry(families, parts[0] ?? '', () => new Map<string, Row[]>());
    entry(family, parts.slice(1).join(', '), () => []).push(row);
  }
  const minors = [...new Set([...families.values()].flatMap((family) => [...family.keys()]))];
  return [...families].flatMap(([major, family], i) =>
    [...family].map(([minor, members]) => ({
      label: [major, minor].filter((part) => part !== '').join(', ') || rows[0]!.flow,
      style: styleOf(i, minors.length > 1 ? minors.indexOf(minor) : i),
      rows: members,
    })),
  );
}

/** One variant of a metric along a swept factor. */
export interface Line {
  readonly label: string;
  readonly style: Style;
  /** `x` counts along the values of the factor; a point that has no result is missing. */
  readonly points: readonly { readonly x: number; readonly estimate: Estimate }[];
}

export interface Lines {
  /** The values of the x factor. */
  readonly xs: readonly (string | number)[];
  readonly lines: readonly Line[];
  readonly unit: string;
}

/** What a chart of estimates is asked to show. */
export interface Selection {
  readonly metric: string;
  readonly flows: readonly string[];
  readonly x: string;
  readonly at: Factors;
  readonly colour?: string;
}

/** The estimates of a metric of some flows against factor `x`, at the points that match `at`. */
export function selectLines(tables: ChartTables, { metric, flows, x, at, colour }: Selection): Lines {
  if (x === '') throw new ChartError('x: the factor on the x axis is missing');
  requireFactors(tables, [x, ...Object.keys(at)]);
  const rows = selectRows(tables.summaries, metric, flows, at);
  const values = tables.factors.find(({ name }) => name === x)!.values;
  const xs = values.filter((value) => rows.some((row) => row.factors[x] === value));
  const lines = variantsOf(tables, rows, [x, ...Object.keys(at)], colour).map(({ label, style, rows: members }) => ({
    label,
    style,
    points: members
      .map((row) => ({ x: xs.indexOf(row.factors[x]!), estimate: row.estimate }))
      .sort((a, b) => a.x - b.x),
  }));
  return { xs, lines, unit: rows[0]!.unit };
}

/** The rows of a metric of some flows at the points that match. Throws `ChartError` when there are none. */
export function selectRows<Row extends Pick<Summary, 'factors' | 'flow' | 'metric'>>(
  all: readonly Row[],
  metric: string,
  flows: readonly string[],
  at: Factors,
): Row[] {
  const rows = all.filter((row) => row.metric === metric && flows.includes(row.flow) && matches(row.factors, at));
  if (rows.length > 0) return rows;
  throw new ChartError(`no ${metric} of ${flows.join(', ')}; the results have ${available(all)}`);
}

/** Throws `ChartError` unless the study sweeps these factors. */
export function requireFactors(tables: ChartTables, names: readonly string[]): void {
  const known = tables.factors.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ChartError(`no factor is called ${unknown}; the study sweeps ${known.join(', ') || 'nothing'}`);
}

/** How many: 10, or 8–10. */
export function countOf(counts: readonly number[]): string {
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  return low === high ? String(low) : `${low}–${high}`;
}

/** Says what the intervals are, and how many replications are behind them. */
export function intervalNote(estimates: readonly Estimate[]): string {
  const counts = estimates.map(({ n }) => n);
  if (Math.max(...counts) < 2) return 'One replication: no interval.';
  const n = countOf(counts);
  const level = Math.round(estimates[0]!.level * 100);
  return `Mean and ${level} % confidence interval (Student t), n = ${n} replications.`;
}

/** The lines in words, for those who do not see them. */
export function describeLines({ lines, xs }: Lines, unitScale: number, unit: string): string {
  return lines
    .map(({ label, points }) => {
      const values = points.map(({ x, estimate: { mean, halfWidth } }) => {
        const spread = halfWidth < Infinity ? ` ± ${(halfWidth / unitScale).toPrecision(2)}` : '';
        return `${xs[x]!}: ${(mean / unitScale).toPrecision(3)}${spread}`;
      });
      return `${label}: ${values.join(', ')}${unit === '' ? '' : ` ${unit}`}.`;
    })
    .join(' ');
}

/** The interval of an estimate, drawn at x; none where it is not known. */
export function intervalsOf(x: number, { mean, halfWidth }: Estimate): Range[] {
  return halfWidth < Infinity ? [{ x, low: mean - halfWidth, high: mean + halfWidth }] : [];
}

/** A factor's value as a label: numbers need their factor's name. */
function valueText(name: string, value: string | number): string {
  return typeof value === 'number' ? `${words(name)} ${value}` : value;
}

function available(rows: readonly Pick<Summary, 'flow' | 'metric'>[]): string {
  const flows = new Map<string, Set<string>>();
  for (const { flow, metric } of rows) entry(flows, flow, () => new Set<string>()).add(metric);
  return [...flows].map(([flow, metrics]) => `${[...metrics].join(', ')} of ${flow}`).join('; ') || 'nothing';
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
