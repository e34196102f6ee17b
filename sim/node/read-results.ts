import { csvParse } from 'd3';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { FactorValue } from '../scenario/scenario';
import type { SeriesTable } from '../run/messages';
import type { Factors, Observation } from '../stats/table';
import { UsageError } from './exit';

/** What the folder of a run holds, as far as statistics are concerned. */
export interface ReadResults {
  readonly directory: string;
  readonly study: string;
  readonly version: string;
  readonly seed: number;
  readonly factors: readonly string[];
  readonly observations: readonly Observation[];
}

/** What `run.json` says, as far as others read it. */
export interface RunRecordFile {
  readonly study: string;
  readonly title: string;
  readonly question: string;
  readonly run: string;
  readonly version: string;
  readonly scenarioHash: string;
  readonly seed: number;
  readonly command: string;
  /** Of all trajectories together. */
  readonly fingerprint: string;
  readonly replications: number;
  readonly factors: readonly { readonly name: string; readonly values: readonly FactorValue[] }[];
  readonly points: readonly {
    readonly factors: Readonly<Record<string, FactorValue>>;
    /** Times in nanoseconds. */
    readonly scenario: { readonly run: { readonly duration: number; readonly warmup: number } };
    readonly replications: readonly { readonly replication: number; readonly fingerprint: string }[];
  }[];
}

/** The record in a folder of `resultsFolder`. */
export function readRecord(directory: string): RunRecordFile {
  return JSON.parse(readFileSync(join(directory, 'run.json'), 'utf8')) as RunRecordFile;
}

/** Whether this names a folder of results rather than a scenario. */
export function isResults(given: string): boolean {
  return existsSync(given) && statSync(given).isDirectory();
}

/** Reads `metrics.csv` and `run.json` of a run, or of the latest run of a study. Throws `UsageError`. */
export function readResults(given: string): ReadResults {
  const directory = resultsFolder(given);
  const record = readRecord(directory);
  const table = csvParse(withoutComment(readFileSync(join(directory, 'metrics.csv'), 'utf8')));
  const { study, version, seed } = record;
  const factors = record.factors.map(({ name }) => name);
  const factorsOf = factorReader(table.columns, record.factors);
  const observations = table.map((row) => ({
    factors: factorsOf(row),
    replication: Number(row['replication']),
    flow: row['flow']!,
    metric: row['metric']!,
    unit: row['unit']!,
    value: numberIn(row['value']),
  }));
  return { directory, study, version, seed, factors, observations };
}

/** A recorded element of one replication, as charts have it. */
export type RecordedTable = SeriesTable & { readonly factors: Factors; readonly replication: number };

/** Everything that was recorded, in the order of its index; what has no value at some time is NaN there. */
export function readAllSeries(directory: string, factors: RunRecordFile['factors']): RecordedTable[] {
  const index = join(directory, 'series/index.csv');
  if (!existsSync(index)) return [];
  const table = csvParse(withoutComment(readFileSync(index, 'utf8')));
  const factorsOf = factorReader(table.columns.slice(1), factors);
  return table.map((row) => {
    const rows = csvParse(withoutComment(readFileSync(join(directory, 'series', row['file']!), 'utf8')));
    const columns = rows.columns.map((name) => ({ name, values: rows.map((one) => numberIn(one[name])) }));
    return { factors: factorsOf(row), replication: Number(row['replication']), name: row['series']!, columns };
  });
}

/** Reads the factors of a row: they are its first columns, in the order of the record; some have other names there. */
function factorReader(columns: readonly string[], factors: RunRecordFile['factors']) {
  const typed = factors.map(({ values }) => new Map(values.map((value) => [String(value), value])));
  return (row: Readonly<Record<string, string | undefined>>): Factors =>
    Object.fromEntries(
      factors.flatMap(({ name }, i) => {
        const text = row[columns[i]!]!;
        // a conditional factor is empty where it does not apply
        return text === '' ? [] : [[name, typed[i]!.get(text) ?? text]];
      }),
    );
}

function numberIn(text: string | undefined): number {
  return text === '' ? NaN : Number(text);
}

/** A recorded series: times in seconds, and values in the unit that the column names. */
export interface ReadSeries {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** One column of one element at one point, of the first replication that was recorded; undefined when there is none. */
export function readSeries(
  { directory, factors }: Pick<ReadResults, 'directory' | 'factors'>,
  at: Readonly<Record<string, FactorValue>>,
  name: string,
  column: string,
): ReadSeries | undefined {
  const index = join(directory, 'series/index.csv');
  if (!existsSync(index)) return undefined;
  const table = csvParse(withoutComment(readFileSync(index, 'utf8')));
  const columns = table.columns.slice(1, 1 + factors.length);
  const isThere = (row: Record<string, string>) =>
    row['series'] === name &&
    factors.every((factor, i) => row[columns[i]!] === '' || row[columns[i]!] === String(at[factor]));
  const file = table.find(isThere)?.['file'];
  if (file === undefined) return undefined;
  const rows = csvParse(withoutComment(readFileSync(join(directory, 'series', file), 'utf8')));
  if (!rows.columns.includes(column)) return undefined;
  return { times: rows.map((row) => Number(row['time_s'])), values: rows.map((row) => Number(row[column])) };
}

/** Without the first line, which says where the numbers come from. */
function withoutComment(text: string): string {
  return text.replace(/^#.*\n/, '');
}

/** The folder of a run, given as such or as the folder of its study. Throws `UsageError`. */
export function resultsFolder(given: string): string {
  if (existsSync(join(given, 'metrics.csv'))) return given;
  const latest = join(given, 'latest');
  if (existsSync(latest)) {
    const run = join(given, readFileSync(latest, 'utf8').trim());
    if (existsSync(join(run, 'metrics.csv'))) return run;
  }
  throw new UsageError(`${given}: no results; a folder of hopwise run, such as results/STUDY, has them`);
}
