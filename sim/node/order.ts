import { dirname, resolve } from 'node:path';
import type { Study } from '../scenario/scenario';
import { matches } from '../scenario/sweep';
import { digestOf } from './digest';
import { exitOf, finish } from './finish';
import { type Exit, UsageError } from './exit';
import type { LimitOptions } from './limits';
import { changesOf, makeMissing, withProgress } from './making';
import { reportStudy } from './report-study';
import { runName } from './results';
import { RunPlan } from './run-plan';
import { findScenario, loadStudy } from './scenario-files';
import { type SettingOptions, settingsOf } from './settings';
import type { Shard } from './shard';
import { engineVersion } from './store/engine';
import { plansIn, removePlan, writePlan } from './store/plan-file';
import { RunStore } from './store/run-store';
import { runStudy, type Task, tasksOf } from './study-runner';
import { print } from './terminal';
import type { Workshop } from './workshop';

export interface RunOptions extends SettingOptions, LimitOptions {
  /** Folder of all results. */
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly workers?: number;
  /** Make only this replication; nothing is written then. */
  readonly replication?: number;
  /** Make only points at which factors have these values; nothing is written then. */
  readonly at?: Readonly<Record<string, readonly string[]>>;
  /** Use runs that were made earlier; unless told otherwise. */
  readonly resume?: boolean;
  /** Make only this part of the runs, and keep them for whoever collects all. */
  readonly shard?: Shard;
}

/** A scenario to run. */
export interface Order {
  /** The scenario as it was given. */
  readonly given: string;
  readonly study: Study;
  /** Some runs only, to look at them; undefined for all. */
  readonly tasks: readonly Task[] | undefined;
}

/** Throws `UsageError` or `ScenarioError`. */
export function orderOf(given: string, options: RunOptions): Order {
  const study = loadStudy(given, settingsOf(options));
  const { replication, at } = options;
  const most = study.precision?.max ?? study.replications;
  if (replication !== undefined && replication > most) {
    throw new UsageError(`--replication ${replication}: ${given} has ${most}`);
  }
  if (at === undefined && replication === undefined) return { given, study, tasks: undefined };
  if (options.shard !== undefined) throw new UsageError('--shard: not together with --at or --replication');
  const tasks = tasksOf(study, replication === undefined ? undefined : [replication]);
  if (at === undefined) return { given, study, tasks };
  const chosen = tasks.filter(({ point }) => matches(point.factors, at));
  const wanted = Object.entries(at).map(([name, values]) => `${name}=${values.join(',')}`);
  if (chosen.length === 0) throw new UsageError(`--at ${wanted.join(' --at ')}: ${given} has no such point`);
  return { given, study, tasks: chosen };
}

/** Most runs that can be under way at once. */
export function mostRuns({ study, tasks }: Order): number {
  return tasks?.length ?? study.points.length * (study.precision?.min ?? study.replications);
}

/** Makes the runs of an order that are not there yet, writes the results and tells of them. */
export async function carryOut(order: Order, options: RunOptions, workshop: Workshop): Promise<Exit> {
  if (order.tasks !== undefined) return await look(order, order.tasks, options, workshop);
  const store = openStore(order, options);
  try {
    return await complete(order, store, options, workshop);
  } finally {
    store.close();
  }
}

export function openStore({ study }: Order, { out, resume }: RunOptions, others: readonly string[] = []): RunStore {
  return RunStore.open(out, study, engineVersion(), resume, others);
}

/** As `carryOut`, with the runs that a store has; it is closed if nothing is missing. */
export async function complete(order: Order, store: RunStore, options: RunOptions, workshop: Workshop): Promise<Exit> {
  const { study } = order;
  const plan = new RunPlan(study, store, options.shard);
  if (plan.total > 0 && !(options.shard !== undefined && isAnnounced(options.out, study)))
    announce(order, store, plan, options);
  const counts = await makeMissing(order, plan, store, options, workshop);
  if (options.shard !== undefined) {
    if (options.quiet !== true && counts.missing === 0) {
      const { index, of } = options.shard;
      print(workshop.terminal.err, `${study.name}: part ${index} of ${of} is made; hopwise collect joins the parts`);
    }
    return exitOf(counts, 0);
  }
  const exit = finish(study, store, plan, counts, options, workshop.terminal);
  if (counts.missing === 0) settleUp(study, store);
  return exit;
}

/** Removes what is of no use once the results are written. */
export function settleUp(study: Study, store: RunStore): void {
  removePlan(store.results, { study: study.name, run: runName(store.source()) });
  store.close(true);
}

/** Leaves word of what is being made, for `hopwise status`. */
export function announce({ given, study }: Order, store: RunStore, plan: RunPlan, options: RunOptions): void {
  writePlan(options.out, {
    study: study.name,
    run: runName(store.source()),
    engine: engineVersion(),
    given,
    changes: changesOf(options),
    source: study.source,
    folder: resolve(dirname(findScenario(given))),
    begun: Date.now(),
    before: plan.needed - plan.total,
  });
}

/** Whether another shard has done it. */
function isAnnounced(out: string, { name }: Study): boolean {
  return plansIn(out).some(({ study, engine }) => study === name && engine === engineVersion());
}

/** Makes some runs and shows them, without a trace in files: whatever is there, they are made. */
async function look(order: Order, tasks: readonly Task[], options: RunOptions, workshop: Workshop): Promise<Exit> {
  const { study } = order;
  const { result, ...rest } = await withProgress(
    order,
    () => tasks.length,
    options,
    workshop,
    (events) => runStudy(study, tasks, workshop.pool(), engineVersion(), workshop.signal, events),
  );
  const counts = { ...rest, done: tasks.length - rest.failures.length - rest.missing };
  const digest = digestOf(result);
  if (counts.done > 0) {
    reportStudy({ source: result, digest, counts, unmet: [], written: undefined }, options, workshop.terminal);
  }
  return exitOf(counts, 0);
}
