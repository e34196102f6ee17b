import { formatDuration } from '../../core/units';
import { someOf } from '../../scenario/explain';
import type { Study } from '../../scenario/scenario';
import { Exit, UsageError } from '../exit';
import { announce, complete, mostRuns, openStore, type Order, orderOf, type RunOptions } from '../order';
import { RunPlan } from '../run-plan';
import type { RunStore } from '../store/run-store';
import { type Task, tasksOf } from '../study-runner';
import { print, type Terminal } from '../terminal';
import { estimateText, tryRuns } from '../trial';
import { inWorkshop, type Workshop, workersOf } from '../workshop';
import { engines, LOCAL } from '../engines';

export interface SweepOptions extends RunOptions {
  /** Only say what would be made, and how long that takes. */
  readonly preview?: boolean;
  /** Who makes the runs. */
  readonly engine: keyof typeof engines | typeof LOCAL;
  /** Parts that another engine makes side by side. */
  readonly parts?: number;
  /** Words for the submit command of the engine. */
  readonly submit?: readonly string[];
  readonly again: number;
}

/** Says how many runs a scenario has and how long they will take, judged by some of them; then makes the others. */
export async function sweep(given: string, options: SweepOptions, terminal: Terminal): Promise<Exit> {
  const order = orderOf(given, options);
  if (order.tasks !== undefined) throw new UsageError('--at and --replication: use hopwise run');
  return await inWorkshop(options, mostRuns(order), terminal, async (workshop) => {
    const store = openStore(order, options);
    try {
      await preview(order, store, options, workshop);
      if (workshop.signal.aborted) return Exit.interrupted;
      if (options.preview === true) return Exit.ok;
      const { engine } = options;
      if (engine === LOCAL || options.shard !== undefined) return await complete(order, store, options, workshop);
      return await engines[engine](order, store, options, workshop);
    } finally {
      store.close();
    }
  });
}

async function preview(order: Order, store: RunStore, options: SweepOptions, workshop: Workshop): Promise<void> {
  const { study } = order;
  const tell = (text: string) => {
    if (options.quiet !== true) print(workshop.terminal.err, text);
  };
  const plan = new RunPlan(study, store, options.shard);
  tell(outline(study));
  const there = plan.needed - plan.total;
  tell(`  ${plan.total} of ${plan.needed} runs are to be made${there > 0 ? `; ${there} are there already` : ''}`);
  if (plan.total === 0 || options.quiet === true) return;
  if (options.preview !== true) announce(order, store, plan, options);
  const trial = await tryRuns(
    study,
    toBeMade(study, plan, store),
    workshop.pool(),
    ({ index, replication }, reply) => {
      store.keep(index, replication, reply);
    },
    workshop.signal,
  );
  for (const failure of trial.failures) tell(`  a run of the trial failed: ${failure}`);
  const more = study.precision === undefined ? '' : ', at least: more where intervals are wide';
  tell(`  ${estimateText(trial, plan.total, workersOf(options, plan.total))}${more}`);
}

function toBeMade(study: Study, plan: RunPlan, store: RunStore): Task[] {
  const first = study.points.reduce((most, _, point) => Math.max(most, plan.replicationsOf(point)), 0);
  const replications = Array.from({ length: Math.min(first, 3) }, (_, i) => i + 1);
  return tasksOf(study, replications).filter(({ index, replication }) => !store.has(index, replication));
}

function outline({ name, factors, points, replications, precision }: Study): string {
  const { duration } = points[0]!.scenario.run;
  const width = Math.max(0, ...factors.map((factor) => factor.name.length));
  const lines = factors.map((factor) => `  ${factor.name.padEnd(width)}  ${someOf(factor.values)}`);
  const each = precision === undefined ? `${replications}` : `${precision.min} to ${precision.max}`;
  const count = points.length === 1 ? '1 point' : `${points.length} points`;
  return [`${name}: ${count} x ${each} replications of ${formatDuration(duration)}`, ...lines].join('\n');
}
