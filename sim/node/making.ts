import type { Order, RunOptions } from './order';
import { formatSeconds, showProgress } from './progress';
import { describeTask, repeatCommand } from './repeat';
import type { RunPlan } from './run-plan';
import { settingsOf } from './settings';
import type { RunStore } from './store/run-store';
import { type Counts, makeRuns, type RunnerEvents } from './study-runner';
import { print } from './terminal';
import type { Workshop } from './workshop';

/*
 * Making the runs of a study while the user watches.
 */

/** Failing runs tend to fail alike. */
const MOST_FAILURES_TOLD = 10;

/** Makes the runs that a plan still wants, and keeps them in the store. */
export async function makeMissing(
  order: Order,
  plan: RunPlan,
  store: RunStore,
  options: RunOptions,
  workshop: Workshop,
): Promise<Counts> {
  const there = plan.needed - plan.total;
  const tell = (text: string) => {
    if (options.quiet !== true) print(workshop.terminal.err, `${order.study.name}: ${text}`);
  };
  if (plan.total === 0) {
    tell(`all ${there} runs are there already`);
    return { done: 0, failures: [], missing: 0 };
  }
  if (there > 0) tell(`${there} of ${plan.needed} runs are there already`);
  return await withProgress(
    order,
    () => plan.total,
    options,
    workshop,
    (events) =>
      makeRuns(
        order.study,
        plan,
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

/** The options that were given, as words of a command line: what repeats a run of the same scenario. */
export function changesOf(options: RunOptions): string[] {
  return settingsOf(options).flatMap(({ path, value }) => ['--set', `${path}=${value}`]);
}

/** Shows how far `work` is, which failures it has, and in the end what became of it. `total` may grow. */
export async function withProgress<C extends Pick<Counts, 'failures' | 'missing'>>(
  { given, study }: Order,
  total: () => number,
  options: RunOptions,
  { terminal }: Workshop,
  work: (events: RunnerEvents) => Promise<C>,
): Promise<C> {
  const { err } = terminal;
  const started = Date.now();
  const progress = showProgress(study.name, total, terminal, options.quiet ?? false);
  const changes = changesOf(options);
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
  const done = total() - failures.length - missing;
  if (options.quiet !== true) {
    const runs = done === 1 ? 'run' : 'runs';
    print(err, `${study.name}: ${done} ${runs} in ${formatSeconds((Date.now() - started) / 1000)}`);
  }
  if (failures.length > 0) print(err, `${study.name}: ${failures.length} of ${total()} runs failed`);
  if (missing > 0) print(err, `${study.name}: interrupted; ${done} of ${total()} runs are finished`);
  return counts;
}
