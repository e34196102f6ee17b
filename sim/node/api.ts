import { type Comparison, compareObservations } from '../stats/compare';
import { withDerived } from '../stats/derived';
import type { Observation, Summary } from '../stats/table';
import { observationsOf, summarise } from '../stats/table';
import { run } from '../run/run';
import type { MetricRow, SeriesTable } from '../run/messages';
import type { FactorValue, Study } from '../scenario/scenario';
import type { Setting } from '../scenario/parse';
import { openPool } from './pool';
import { scenariosOf } from '../run/scenario-at';
import { RunPlan } from './run-plan';
import { writeStudy } from './results';
import { loadStudy, studyOf } from './scenario-files';
import { engineVersion } from './store/engine';
import { MemoryStore } from './store/memory-store';
import { RunStore } from './store/run-store';
import { makeRuns, requestOf, type RunFailure } from './study-runner';
import { workersOf } from './workshop';

/*
 * Hopwise as a library: what `import ... from 'hopwise'` gives. The same engine as the command line: the same scenario and
 * seed give the same trajectories.
 */

export { ScenarioError } from '../scenario/problem';
export { UsageError } from './exit';
export type { Comparison, Verdict } from '../stats/compare';
export type { Estimate, Difference } from '../stats/estimate';
export type { Observation, Summary, Factors } from '../stats/table';
export type { MetricRow, SeriesTable } from '../run/messages';
export type { FactorValue, Study } from '../scenario/scenario';

/** A scenario: a file, the name of one that comes with Hopwise, or its content as plain data. */
export type ScenarioInput = string | Readonly<Record<string, unknown>>;

export interface ScenarioChanges {
  /** Fields by dotted path, as `--set` on the command line: `{ 'network.chain.segments': 4 }`. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** In place of `run.seed`. */
  readonly seed?: number;
}

export interface SimulateOptions extends ScenarioChanges {
  /** Counted from 1; 1 by default. */
  readonly replication?: number;
  /** The point of the sweep, by values of factors; the first that has them. */
  readonly at?: Readonly<Record<string, FactorValue>>;
  /** Keep the time series that the scenario names under `record`. */
  readonly record?: boolean;
}

/** What one run found. */
export interface SimulateResult {
  readonly factors: Readonly<Record<string, FactorValue>>;
  /** Measured after the warm-up, in base units: bit/s, s, B, packets. */
  readonly metrics: readonly MetricRow[];
  readonly series: readonly SeriesTable[];
  /** Equal fingerprints mean the same packets at the same times. */
  readonly fingerprint: string;
  readonly counters: Readonly<Record<string, number>>;
  /** One metric; `flow` is a session, a link such as `n0>n1`, or `network`. Throws a `RangeError` that names what there is. */
  metric(name: string, flow: string): number;
}

/** Makes one run here and now. Throws `ScenarioError` when the scenario has mistakes, `UsageError` when it is not found. */
export function simulate(scenario: ScenarioInput, options: SimulateOptions = {}): SimulateResult {
  const { replication = 1, at = {}, record = false } = options;
  const study = studyFrom(scenario, options);
  const index = study.points.findIndex(({ factors }) =>
    Object.entries(at).every(([name, value]) => String(factors[name]) === String(value)),
  );
  const point = study.points[index];
  if (point === undefined) throw new RangeError(`${study.name} has no point ${JSON.stringify(at)}`);
  const request = requestOf({ ...study, recorded: record ? [replication] : [] }, { point, index, replication });
  const { metrics, ...reply } = run(request);
  const all = withDerived(metrics, point.scenario.sessions);
  return { factors: point.factors, metrics: all, ...reply, metric: (name, flow) => valueOf(all, name, flow) };
}

export interface SweepOptions extends ScenarioChanges {
  /** In place of `run.replications`. */
  readonly replications?: number;
  /** In place of `run.precision`: `2 %`, or a mapping as in a scenario file. */
  readonly precision?: string | Readonly<Record<string, unknown>>;
  /** Threads; by default one per core. */
  readonly workers?: number;
  /** A results folder: runs that are there are not made again, and the files of `hopwise run` are written. */
  readonly out?: string;
  /** Stops the sweep; it then rejects with the reason, and `out` keeps the finished runs. */
  readonly signal?: AbortSignal;
  /** Called after every run. `total` grows while precision asks for more. */
  onProgress?(progress: { readonly finished: number; readonly failed: number; readonly total: number }): void;
}

/** What a sweep found. */
export interface SweepResult {
  readonly study: Study;
  /** Every metric of every flow in every replication at every point: tidy rows. */
  readonly observations: readonly Observation[];
  /** Their means over replications with intervals. */
  readonly summaries: readonly Summary[];
  /** Runs that threw or exceeded their limits; the others went on. */
  readonly failures: readonly Pick<RunFailure, 'replication' | 'message' | 'point'>[];
  /** Fingerprints in order of points and replications. */
  readonly fingerprints: readonly string[];
  /** Where the files are; undefined without `out`. */
  readonly directory: string | undefined;
}

/** Makes all runs of a scenario on all cores. */
export async function sweep(scenario: ScenarioInput, options: SweepOptions = {}): Promise<SweepResult> {
  const { replications, precision, out, signal = new AbortController().signal, onProgress } = options;
  const study = studyFrom(scenario, options, [
    ...(replications === undefined ? [] : [settingOf('run.replications', replications)]),
    ...(precision === undefined ? [] : [settingOf('run.precision', precision)]),
  ]);
  const store =
    out === undefined ? new MemoryStore(study, engineVersion()) : RunStore.open(out, study, engineVersion());
  const plan = new RunPlan(study, store);
  const pool = openPool(workersOf(options, Math.max(1, plan.total)));
  const progress = { finished: 0, failed: 0 };
  const tell = (what: keyof typeof progress) => () => {
    progress[what]++;
    onProgress?.({ ...progress, total: plan.total });
  };
  try {
    const { failures, missing } = await makeRuns(
      study,
      plan,
      pool,
      ({ index, replication }, reply) => {
        store.keep(index, replication, reply);
      },
      signal,
      { onFinished: tell('finished'), onFailed: tell('failed') },
    );
    if (missing > 0) throw signal.reason;
    const source = store.source(plan.replicationsOf);
    const points = [...source.points];
    const scenarioAt = scenariosOf(study);
    const observations = observationsOf(points, (i) => scenarioAt(points[i]!.factors)?.sessions ?? []);
    const directory = out === undefined ? undefined : writeStudy(out, source).directory;
    store.close(true);
    return {
      study,
      observations,
      summaries: summarise(observations, study),
      failures,
      fingerprints: points.flatMap((point) => point.replications.map(({ reply }) => reply.fingerprint)),
      directory,
    };
  } finally {
    store.close();
    await pool.close();
  }
}

export interface CompareOptions {
  /** 0.95 by default. */
  readonly confidence?: number;
  /** By default goodput and jain; every further one makes chance more likely to look real. */
  readonly metrics?: readonly string[];
}

/**
 * Compares two sweeps metric by metric, B minus A. Replications are paired when both have the same seed: they then had the
 * same random numbers.
 */
export function compare(a: SweepResult, b: SweepResult, options: CompareOptions = {}): Comparison[] {
  const { confidence = 0.95, metrics = ['goodput', 'jain'] } = options;
  const of = ({ observations }: SweepResult) => observations.filter(({ metric }) => metrics.includes(metric));
  return compareObservations(of(a), of(b), { paired: a.study.seed === b.study.seed, level: confidence });
}

function studyFrom(scenario: ScenarioInput, { set = {}, seed }: ScenarioChanges, more: readonly Setting[] = []): Study {
  const settings = [
    ...Object.entries(set).map(([path, value]) => settingOf(path, value)),
    ...(seed === undefined ? [] : [settingOf('run.seed', seed)]),
    ...more,
  ];
  if (typeof scenario === 'string') return loadStudy(scenario, settings);
  return studyOf(scenario, 'scenario', process.cwd(), settings);
}

/** JSON is YAML. */
function settingOf(path: string, value: unknown): Setting {
  const text = JSON.stringify(value);
  return { path, value: text, option: `${path} = ${text}` };
}

function valueOf(rows: readonly MetricRow[], name: string, flow: string): number {
  const found = rows.find((row) => row.metric === name && row.flow === flow);
  if (found !== undefined) return found.value;
  const known = rows.map((row) => `${row.metric} of ${row.flow}`);
  throw new RangeError(`no ${name} of ${flow}; there is ${known.join(', ')}`);
}
