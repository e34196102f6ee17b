import { mkdirSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { sync as writeFileAtomicSync } from 'write-file-atomic';
import { Capture } from '../../capture/capture';
import { suggestion } from '../../core/did-you-mean';
import type { LiveRun } from '../../run/live-run';
import { seedOf } from '../../run/seed';
import type { Point } from '../../scenario/scenario';
import { check as checkRun, type Report } from '../../verdict/check';
import type { Level } from '../../verdict/rule';
import { checkHtml } from '../check-html';
import { checkJson } from '../check-json';
import { checkText } from '../check-text';
import { ChunkedFile } from '../chunked-file';
import { Exit, UsageError } from '../exit';
import { exposureCsv } from '../exposure-csv';
import type { FailOn } from '../fail-on';
import { loadStudy, pointAt } from '../scenario-files';
import { type SettingOptions, settingsOf, type Values } from '../settings';
import { print, type Terminal } from '../terminal';

export interface CheckOptions extends SettingOptions {
  /** Values of factors: the first point that has them is run. */
  readonly at?: Values;
  readonly replication: number;
  readonly sessions?: readonly string[];
  readonly evidence?: boolean;
  readonly json?: boolean;
  /** Files to write. */
  readonly html?: string;
  readonly exposure?: string;
  readonly pcap?: string;
  readonly failOn: FailOn;
}

/** Runs one replication of one point and says which guidelines of the draft it keeps. */
export function check(given: string, options: CheckOptions, { out, err }: Terminal): Exit {
  const study = loadStudy(given, settingsOf(options));
  const point = pointAt(study, options.at);
  const { html, exposure, pcap, json } = options;
  // under its own name once it is whole
  const draft = `${pcap ?? ''}.part`;
  const file = pcap === undefined ? null : new ChunkedFile(made(draft));
  const report = checkRun(point.scenario, seedOf(study.seed, options.replication), {
    prepare: (live) => {
      if (file !== null) captureAll(live, file);
    },
    ...judgedOf(point, options.sessions),
  });
  file?.close();
  if (pcap !== undefined) renameSync(draft, pcap);
  const run = { study, point, replication: options.replication, ...(pcap === undefined ? {} : { capture: pcap }) };
  if (json === true) print(out, JSON.stringify(checkJson(report, run), undefined, 2));
  else print(out, checkText(report, { evidence: options.evidence === true }));
  if (html !== undefined) {
    writeFileAtomicSync(made(html), checkHtml(report, run));
    print(err, `${html} written`);
  }
  if (exposure !== undefined) {
    writeFileAtomicSync(made(exposure), exposureCsv(report));
    print(err, `${exposure} written`);
  }
  if (pcap !== undefined) print(err, `${pcap} written: frame numbers are those of the evidence`);
  return fails(report, options.failOn) ? Exit.unmet : Exit.ok;
}

const COUNTED: Readonly<Record<FailOn, readonly Level[]>> = {
  must: ['MUST', 'MUST NOT'],
  should: ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT'],
  any: ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'text'],
  never: [],
};

function fails({ verdicts }: Report, failOn: FailOn): boolean {
  return verdicts.some(({ rule, finding }) => finding.status === 'broken' && COUNTED[failOn].includes(rule.level));
}

/** Throws `UsageError` for a session that the scenario does not have. */
function judgedOf({ scenario }: Point, sessions?: readonly string[]): { readonly sessions?: readonly string[] } {
  if (sessions === undefined) return {};
  const known = [...new Set(scenario.sessions.flatMap(({ name, group }) => [group, name]))];
  for (const name of sessions) {
    if (known.includes(name)) continue;
    throw new UsageError(`--sessions ${name}: no session is called so${suggestion(name, known)}; there are ${known.slice(0, 12).join(', ')}`); // prettier-ignore
  }
  return { sessions };
}

/** Every link, in the order in which packets arrive: the numbers of the evidence are those of the frames. */
function captureAll({ simulation }: LiveRun, file: ChunkedFile): void {
  const capture = new Capture(simulation, (part) => file.write(part));
  for (const link of simulation.links) capture.link(link);
}

/** The path of a file, its folder made. */
function made(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}
