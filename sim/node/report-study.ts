import { join } from 'node:path';
import { observationsOf, summarise } from '../stats/table';
import type { Unmet } from '../scenario/expect';
import { writeStudy, type WrittenStudy } from './results';
import type { Outcome } from './study-runner';
import { studyTable } from './terminal-table';
import { print, type Terminal } from './terminal';

export interface ReportOptions {
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** All runs were made. */
  readonly complete: boolean;
  /** Write files. */
  readonly written: boolean;
}

/** Writes the results of a study and tells the user about them: a table, or JSON. */
export function reportStudy(
  outcome: Outcome,
  unmet: readonly Unmet[],
  options: ReportOptions,
  terminal: Terminal,
): void {
  const { result } = outcome;
  // What was interrupted must not take the place of complete results.
  const root = options.complete ? options.out : join(options.out, 'interrupted');
  const written = options.written ? writeStudy(root, result) : undefined;
  for (const problem of written?.problems ?? []) print(terminal.err, `${result.scenario.name}: ${problem}`);
  if (options.json === true) print(terminal.out, JSON.stringify(jsonOf(outcome, unmet, written), null, 2));
  else if (options.quiet !== true) {
    print(terminal.out, studyTable(result, terminal.out.columns));
    if (written !== undefined) {
      print(terminal.out, `\nResults in ${written.directory}:`);
      for (const file of written.files.filter((f) => !f.startsWith('series/'))) print(terminal.out, `  ${file}`);
    }
  }
}

function jsonOf({ result, failures, missing }: Outcome, unmet: readonly Unmet[], written: WrittenStudy | undefined) {
  const { scenario, seed, version, points } = result;
  const observations = observationsOf(points, (i) => scenario.points[i]?.scenario.sessions ?? []);
  return {
    study: scenario.name,
    title: scenario.title,
    version,
    seed,
    results: written?.directory,
    interrupted: missing > 0,
    failures: failures.map(({ point, replication, message }) => ({ factors: point.factors, replication, message })),
    unmet,
    summaries: summarise(observations).map(({ factors, flow, metric, unit, estimate: { n, mean, halfWidth } }) => ({
      factors,
      flow,
      metric,
      unit,
      n,
      mean,
      ci95HalfWidth: Number.isFinite(halfWidth) ? halfWidth : null,
    })),
    runs: points.flatMap(({ factors, replications }) =>
      replications.map(({ replication, reply }) => ({ factors, replication, fingerprint: reply.fingerprint })),
    ),
  };
}
