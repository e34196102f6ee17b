import { formatQuantity } from '../../../viz/format';
import { type Judgement, judgementsIn } from '../../scenario/expect';
import type { Study } from '../../scenario/scenario';
import { digestOf } from '../digest';
import { Exit, UsageError } from '../exit';
import { inWorkshop, type Workshop } from '../workshop';
import { formatSeconds, showProgress } from '../progress';
import { ruledTable } from '../ruled-table';
import { loadStudy, scenarioFiles } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { engineVersion } from '../store/engine';
import { runStudy, tasksOf } from '../study-runner';
import { print, type Terminal } from '../terminal';

export interface StudiesOptions extends SettingOptions {
  /** Take the mechanism of each study away in each of the ways that it names, and see some band fail. */
  readonly broken?: boolean;
  readonly quiet?: boolean;
  readonly workers?: number;
}

/** A study as it is, or with one of its `breaks`. */
interface Case {
  readonly study: Study;
  /** Name of the break; undefined for the study as it is. */
  readonly broken: string | undefined;
}

interface Finding {
  readonly row: readonly string[];
  readonly notes: readonly string[];
  readonly exit: Exit;
}

/** Runs studies and holds their results against their bands; with `broken`, shows that a band fails without the mechanism. */
export async function studies(names: readonly string[], options: StudiesOptions, terminal: Terminal): Promise<Exit> {
  const judged = judgedOf(names, options);
  const cases = casesOf(judged, names, options);
  if (cases.length === 0) throw new UsageError(`${names.join(', ')}: add breaks to the scenario`);
  const most = Math.max(...cases.map(({ study }) => tasksOf(study).length));
  return await inWorkshop(options, most, terminal, async (workshop) => {
    const findings: Finding[] = [];
    for (const one of cases) {
      findings.push(await examine(one, options, workshop));
      if (workshop.signal.aborted) return Exit.interrupted;
    }
    print(terminal.out, tableOf(findings, options.broken === true));
    for (const note of findings.flatMap(({ notes }) => notes)) print(terminal.out, note);
    const whole = options.broken === true ? judged.filter(({ breaks }) => breaks.length === 0) : [];
    if (whole.length > 0)
      print(terminal.out, `without breaks, so not tried: ${whole.map(({ name }) => name).join(', ')}`);
    const worst = Math.max(...findings.map(({ exit }) => exit)) as Exit;
    const wrong = findings.filter(({ exit }) => exit !== Exit.ok).length;
    print(terminal.out, `${findings.length - wrong} passed, ${wrong} failed`);
    return worst;
  });
}

/** Studies with bands. Throws `UsageError` for one that was named and has nothing to be held against. */
function judgedOf(names: readonly string[], options: StudiesOptions): Study[] {
  const settings = settingsOf(options);
  const loaded = (names.length > 0 ? names : scenarioFiles()).map((name) => loadStudy(name, settings));
  const judged = loaded.filter(({ expect }) => expect.length > 0);
  if (names.length > 0 && judged.length < loaded.length) {
    const without = loaded.filter(({ expect }) => expect.length === 0).map(({ name }) => name);
    throw new UsageError(`${without.join(', ')}: nothing is expected of it; add expect to the scenario`);
  }
  return judged;
}

function casesOf(judged: readonly Study[], names: readonly string[], options: StudiesOptions): Case[] {
  const settings = settingsOf(options);
  if (options.broken !== true) return judged.map((study) => ({ study, broken: undefined }));
  const given = new Map(judged.map((study, i) => [study, names[i] ?? study.name]));
  return judged.flatMap((study) =>
    study.breaks.map(({ name, changes }) => {
      const breaking = changes.map((change) => ({ ...change, option: `breaks.${name}` }));
      return { study: loadStudy(given.get(study)!, [...settings, ...breaking]), broken: name };
    }),
  );
}

async function examine({ study, broken }: Case, options: StudiesOptions, workshop: Workshop): Promise<Finding> {
  const { terminal, signal } = workshop;
  const label = broken === undefined ? study.name : `${study.name}, ${broken}`;
  const tasks = tasksOf(study);
  const started = Date.now();
  const progress = showProgress(label, () => tasks.length, terminal, options.quiet ?? false);
  const { result, failures, missing } = await runStudy(study, tasks, workshop.pool(), engineVersion(), signal, {
    onFinished: () => {
      progress.finished();
    },
    onFailed: ({ message }) => {
      progress.failed();
      progress.note(`${label}: a run failed: ${message}`);
    },
  });
  progress.end();
  const judgements = judgementsIn(study, digestOf(result).summaries);
  const time = formatSeconds((Date.now() - started) / 1000);
  const incomplete = failures.length > 0 || missing > 0;
  return broken === undefined
    ? found(study, judgements, time, incomplete)
    : foundBroken(study, broken, judgements, time, incomplete);
}

function found(study: Study, judgements: readonly Judgement[], time: string, incomplete: boolean): Finding {
  const failed = judgements.filter(({ unmet }) => unmet.length > 0);
  const verdict = incomplete ? 'RUNS FAILED' : failed.length > 0 ? 'FAIL' : 'pass';
  const held = `${judgements.length - failed.length} of ${judgements.length}`;
  return {
    row: [study.name, String(study.points.length * study.replications), held, verdict, time],
    notes: failed.flatMap(({ unmet }) => unmet.map(({ what, why }) => `${study.name}: ${what}: ${why}`)),
    exit: incomplete ? Exit.failed : failed.length > 0 ? Exit.unmet : Exit.ok,
  };
}

/** Here a band must fail. */
function foundBroken(
  study: Study,
  broken: string,
  judgements: readonly Judgement[],
  time: string,
  incomplete: boolean,
): Finding {
  const failed = judgements.filter(({ unmet }) => unmet.length > 0);
  const verdict = incomplete ? 'RUNS FAILED' : failed.length > 0 ? 'breaks' : 'STILL HOLDS';
  const first = failed[0];
  const shown = first === undefined ? '' : describe(first);
  return {
    row: [study.name, broken, `${failed.length} of ${judgements.length}`, verdict, shown, time],
    notes: [],
    exit: incomplete ? Exit.failed : failed.length > 0 ? Exit.ok : Exit.unmet,
  };
}

/** One band that fails, and by how much. */
function describe({ expectation, least, most, unit }: Judgement): string {
  const { metric, flow, atLeast, atMost, near } = expectation;
  const range =
    least === most ? formatQuantity(least, unit) : `${formatQuantity(least, unit)} … ${formatQuantity(most, unit)}`;
  const bounds = [
    ...(atLeast === undefined ? [] : [`≥ ${atLeast.text}`]),
    ...(atMost === undefined ? [] : [`≤ ${atMost.text}`]),
    ...(near === undefined ? [] : [`${near.law.name} ± ${100 * near.within} %`]),
  ];
  return `${metric} of ${flow}: ${range}, not ${bounds.join(', ')}`;
}

function tableOf(findings: readonly Finding[], broken: boolean): string {
  const headings = broken
    ? ['study', 'without its mechanism', 'bands that fail', '', 'for one', 'time']
    : ['study', 'runs', 'bands that hold', '', 'time'];
  const right = new Set(['runs', 'time']);
  return ruledTable(
    headings.map((heading) => ({ heading, align: right.has(heading) ? 'right' : 'left' })),
    findings.map(({ row }) => row),
  );
}
