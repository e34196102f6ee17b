import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ChartTables } from '../../viz/chart';
import type { Study } from '../scenario/scenario';
import { UNSET } from '../scenario/sweep';
import { type Factors, summarise } from '../stats/table';
import { UsageError } from './exit';
import { provenanceLine } from './provenance';
import { isResults, readAllSeries, readRecord, readResults, type RunRecordFile } from './read-results';
import { loadStudy } from './scenario-files';

/** A finished study as its files tell of it. */
export interface FinishedStudy {
  /** The folder of the run: `results`/STUDY/RUN. */
  readonly directory: string;
  readonly record: RunRecordFile;
  /** As it was run, but for its charts: those of the scenario as it is now, when the scenario was given. */
  readonly study: Study;
  readonly tables: ChartTables;
}

/**
 * Reads a finished study, given as a folder of results or as a scenario whose results are in `results`; runs nothing.
 * Throws `UsageError` when there are none.
 */
export function readStudy(given: string, results: string): FinishedStudy {
  const scenario = isResults(given) ? undefined : loadStudy(given);
  const folder = scenario === undefined ? given : join(results, scenario.name);
  if (!existsSync(folder)) throw new UsageError(`${given}: no results in ${folder}; hopwise run ${given} makes them`);
  const { directory, observations: read } = readResults(folder);
  const record = readRecord(directory);
  const asRun = loadStudy(join(directory, `${record.study}.yaml`));
  const study = scenario === undefined ? asRun : { ...asRun, charts: scenario.charts };
  const names = asRun.factors.map(({ name }) => name);
  const filled = <Row extends { readonly factors: Factors }>(row: Row): Row => ({
    ...row,
    factors: Object.fromEntries(names.map((name) => [name, row.factors[name] ?? UNSET])),
  });
  const observations = read.map(filled);
  const tables: ChartTables = {
    title: asRun.title,
    provenance: `${provenanceLine(record)}.`,
    factors: asRun.factors,
    observations,
    summaries: summarise(observations, asRun),
    series: readAllSeries(directory, record.factors).map(filled),
  };
  return { directory, record, study, tables };
}
