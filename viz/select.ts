import type { Estimate } from '../sim/stats/estimate';
import type { Factors, Summary } from '../sim/stats/table';
import { ChartError, matches, type ChartTables } from './chart';
import { words } from './format';
import { styleOf, type Style } from './theme';

/** What a chart of estimates shows: which metric of which flows, against which factor, at which points. */
export interface Selection {
  readonly metric: string;
  readonly flows: readonly string[];
  readonly x: string;
  readonly at: Factors;
}

export interface Line {
  readonly label: string;
  readonly style: Style;
  /** In the order of the x axis; a point that has no result is missing. */
  readonly points: readonly { readonly x: number; readonly estimate: Estimate }[];
}

export interface Lines {
  /** Values of the x factor; a point's `x` counts along these. */
  readonly xs: readonly (string | number)[];
  readonly lines: readonly Line[];
  readonly unit: string;
}

/** One line for each flow and each combination of the factors that are neither on the x axis nor fixed by `at`. */
export function selectLines(tables: ChartTables, selection: Selection): Lines {
  const { metric, flows, x, at } = selection;
  requireFactors(tables, [x, ...Object.keys(at)]);
  const rows = tables.summaries.filter(
    (row) => row.metric === metric && flows.includes(row.flow) && matches(row.factors, at),
  );
  if (rows.length === 0)
    throw new ChartError(`no ${metric} of ${flows.join(', ')}; the results have ${available(tables)}`);
  const xs = tables.factors
    .find(({ name }) => name === x)!
    .values.filter((value) => rows.some((row) => row.factors[x] === value));
  const free = tables.factors.filter(({ name, values }) => name !== x && !(name in at) && values.length > 1);
  const keys = [...(flows.length > 1 ? ['flow'] : []), ...free.map(({ name }) => name)];
  const families = new Map<string, Map<string, Summary[]>>();
  for (const row of rows) {
    const key = keys.map((name) => (name === 'flow' ? row.flow : valueText(name, row.factors[name]!)));
    const family = entry(families, key[0] ?? '', () => new Map<string, Summary[]>());
    entry(family, key.slice(1).join(', '), () => []).push(row);
  }
  const minors = [...new Set([...families.values()].flatMap((family) => [...family.keys()]))];
  const lines = [...families].flatMap(([major, family], i) =>
    [...family].map(([minor, members]) => ({
      label: [major, minor].filter((part) => part !== '').join(', ') || flows[0]!,
      style: minors.length > 1 ? styleOf(i, minors.indexOf(minor)) : styleOf(i, i),
      points: members
        .map((row) => ({ x: xs.indexOf(row.factors[x]!), estimate: row.estimate }))
        .sort((a, b) => a.x - b.x),
    })),
  );
  return { xs, lines, unit: rows[0]!.unit };
}

/** Throws `ChartError` unless the study sweeps these factors. */
export function requireFactors(tables: ChartTables, names: readonly string[]): void {
  const known = tables.factors.map(({ name }) => name);
  for (const name of names) {
    if (!known.includes(name))
      throw new ChartError(`no factor is called ${name}; the study sweeps ${known.join(', ') || 'nothing'}`);
  }
}

/** 'mean ± 95 % confidence interval (Student t), n = 10' with the n that hold for these estimates. */
export function intervalNote(estimates: readonly Estimate[]): string {
  const counts = estimates.map(({ n }) => n);
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  if (high < 2) return 'One replication: no interval.';
  const n = low === high ? String(low) : `${low}–${high}`;
  const level = Math.round(estimates[0]!.level * 100);
  return `Mean and ${level} % confidence interval (Student t), n = ${n} replications.`;
}

/** A factor's value as a label: numbers need their factor's name. */
export function valueText(name: string, value: string | number): string {
  return typeof value === 'number' ? `${words(name)} ${value}` : value;
}

function available({ summaries }: ChartTables): string {
  const flows = new Map<string, string[]>();
  for (const { flow, metric } of summaries) {
    const metrics = entry(flows, flow, () => []);
    if (!metrics.includes(metric)) metrics.push(metric);
  }
  return [...flows].map(([flow, metrics]) => `${metrics.join(', ')} of ${flow}`).join('; ') || 'nothing';
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
