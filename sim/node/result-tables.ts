import { stringify } from 'csv-stringify/sync';
import type { PointResult } from '../run/messages';
import { UNSET } from '../scenario/sweep';
import type { Factors, Observation, Summary } from '../stats/table';
import type { DraftFolder, TextFile } from './draft-folder';

/** Tidy: one row per point, replication, flow and metric. `value` is in `unit`, base units throughout. */
export class MetricsTable {
  constructor(
    private readonly file: TextFile,
    heading: string,
    private readonly factors: readonly string[],
  ) {
    file.write(heading + csv([[...factorColumns(factors), 'replication', 'flow', 'metric', 'unit', 'value']]));
  }

  add(observations: readonly Observation[]): void {
    const { factors } = this;
    const row = ({ factors: point, replication, flow, metric, unit, value }: Observation) => [
      ...valuesOf(point, factors),
      replication,
      flow,
      metric,
      unit,
      value,
    ];
    if (observations.length > 0) this.file.write(csv(observations.map(row)));
  }
}

/** One row per point, flow and metric: the mean over n replications, and half of its 95 % interval (empty when n is 1). */
export function summaryCsv(summaries: readonly Summary[], factors: readonly string[]): string {
  const rows = summaries.map(({ factors: point, flow, metric, unit, estimate }) => {
    const { n, mean, halfWidth } = estimate;
    return [...valuesOf(point, factors), flow, metric, unit, n, rounded(mean), rounded(halfWidth)];
  });
  return csv([[...factorColumns(factors), 'flow', 'metric', 'unit', 'n', 'mean', 'ci95_half_width'], ...rows]);
}

/** One file for each recorded element of each replication, and `series/index.csv` that says what each of them is. */
export class SeriesFiles {
  private readonly taken = new Set<string>();
  private readonly index: unknown[][] = [];

  constructor(
    private readonly draft: DraftFolder,
    private readonly heading: string,
    private readonly factors: readonly string[],
  ) {}

  add({ factors: point, replications }: PointResult): void {
    for (const { replication, reply } of replications) {
      for (const { name, columns } of reply.series) {
        const path = this.pathOf(point, replication, name);
        const length = columns[0]?.values.length ?? 0;
        const rows = Array.from({ length }, (_, i) => columns.map((column) => column.values[i]));
        this.draft.write(path, this.heading + csv([columns.map((column) => column.name), ...rows]));
        this.index.push([path.slice('series/'.length), ...valuesOf(point, this.factors), replication, name]);
      }
    }
  }

  end(): void {
    if (this.index.length === 0) return;
    const header = ['file', ...factorColumns(this.factors), 'replication', 'series'];
    this.draft.write('series/index.csv', this.heading + csv([header, ...this.index]));
  }

  private pathOf(point: Factors, replication: number, name: string): string {
    const parts = [...this.factors.map((factor) => `${factor}-${point[factor]!}`), `r${replication}`, name];
    const base = parts.map((part) => part.replace(/[^A-Za-z0-9.-]+/g, '-')).join('_');
    let path = `series/${base}.csv`;
    for (let twin = 2; this.taken.has(path); twin++) path = `series/${base}-${twin}.csv`;
    this.taken.add(path);
    return path;
  }
}

const RESERVED = ['replication', 'flow', 'metric', 'unit', 'value', 'n', 'mean', 'ci95_half_width', 'file', 'series'];

/** Factors come first, under their own names unless a column of ours has that name. */
function factorColumns(factors: readonly string[]): string[] {
  return factors.map((name) => (RESERVED.includes(name) ? `factor_${name}` : name));
}

/** Nothing for a factor that does not apply. */
function valuesOf(point: Factors, factors: readonly string[]): (string | number)[] {
  return factors.map((name) => (point[name] === UNSET ? '' : point[name]!));
}

/** Digits that say something; the last ones of a mean depend on the order of summation. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function csv(rows: readonly (readonly unknown[])[]): string {
  return stringify(rows as unknown[][], {
    cast: { number: (value) => (Number.isFinite(value) ? String(value) : '') },
  });
}
