import { exitOf, finish, type FinishOptions } from './finish';
import { Exit } from './exit';
import { settleUp } from './order';
import { RunPlan } from './run-plan';
import type { RunStore } from './store/run-store';
import { print, type Terminal } from './terminal';
import { describeTask } from './repeat';
import type { RunFailure, Task } from './study-runner';

/** What is there of a study, and what is not. */
export interface Stock {
  readonly plan: RunPlan;
  readonly missing: readonly Task[];
  /** Missing runs whose last attempt is known to have failed. */
  readonly failures: readonly RunFailure[];
}

/** Takes stock of a store. Runs that failed count as settled, as they do where they are made. */
export function stockOf(store: RunStore): Stock {
  const plan = new RunPlan(store.study, store);
  const noted = store.failures();
  const missing: Task[] = [];
  const failures: RunFailure[] = [];
  for (let task = plan.next(); task !== undefined; task = plan.next()) {
    const message = noted.get(store.keys.of(task.index, task.replication));
    if (message === undefined) missing.push(task);
    else {
      failures.push({ ...task, message });
      plan.settle(task, false);
    }
  }
  return { plan, missing, failures };
}

/** Writes the results of a study whose runs were made elsewhere, once all are there. */
export function collectRuns(store: RunStore, options: FinishOptions, terminal: Terminal): Exit {
  const { study } = store;
  const { plan, missing, failures } = stockOf(store);
  for (const failure of failures.slice(0, MOST_TOLD)) {
    print(terminal.err, `${study.name}: a run failed (${describeTask(failure)}): ${failure.message}`);
  }
  if (failures.length > MOST_TOLD) print(terminal.err, `${study.name}: ${failures.length} runs failed`);
  if (missing.length > 0) {
    const some = missing.slice(0, MOST_TOLD).map((task) => `  ${describeTask(task)}`);
    print(
      terminal.err,
      `${study.name}: ${missing.length} of ${plan.needed} runs are missing, such as\n${some.join('\n')}`,
    );
    return Exit.failed;
  }
  const counts = { done: plan.needed - failures.length, failures, missing: 0 };
  const exit = finish(study, store, plan, counts, options, terminal);
  settleUp(study, store);
  return store.finished === 0 ? exitOf(counts, 0) : exit;
}

const MOST_TOLD = 5;
