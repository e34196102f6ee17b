import { stringify } from 'csv-stringify/sync';
import { COLUMNS, definitionOf } from '../run/dictionary';
import type { PointResult } from '../run/messages';
import { someOf } from '../scenario/explain';
import type { Study } from '../scenario/scenario';
import { UNSET } from '../scenario/sweep';
import type { Factors, Observation, Summary } from '../stats/table';
import type { DraftFolder, TextFile } from './draft-folder';
import type { Provenance } from './provenance';

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

const SUMMARY = ['flow', 'metric', 'unit', 'n', 'mean', 'ci95_half_width', 'ci95_low', 'ci95_high', 'method'];

/**
 * One row per point, flow and metric: the mean over n replications, half of its 95 % interval and its ends (empty when n is
 * 1), and how the interval was made.
 */
export function summaryCsv(summaries: readonly Summary[], factors: readonly string[]): string {
  return csv([[...factorColumns(factors), ...SUMMARY], ...summaries.map((summary) => summaryRow(summary, factors))]);
}

/** The same as JSON, one object per row, with where it comes from and what the columns and metrics mean. */
export function summaryJson(
  summaries: readonly Summary[],
  factors: readonly string[],
  provenance: Provenance,
  dictionary: readonly DictionaryRow[],
): string {
  const columns = [...factorColumns(factors), ...SUMMARY];
  const rows = summaries.map((summary) => {
    const cells = summaryRow(summary, factors);
    // JSON has no number for infinity, nor for none.
    const plain = (cell: unknown) => (typeof cell === 'number' && !Number.isFinite(cell) ? null : cell);
    return `    ${JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, plain(cells[i])])))}`;
  });
  const head = JSON.stringify({ provenance, dictionary }, undefined, 2).slice(0, -2);
  return `${head},\n  "rows": [\n${rows.join(',\n')}\n  ]\n}\n`;
}

function summaryRow({ factors: point, flow, metric, unit, estimate }: Summary, factors: readonly string[]): unknown[] {
  const { n, mean, halfWidth, low, high, method } = estimate;
  return [...valuesOf(point, factors), flow, metric, unit, n, ...[mean, halfWidth, low, high].map(rounded), method];
}

/** One line of the data dictionary. */
export interface DictionaryRow {
  readonly kind: 'factor' | 'column' | 'metric';
  readonly name: string;
  readonly unit: string;
  readonly definition: string;
}

/** What the tables of a study have: its factors, the columns, and the metrics that were measured. */
export function dictionaryOf(study: Study, summaries: readonly Summary[]): DictionaryRow[] {
  const names = study.factors.map(({ name }) => name);
  const factors = factorColumns(names).map((name, i): DictionaryRow => {
    const { values } = study.factors[i]!;
    return { kind: 'factor', name, unit: '', definition: `varied by the sweep: ${someOf(values)}` };
  });
  const columns = Object.entries(COLUMNS).map(([name, row]): DictionaryRow => ({ kind: 'column', name, ...row }));
  const units = new Map(summaries.map(({ metric, unit }) => [metric, unit]));
  const metrics = [...units].map(([name, unit]): DictionaryRow => {
    const definition = definitionOf(name)?.definition ?? 'see the application or model that measures it';
    return { kind: 'metric', name, unit, definition };
  });
  return [...factors, ...columns, ...metrics];
}

export function dictionaryCsv(rows: readonly DictionaryRow[]): string {
  return csv([
    ['kind', 'name', 'unit', 'definition'],
    ...rows.map(({ kind, name, unit, definition }) => [kind, name, unit, definition]),
  ]);
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

const RESERVED = ['replication', 'value', 'file', 'series', ...SUMMARY];

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
