import { availableParallelism } from 'node:os';
import { unmetExpectations } from '../../scenario/expect';
import type { Study } from '../../scenario/scenario';
import { Exit, UsageError } from '../exit';
import { openPool, type Pool } from '../pool';
import { formatSeconds, showProgress } from '../progress';
import { describeTask, repeatCommand } from '../repeat';
import { version } from '../package';
import { loadStudy } from '../scenario-files';
import { type SettingOptions, settingsOf } from '../settings';
import { type Outcome, runStudy, type Task, tasksOf } from '../study-runner';
import { print, type Terminal } from '../terminal';
import { reportStudy } from '../report-study';

export interface RunOptions extends SettingOptions {
  /** Folder of all results. */
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly workers?: number;
  /** Make only this replication; nothing is written then. */
  readonly replication?: number;
}

/** Failing runs tend to fail alike. */
const MOST_FAILURES_TOLD = 10;

interface Order {
  /** The scenario as it was given. */
  readonly given: string;
  readonly study: Study;
  readonly tasks: readonly Task[];
}

/** Runs scenarios, writes their results, and checks their expectations. Mistakes in any are found before the first run. */
export async function run(scenarios: readonly string[], options: RunOptions, terminal: Terminal): Promise<Exit> {
  const orders = scenarios.map((given) => orderOf(given, options));
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt);
  const most = Math.max(...orders.map(({ tasks }) => tasks.length));
  const pool = openPool(Math.min(options.workers ?? availableParallelism(), most));
  let worst: Exit = Exit.ok;
  try {
    for (const order of orders) {
      const exit = await runOrder(order, options, terminal, pool, interruption.signal);
      if (exit > worst) worst = exit;
      if (interruption.signal.aborted) break;
    }
  } finally {
    process.removeListener('SIGINT', interrupt);
    await pool.close();
  }
  return worst;
}

function orderOf(given: string, options: RunOptions): Order {
  const study = loadStudy(given, settingsOf(options));
  const { replication } = options;
  if (replication !== undefined && replication > study.replications) {
    throw new UsageError(`--replication ${replication}: ${given} has ${study.replications}`);
  }
  return { given, study, tasks: tasksOf(study, replication === undefined ? undefined : [replication]) };
}

async function runOrder(
  { given, study, tasks }: Order,
  options: RunOptions,
  terminal: Terminal,
  pool: Pool,
  signal: AbortSignal,
): Promise<Exit> {
  const { err } = terminal;
  const started = Date.now();
  const progress = showProgress(study.name, tasks.length, terminal, options.quiet ?? false);
  const changes = settingsOf(options).flatMap(({ path, value }) => ['--set', `${path}=${value}`]);
  let told = 0;
  let outcome: Outcome;
  try {
    outcome = await runStudy(study, tasks, pool, version(), signal, {
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
  const { result, failures, missing } = outcome;
  const done = tasks.length - failures.length - missing;
  if (options.quiet !== true) {
    print(
      err,
      `${study.name}: ${done} ${done === 1 ? 'run' : 'runs'} in ${formatSeconds((Date.now() - started) / 1000)}`,
    );
  }
  if (failures.length > 0) print(err, `${study.name}: ${failures.length} of ${tasks.length} runs failed`);
  if (missing > 0) print(err, `${study.name}: interrupted; ${done} of ${tasks.length} runs are finished`);
  const unmet = missing > 0 || done === 0 || options.replication !== undefined ? [] : unmetExpectations(result);
  if (done > 0) {
    const complete = missing === 0 && options.replication === undefined;
    reportStudy(outcome, unmet, { complete, written: options.replication === undefined, ...options }, terminal);
  }
  for (const { what, why } of unmet) print(err, `${study.name}: expectation not met: ${what}: ${why}`);
  if (missing > 0) return Exit.interrupted;
  if (failures.length > 0) return Exit.failed;
  return unmet.length > 0 ? Exit.unmet : Exit.ok;
}
