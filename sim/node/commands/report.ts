import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { nameCharts, renderCharts } from '../../../viz/render';
import { seedOf } from '../../run/seed';
import type { Study } from '../../scenario/scenario';
import { check, type Report } from '../../verdict/check';
import { Exit } from '../exit';
import { readStudy } from '../read-study';
import { reportHtml } from '../report-html';
import { print, type Terminal } from '../terminal';

export interface ReportOptions {
  /** Where the results of scenarios are. */
  readonly results: string;
  /** By default `report.html` in the folder of the results. */
  readonly out?: string;
  /** Whether guidelines are judged, on one run that is made for it. */
  readonly verdicts: boolean;
}

/** Writes a finished study as one page. */
export function report(given: string, options: ReportOptions, terminal: Terminal): Exit {
  const finished = readStudy(given, options.results);
  const charts = renderCharts(nameCharts(finished.study.charts), finished.tables);
  const verdicts = options.verdicts ? verdictsOf(finished.study, finished.record.seed) : undefined;
  const file = options.out ?? join(finished.directory, 'report.html');
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomicSync(file, reportHtml(finished, { charts, verdicts }));
  for (const chart of charts) if ('problem' in chart) print(terminal.err, `${given}: ${chart.problem}`);
  print(terminal.out, file);
  return Exit.ok;
}

/** Guidelines are for sessions of messages: what has none exercises none of them. */
function verdictsOf({ points }: Study, seed: number): Report | undefined {
  const judged = check(points[0]!.scenario, seedOf(seed, 1));
  const isTouched = judged.verdicts.some(({ finding }) => finding.status !== 'not exercised');
  return isTouched ? judged : undefined;
}
