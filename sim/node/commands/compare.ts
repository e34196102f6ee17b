import { scenariosOf } from '../../run/scenario-at';
import type { Setting } from '../../scenario/parse';
import type { Study } from '../../scenario/scenario';
import { compareObservations, splitByFactor, type Comparison } from '../../stats/compare';
import { observationsOf, type Observation } from '../../stats/table';
import { comparisonText } from '../comparison-text';
import { Exit, UsageError } from '../exit';
import { showProgress } from '../progress';
import { isResults, readResults } from '../read-results';
import { describeTask } from '../repeat';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { engineVersion } from '../store/engine';
import { runStudy, tasksOf } from '../study-runner';
import { print, type Terminal } from '../terminal';
import { inWorkshop } from '../workshop';

export interface CompareCommandOptions extends SettingOptions {
  /** Compare the values of this factor of A. */
  readonly factor?: string;
  /** Changes that make B of A. */
  readonly with?: readonly Setting[];
  /** Metrics to compare, or `all`. */
  readonly metric?: readonly string[];
  readonly flow?: readonly string[];
  /** Between 0 and 1. */
  readonly confidence: number;
  readonly power: number;
  readonly json?: boolean;
  readonly workers?: number;
}

/** What is asked about unless told otherwise: a question with many answers has some that are right by chance. */
const USUAL_METRICS = ['goodput', 'jain'];

/** One variant. */
interface Side {
  readonly label: string;
  readonly seed: number;
  readonly version: string;
  readonly observations: readonly Observation[];
}

interface Pair {
  readonly a: Side;
  readonly b: Side;
}

class RunsFailed extends Error {}
class Interrupted extends Error {}

/** Compares two sets of results, two scenarios, a scenario with a changed one, or the values of a factor. */
export async function compare(
  a: string,
  b: string | undefined,
  options: CompareCommandOptions,
  terminal: Terminal,
): Promise<Exit> {
  let pairs: Pair[];
  try {
    pairs = await pairsOf(a, b, options, terminal);
  } catch (error) {
    if (error instanceof Interrupted) return Exit.interrupted;
    if (!(error instanceof RunsFailed)) throw error;
    print(terminal.err, error.message);
    return Exit.failed;
  }
  const found = pairs.map((pair) => ({ ...pair, comparisons: comparisonsOf(pair, options) }));
  for (const { a, b } of found) for (const note of notesOn(a, b)) print(terminal.err, note);
  if (options.json === true) print(terminal.out, JSON.stringify(found.map(jsonOf), undefined, 2));
  else {
    const texts = found.map(({ a, b, comparisons }) => comparisonText(comparisons, a.label, b.label, options.power));
    print(terminal.out, texts.join('\n\n'));
  }
  return Exit.ok;
}

async function pairsOf(
  a: string,
  b: string | undefined,
  options: CompareCommandOptions,
  terminal: Terminal,
): Promise<Pair[]> {
  const changes = options.with ?? [];
  const ways = [b !== undefined, options.factor !== undefined, changes.length > 0].filter(Boolean).length;
  if (ways !== 1) throw new UsageError('say what to compare with: a second argument, --factor, or --with');
  if (options.factor !== undefined) return pairsOfFactor(await sideOf(a, [], options, terminal), options.factor);
  if (changes.length > 0 && isResults(a)) throw new UsageError(`${a}: --with changes a scenario, not results`);
  const first = await sideOf(a, [], options, terminal);
  return [{ a: first, b: await sideOf(b ?? a, changes, options, terminal) }];
}

/** The first value with each of the others. */
function pairsOfFactor(side: Side, factor: string): Pair[] {
  const parts = [...splitByFactor(side.observations, factor)].map(([value, observations]) => ({
    ...side,
    label: `${factor} = ${value}`,
    observations,
  }));
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) {
    const known = new Set(side.observations.flatMap(({ factors }) => Object.keys(factors)));
    const swept = [...known].join(', ') || 'nothing';
    throw new UsageError(`${side.label}: ${factor} is no factor with two values; it sweeps ${swept}`);
  }
  return others.map((other) => ({ a: first, b: other }));
}

async function sideOf(
  given: string,
  changes: readonly Setting[],
  options: CompareCommandOptions,
  terminal: Terminal,
): Promise<Side> {
  if (isResults(given)) {
    const { directory, ...results } = readResults(given);
    return { label: directory, ...results };
  }
  const study = loadStudy(given, [...settingsOf(options), ...changes]);
  const label = [given, ...changes.map(({ path, value }) => `${path}=${value}`)].join(' ');
  const observations = await observe({ ...study, recorded: [] }, options, terminal);
  return { label, seed: study.seed, version: engineVersion(), observations };
}

/** Makes all runs of a study. */
async function observe(study: Study, options: CompareCommandOptions, terminal: Terminal): Promise<Observation[]> {
  const tasks = tasksOf(study);
  return await inWorkshop(options, tasks.length, terminal, async ({ pool, signal }) => {
    const progress = showProgress(study.name, () => tasks.length, terminal, false);
    try {
      const { result, failures, missing } = await runStudy(study, tasks, pool(), engineVersion(), signal, {
        onFinished: () => {
          progress.finished();
        },
      });
      if (missing > 0) throw new Interrupted();
      const [failure] = failures;
      if (failure !== undefined) {
        const others = failures.length > 1 ? `, and ${failures.length - 1} more` : '';
        throw new RunsFailed(`${study.name}: a run failed (${describeTask(failure)}): ${failure.message}${others}`);
      }
      const scenarioAt = scenariosOf(study);
      return observationsOf(result.points, (i) => scenarioAt(result.points[i]!.factors)?.sessions ?? []);
    } finally {
      progress.end();
    }
  });
}

function comparisonsOf({ a, b }: Pair, options: CompareCommandOptions): Comparison[] {
  const { confidence: level, power, metric: metrics = USUAL_METRICS, flow: flows } = options;
  const wanted = (rows: readonly Observation[]): Observation[] =>
    rows.filter(
      ({ flow, metric }) =>
        (metrics.includes('all') || metrics.includes(metric)) && (flows === undefined || flows.includes(flow)),
    );
  const found = compareObservations(wanted(a.observations), wanted(b.observations), {
    paired: a.seed === b.seed,
    level,
    power,
  });
  if (found.length > 0) return found;
  const known = [...new Set([...a.observations, ...b.observations].map(({ flow, metric }) => `${metric} of ${flow}`))];
  throw new UsageError(`nothing that ${a.label} and ${b.label} both have; there is ${known.slice(0, 20).join(', ')}`);
}

function notesOn(a: Side, b: Side): string[] {
  const notes: string[] = [];
  if (a.seed !== b.seed) {
    notes.push(`seeds ${a.seed} and ${b.seed}: no common random numbers, so nothing is paired and intervals are wide`);
  }
  if (a.version !== b.version) notes.push(`made by Hopwise ${a.version} and ${b.version}: a difference may be theirs`);
  return notes;
}

function jsonOf({ a, b, comparisons }: Pair & { readonly comparisons: readonly Comparison[] }) {
  const side = ({ label, seed, version }: Side) => ({ label, seed, version });
  // JSON has no number for infinity, nor for none
  const number = (value: number) => (Number.isFinite(value) ? value : null);
  return {
    a: side(a),
    b: side(b),
    paired: a.seed === b.seed,
    comparisons: comparisons.map(({ factors, flow, metric, unit, difference, relative, ...rest }) => ({
      factors,
      flow,
      metric,
      unit,
      n: difference.n,
      a: rest.a.mean,
      b: rest.b.mean,
      difference: difference.mean,
      low: number(difference.low),
      high: number(difference.high),
      confidence: difference.level,
      method: difference.method,
      relative: number(relative.mean),
      pValue: number(difference.pValue),
      probability: number(rest.probability),
      pAdjusted: number(rest.adjusted),
      verdict: rest.verdict,
      replicationsNeeded: number(rest.needed),
      detectable: number(rest.detectable),
    })),
  };
}
