import { progressOf, type StoppingRule } from './sequential';
import type { Observation } from './table';

/** How precisely a study wants to know a metric: at every point, of every flow that is named. */
export interface PrecisionGoal extends StoppingRule {
  readonly metric: string;
  /** Flows, groups or links; empty for all that have the metric. */
  readonly flows: readonly string[];
}

/** What the replications so far of one point mean for its goal. */
export interface GoalProgress {
  /** Every interval is as narrow as was wanted. */
  readonly reached: boolean;
  /** Replications to make before asking again; none when it is over. */
  readonly more: number;
}

/** Whether a row is among those that decide. */
export function isDecisive({ metric, flows }: PrecisionGoal, row: Pick<Observation, 'flow' | 'metric'>): boolean {
  return row.metric === metric && (flows.length === 0 || flows.includes(row.flow));
}

/**
 * Asks the stopping rule of every decisive metric of one point; the one that needs most decides. A function of the
 * observations: asked again with the same, it answers the same. Without any decisive metric nothing more is made.
 */
export function goalProgress(goal: PrecisionGoal, observations: readonly Observation[]): GoalProgress {
  const samples = new Map<string, number[]>();
  for (const row of observations) {
    if (!isDecisive(goal, row) || !Number.isFinite(row.value)) continue;
    const known = samples.get(row.flow);
    if (known === undefined) samples.set(row.flow, [row.value]);
    else known.push(row.value);
  }
  const found = [...samples.values()].map((values) => progressOf(values, goal));
  return {
    reached: found.length > 0 && found.every(({ reached }) => reached),
    more: Math.max(0, ...found.map(({ more }) => more)),
  };
}
