import { isAbsolute, join, normalize } from 'node:path';
import { stringify as toYaml } from 'yaml';
import type { ChartTables } from '../../viz/chart';
import { charts } from '../../viz/charts';
import { nameCharts, renderCharts, type Rendered } from '../../viz/render';
import { toSvgText } from '../../viz/svg';
import { chartTables } from '../../viz/tables';
import type { StudyResult, StudySource } from '../run/messages';
import { type Digest, digestOf } from './digest';
import { DraftFolder } from './draft-folder';
import { provenanceLine, type Provenance, provenanceOf } from './provenance';
import { dictionaryCsv, dictionaryOf, MetricsTable, SeriesFiles, summaryCsv, summaryJson } from './result-tables';
import { RunRecord } from './run-record';
import { headLine } from './store/journal';
import { keysOf, type RunKeys } from './store/run-key';
import { runLine } from './store/run-line';
import { RUNS_FILE } from './store/run-store';

/** What was written for a study. */
export interface WrittenStudy {
  /** The folder, below the one that was asked for: STUDY/RUN. */
  readonly directory: string;
  /** Files in it, in the order of interest. */
  readonly files: readonly string[];
  /** Charts that could not be drawn, and why. */
  readonly problems: readonly string[];
  readonly digest: Digest;
}

/**
 * Writes the results of a study to `results`/STUDY/RUN, where RUN names the content: resolved scenario, seed and version.
 * The folder gets its name when everything in it is written, and takes the place of an earlier one for the same run.
 * The same results give the same bytes. `results`/STUDY/latest is a text file that names the newest run. With `withRuns`
 * the runs themselves are among the files, so that other studies need not make them again.
 */
export function writeStudy(results: string, source: StudySource, withRuns = true): WrittenStudy {
  const { scenario } = source;
  const keys = keysOf(scenario);
  const provenance = provenanceOf(source, keys);
  const draft = new DraftFolder(join(results, scenario.name), provenance.run);
  try {
    const digest = writeTables(draft, source, provenance, withRuns ? keys : undefined);
    draft.write(`${scenario.name}.yaml`, `# ${provenanceLine(provenance)}\n${toYaml(scenario.source)}`);
    const rendered = scenario.charts.length === 0 ? [] : draw(source, digest, provenance);
    for (const chart of rendered) {
      if ('figure' in chart) draft.write(`charts/${chart.name}.svg`, toSvgText(chart.figure));
    }
    const directory = draft.finish('latest');
    return { directory, files: byInterest(draft.files), problems: problemsOf(rendered), digest };
  } finally {
    draft.discard();
  }
}

/** Names a run by what determines it. */
export function runName(study: StudySource): string {
  return provenanceOf(study).run;
}

/** Everything that is written point by point. */
function writeTables(
  draft: DraftFolder,
  source: StudySource,
  provenance: Provenance,
  keys: RunKeys | undefined,
): Digest {
  const factors = source.scenario.factors.map(({ name }) => name);
  const heading = `# ${provenanceLine(provenance)}\n`;
  const metrics = new MetricsTable(draft.file('metrics.csv'), heading, factors);
  const record = new RunRecord(draft.file('run.json'), source, provenance);
  const series = new SeriesFiles(draft, heading, factors);
  const runs = keys && draft.file(RUNS_FILE);
  runs?.write(headLine(source.version, provenance));
  let index = 0;
  const digest = digestOf(source, (point) => {
    metrics.add(point.observations);
    record.add(point);
    series.add(point);
    for (const { replication, reply } of point.replications) runs?.write(runLine(keys!.of(index, replication), reply));
    index++;
  });
  const { summaries } = digest;
  const dictionary = dictionaryOf(source.scenario, summaries);
  draft.write('summary.csv', heading + summaryCsv(summaries, factors));
  draft.write('summary.json', summaryJson(summaries, factors, provenance, dictionary));
  draft.write('dictionary.csv', heading + dictionaryCsv(dictionary));
  for (const [name, text] of Object.entries(source.scenario.files ?? {})) {
    if (isBelow(name)) draft.write(name, text);
  }
  record.end();
  series.end();
  return digest;
}

/** Whether the place of a file that a scenario names is within the folder of the scenario. */
function isBelow(name: string): boolean {
  return !isAbsolute(name) && !normalize(name).startsWith('..');
}

/** Charts have in memory what they need, and no more. */
function draw(source: StudySource, digest: Digest, provenance: Provenance): Rendered[] {
  const { scenario } = source;
  const needs = new Set(scenario.charts.flatMap(({ name }) => charts[name as keyof typeof charts].needs));
  const all = needs.has('observations') || needs.has('series');
  const { observations, series }: Pick<ChartTables, 'observations' | 'series'> = all
    ? chartTables({ ...source, points: [...source.points] } satisfies StudyResult)
    : { observations: [], series: [] };
  return renderCharts(nameCharts(scenario.charts), {
    title: scenario.title,
    provenance: `${provenanceLine(provenance)}.`,
    factors: scenario.factors,
    observations,
    summaries: digest.summaries,
    series,
  });
}

function problemsOf(rendered: readonly Rendered[]): string[] {
  return rendered.flatMap((chart) => ('problem' in chart ? [chart.problem] : []));
}

/** Charts first, then tables, then the rest. */
function byInterest(files: readonly string[]): string[] {
  const order = (file: string): number => {
    if (file.startsWith('charts/')) return 0;
    const known = ['summary.csv', 'metrics.csv', 'run.json', 'summary.json', 'dictionary.csv'].indexOf(file);
    if (known >= 0) return 1 + known;
    if (file.endsWith('.yaml')) return 6;
    return file === RUNS_FILE ? 7 : 8;
  };
  return [...files].sort((a, b) => order(a) - order(b));
}
