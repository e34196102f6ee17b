import type { StudySource } from '../run/messages';
import type { Unmet } from '../scenario/expect';
import type { Digest } from './digest';
import type { WrittenStudy } from './results';
import type { Counts } from './study-runner';
import { studyTable } from './terminal-table';
import { print, type Terminal } from './terminal';

export interface Report {
  readonly source: StudySource;
  readonly digest: Digest;
  readonly counts: Counts;
  readonly unmet: readonly Unmet[];
  /** Undefined when nothing was. */
  readonly written: Omit<WrittenStudy, 'digest'> | undefined;
}

/** Tells the user about the results of a study: a table, or JSON. */
export function reportStudy(
  report: Report,
  { json = false, quiet = false }: { readonly json?: boolean; readonly quiet?: boolean },
  { out, err }: Terminal,
): void {
  const { digest, written } = report;
  for (const problem of written?.problems ?? []) print(err, `${digest.scenario.name}: ${problem}`);
  if (json) print(out, JSON.stringify(jsonOf(report), null, 2));
  else if (!quiet) {
    print(out, studyTable(digest, out.columns));
    if (written === undefined) return;
    print(out, `\nResults in ${written.directory}:`);
    for (const file of written.files.filter((f) => !f.startsWith('series/'))) print(out, `  ${file}`);
  }
}

function jsonOf({ source, digest, counts, unmet, written }: Report) {
  const { scenario, seed, version, points } = source;
  return {
    study: scenario.name,
    title: scenario.title,
    version,
    seed,
    results: written?.directory,
    interrupted: counts.missing > 0,
    failures: counts.failures.map(({ point, replication, message }) => ({
      factors: point.factors,
      replication,
      message,
    })),
    unmet,
    summaries: digest.summaries.map(({ factors, flow, metric, unit, estimate: { n, mean, halfWidth } }) => ({
      factors,
      flow,
      metric,
      unit,
      n,
      mean,
      ci95HalfWidth: Number.isFinite(halfWidth) ? halfWidth : null,
    })),
    runs: [...points].flatMap(({ factors, replications }) =>
      replications.map(({ replication, reply }) => ({ factors, replication, fingerprint: reply.fingerprint })),
    ),
  };
}
