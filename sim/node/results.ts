import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { stringify as toYaml } from 'yaml';
import { renderCharts } from '../../viz/render';
import { chartTables } from '../../viz/tables';
import type { StudyResult } from '../run/messages';
import { metricsCsv, seriesFiles, summaryCsv } from './result-tables';
import { runRecord } from './run-record';

/** What was written for a study. */
export interface WrittenStudy {
  /** The folder, below the one that was asked for: STUDY/RUN. */
  readonly directory: string;
  /** Files in it, in the order of interest. */
  readonly files: readonly string[];
  /** Charts that could not be drawn, and why. */
  readonly problems: readonly string[];
}

/**
 * Writes the results of a study to `results`/STUDY/RUN, where RUN names the content: resolved scenario, seed and version.
 * The folder gets its name when everything in it is written, and takes the place of an earlier one for the same run.
 * The same results give the same bytes. `results`/STUDY/latest is a text file that names the newest run.
 */
export function writeStudy(results: string, study: StudyResult): WrittenStudy {
  const files = studyFiles(study);
  const parent = join(results, study.scenario.name);
  const run = runName(study);
  const draft = join(parent, `.${run}-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  try {
    for (const [path, content] of files.contents) {
      mkdirSync(dirname(join(draft, path)), { recursive: true });
      writeFileSync(join(draft, path), content);
    }
    replaceDirectory(draft, join(parent, run));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  writeFileAtomicSync(join(parent, 'latest'), `${run}\n`);
  return { directory: join(parent, run), files: [...files.contents.keys()], problems: files.problems };
}

/** Names a run by what determines it. */
export function runName(study: StudyResult): string {
  const { name, points, replications, recorded } = study.scenario;
  const content = { name, points, replications, recorded, seed: study.seed, version: study.version };
  return createHash('sha256').update(toJson(content, sortedKeys)).digest('hex').slice(0, 10);
}

function studyFiles(study: StudyResult): { contents: ReadonlyMap<string, string>; problems: readonly string[] } {
  const { scenario } = study;
  const tables = chartTables(study);
  const rendered = renderCharts(scenario.charts, tables);
  const factors = scenario.factors.map(({ name }) => name);
  const contents = new Map<string, string>();
  for (const chart of rendered) if ('svg' in chart) contents.set(`charts/${chart.name}.svg`, chart.svg);
  contents.set('summary.csv', summaryCsv(tables.summaries, factors));
  contents.set('metrics.csv', metricsCsv(tables.observations, factors));
  contents.set('run.json', `${toJson(runRecord(study, runName(study)), undefined, 2)}\n`);
  contents.set(`${scenario.name}.yaml`, toYaml(scenario.source));
  for (const [path, csv] of seriesFiles(tables.series, factors)) contents.set(path, csv);
  return { contents, problems: rendered.flatMap((chart) => ('problem' in chart ? [chart.problem] : [])) };
}

/** Moves a finished folder to its name. What had the name before goes away only when the new one is ready to take it. */
function replaceDirectory(finished: string, name: string): void {
  const old = `${finished}-old`;
  try {
    renameSync(name, old);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  renameSync(finished, name);
  rmSync(old, { recursive: true, force: true });
}

/** JSON in which infinities are texts; JSON has no number for them. */
function toJson(value: unknown, replacer: (value: unknown) => unknown = (v) => v, indent?: number): string {
  return JSON.stringify(
    value,
    (_, v: unknown) => replacer(v === Infinity ? 'Infinity' : v === -Infinity ? '-Infinity' : v),
    indent,
  );
}

function sortedKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
