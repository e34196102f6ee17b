import { rmSync, rmdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { unmetIn } from '../scenario/expect';
import type { StudySource } from '../run/messages';
import type { Study } from '../scenario/scenario';
import { matches } from '../scenario/sweep';
import { digestOf } from './digest';
import { Exit, UsageError } from './exit';
import { openPool, type Pool } from './pool';
import { formatSeconds, showProgress } from './progress';
import { describeTask, repeatCommand } from './repeat';
import { reportStudy } from './report-study';
import { writeStudy } from './results';
import { loadStudy } from './scenario-files';
import { type SettingOptions, settingsOf } from './settings';
import { engineVersion } from './store/engine';
import { RunStore } from './store/run-store';
import { type Counts, makeRuns, type RunnerEvents, runStudy, type Task, tasksOf } from './study-runner';
import { print, type Terminal } from './terminal';

export interface RunOptions extends SettingOptions {
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
}

/** A scenario to run. */
export interface Order {
  /** The scenario as it was given. */
  readonly given: string;
  readonly study: Study;
  readonly tasks: readonly Task[];
  /** Only some runs are made, to look at them. */
  readonly partial: boolean;
}

/** What all orders of a command share. */
export interface Workshop {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Opens the pool with the first call. */
  pool(): Pool;
}

/** Failing runs tend to fail alike. */
const MOST_FAILURES_TOLD = 10;

/** Throws `UsageError` or `ScenarioError`. */
export function orderOf(given: string, options: RunOptions): Order {
  const study = loadStudy(given, settingsOf(options));
  const { replication, at } = options;
  if (replication !== undefined && replication > study.replications) {
    throw new UsageError(`--replication ${replication}: ${given} has ${study.replications}`);
  }
  const tasks = tasksOf(study, replication === undefined ? undefined : [replication]);
  if (at === undefined) return { given, study, tasks, partial: replication !== undefined };
  const chosen = tasks.filter(({ point }) => matches(point.factors, at));
  const wanted = Object.entries(at).map(([name, values]) => `${name}=${values.join(',')}`);
  if (chosen.length === 0) throw new UsageError(`--at ${wanted.join(' --at ')}: ${given} has no such point`);
  return { given, study, tasks: chosen, partial: true };
}

/** Does `work` with threads and a signal that Ctrl-C or an end asked for by the system gives. */
export async function inWorkshop<T>(
  workers: number | undefined,
  most: number,
  terminal: Terminal,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let pool: Pool | undefined;
  const open = () => (pool ??= openPool(Math.min(workers ?? availableParallelism(), most)));
  try {
    return await work({ terminal, signal: interruption.signal, pool: open });
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await pool?.close();
  }
}

/** Makes the runs of an order that are not there yet, writes the results and tells of them. */
export async function carryOut(order: Order, options: RunOptions, workshop: Workshop): Promise<Exit> {
  return order.partial ? await look(order, options, workshop) : await complete(order, options, workshop);
}

/** Makes some runs and shows them, without a trace in files: whatever is there, they are made. */
async function look(order: Order, options: RunOptions, workshop: Workshop): Promise<Exit> {
  const { study, tasks } = order;
  const { result, ...rest } = await withProgress(order, tasks.length, options, workshop, (events) =>
    runStudy(study, tasks, workshop.pool(), engineVersion(), workshop.signal, events),
  );
  const counts = { ...rest, done: tasks.length - rest.failures.length - rest.missing };
  const digest = digestOf(result);
  if (counts.done > 0) {
    reportStudy({ source: result, digest, counts, unmet: [], written: undefined }, options, workshop.terminal);
  }
  return exitOf(counts, 0);
}

async function complete(order: Order, options: RunOptions, workshop: Workshop): Promise<Exit> {
  const { study } = order;
  const store = RunStore.open(options.out, study, engineVersion(), options.resume);
  let counts: Counts;
  try {
    counts = await makeMissing(order, store, options, workshop);
    const exit = report(order, store.source(), store.finished, counts, options, workshop);
    store.close(counts.missing === 0);
    return exit;
  } finally {
    store.close();
  }
}

/** Makes the runs of the order that a store lacks. */
export async function makeMissing(
  order: Order,
  store: RunStore,
  options: RunOptions,
  workshop: Workshop,
): Promise<Counts> {
  const tasks = order.tasks.filter(({ index, replication }) => !store.has(index, replication));
  const there = order.tasks.length - tasks.length;
  if (tasks.length === 0) {
    if (options.quiet !== true)
      print(workshop.terminal.err, `${order.study.name}: all ${there} runs are there already`);
    return { done: 0, failures: [], missing: 0 };
  }
  if (there > 0 && options.quiet !== true) {
    print(workshop.terminal.err, `${order.study.name}: ${there} of ${order.tasks.length} runs are there already`);
  }
  return await withProgress(order, tasks.length, options, workshop, (events) =>
    makeRuns(
      order.study,
      tasks,
      workshop.pool(),
      ({ index, replication }, reply) => {
        store.keep(index, replication, reply);
      },
      workshop.signal,
      {
        ...events,
        onFailed: (failure) => {
          store.keepFailure(failure.index, failure.replication, failure.message);
          events.onFailed?.(failure);
        },
      },
    ),
  );
}

/** Shows how far `work` is, which failures it has, and in the end what became of it. */
async function withProgress<C extends Pick<Counts, 'failures' | 'missing'>>(
  { given, study }: Order,
  total: number,
  options: RunOptions,
  { terminal }: Workshop,
  work: (events: RunnerEvents) => Promise<C>,
): Promise<C> {
  const { err } = terminal;
  const started = Date.now();
  const progress = showProgress(study.name, total, terminal, options.quiet ?? false);
  const changes = settingsOf(options).flatMap(({ path, value }) => ['--set', `${path}=${value}`]);
  let told = 0;
  let counts: C;
  try {
    counts = await work({
      onFinished: () => {
        progress.finished();
      },
      onFailed: (failure) => {
        progress.failed();
        if (told++ >= MOST_FAILURES_TOLD) return;
        progress.note(`${given}: a run failed (${describeTask(failure)}): ${failure.message}`);
        progress.note(`  repeat it with: ${repeatCommand(given, changes, failure)}`);
      },
    });
  } finally {
    progress.end();
  }
  const { failures, missing } = counts;
  const done = total - failures.length - missing;
  if (options.quiet !== true) {
    const runs = done === 1 ? 'run' : 'runs';
    print(err, `${study.name}: ${done} ${runs} in ${formatSeconds((Date.now() - started) / 1000)}`);
  }
  if (failures.length > 0) print(err, `${study.name}: ${failures.length} of ${total} runs failed`);
  if (missing > 0) print(err, `${study.name}: interrupted; ${done} of ${total} runs are finished`);
  return counts;
}

function report(
  { study }: Order,
  source: StudySource,
  finished: number,
  counts: Counts,
  options: RunOptions,
  { terminal }: Workshop,
): Exit {
  if (finished === 0) return exitOf(counts, 0);
  const isComplete = counts.missing === 0;
  // What was interrupted must not take the place of complete results.
  const interrupted = join(options.out, 'interrupted');
  const { digest, ...written } = writeStudy(isComplete ? options.out : interrupted, source, isComplete);
  if (isComplete) forget(interrupted, study.name, written.directory);
  const unmet = isComplete ? unmetIn(study, digest.summaries) : [];
  reportStudy({ source, digest, counts, unmet, written }, options, terminal);
  for (const { what, why } of unmet) print(terminal.err, `${study.name}: expectation not met: ${what}: ${why}`);
  return exitOf(counts, unmet.length);
}

/** Removes what an interruption has left of results that are complete now. */
function forget(interrupted: string, study: string, directory: string): void {
  const folder = join(interrupted, study);
  const run = directory.slice(directory.lastIndexOf('/') + 1);
  rmSync(join(folder, run), { recursive: true, force: true });
  try {
    // Only the text that names the newest is left when this was the only one.
    rmdirSync(folder);
    rmdirSync(interrupted);
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export function exitOf({ failures, missing }: Pick<Counts, 'failures' | 'missing'>, unmet: number): Exit {
  if (missing > 0) return Exit.interrupted;
  if (failures.length > 0) return Exit.failed;
  return unmet > 0 ? Exit.unmet : Exit.ok;
}
