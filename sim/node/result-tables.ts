import { stringify } from 'csv-stringify/sync';
import type { RecordedSeries } from '../../viz/chart';
import type { Factors, Observation, Summary } from '../stats/table';

/** Tidy: one row per point, replication, flow and metric. `value` is in `unit`, base units throughout. */
export function metricsCsv(observations: readonly Observation[], factors: readonly string[]): string {
  return csv(
    [...factorColumns(factors), 'replication', 'flow', 'metric', 'unit', 'value'],
    observations.map((row) => [
      ...valuesOf(row.factors, factors),
      row.replication,
      row.flow,
      row.metric,
      row.unit,
      row.value,
    ]),
  );
}

/** One row per point, flow and metric: the mean over n replications, and half of its 95 % interval (empty when n is 1). */
export function summaryCsv(summaries: readonly Summary[], factors: readonly string[]): string {
  return csv(
    [...factorColumns(factors), 'flow', 'metric', 'unit', 'n', 'mean', 'ci95_half_width'],
    summaries.map(({ factors: point, flow, metric, unit, estimate }) => {
      const { n, mean, halfWidth } = estimate;
      return [...valuesOf(point, factors), flow, metric, unit, n, rounded(mean), rounded(halfWidth)];
    }),
  );
}

/** One file for each recorded element of each replication, and `series/index.csv` that says what each of them is. */
export function seriesFiles(series: readonly RecordedSeries[], factors: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  if (series.length === 0) return files;
  const index: unknown[][] = [];
  for (const { factors: point, replication, name, columns } of series) {
    const parts = [...factors.map((factor) => `${factor}-${point[factor]!}`), `r${replication}`, name];
    const base = parts.map((part) => part.replace(/[^A-Za-z0-9.-]+/g, '-')).join('_');
    let path = `series/${base}.csv`;
    for (let twin = 2; files.has(path); twin++) path = `series/${base}-${twin}.csv`;
    const length = columns[0]?.values.length ?? 0;
    files.set(
      path,
      csv(
        columns.map((column) => column.name),
        Array.from({ length }, (_, i) => columns.map((column) => column.values[i])),
      ),
    );
    index.push([path.slice('series/'.length), ...valuesOf(point, factors), replication, name]);
  }
  return new Map([
    ['series/index.csv', csv(['file', ...factorColumns(factors), 'replication', 'series'], index)],
    ...files,
  ]);
}

const RESERVED = ['replication', 'flow', 'metric', 'unit', 'value', 'n', 'mean', 'ci95_half_width', 'file', 'series'];

/** Factors come first, under their own names unless a column of ours has that name. */
function factorColumns(factors: readonly string[]): string[] {
  return factors.map((name) => (RESERVED.includes(name) ? `factor_${name}` : name));
}

function valuesOf(point: Factors, factors: readonly string[]): (string | number)[] {
  return factors.map((name) => point[name]!);
}

/** Digits that say something; the last ones of a mean depend on the order of summation. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function csv(header: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return stringify([header, ...rows] as unknown[][], {
    cast: { number: (value) => (Number.isFinite(value) ? String(value) : '') },
  });
}
