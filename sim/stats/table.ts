import { bcaMean } from './bootstrap';
import { withDerived, type Measured, type Named } from './derived';
import { estimateMean, type Estimate } from './estimate';
import { isDecisive, type PrecisionGoal } from './precision';
import { progressOf } from './sequential';

/** Swept factors and the values they take at one point of a study. */
export type Factors = Readonly<Record<string, string | number>>;

/** One row of tidy results: one metric of one flow in one replication at one point. */
export interface Observation extends Measured {
  readonly factors: Factors;
  readonly replication: number;
}

/** What the replications of one point say about one metric of one flow. */
export interface Summary {
  readonly factors: Factors;
  readonly flow: string;
  readonly metric: string;
  readonly unit: string;
  readonly estimate: Estimate;
}

/** A point of a study as far as statistics are concerned. */
export interface MeasuredPoint {
  readonly factors: Factors;
  readonly replications: readonly {
    readonly replication: number;
    readonly reply: { readonly metrics: readonly Measured[] };
  }[];
}

/** All measurements of a study, derived ones included, in order of point, replication and metric. */
export function observationsOf(
  points: readonly MeasuredPoint[],
  sessionsAt?: (point: number) => readonly Named[],
): Observation[] {
  return points.flatMap(({ factors, replications }, index) =>
    replications.flatMap(({ replication, reply }) =>
      withDerived(reply.metrics, sessionsAt?.(index)).map((row) => ({ ...row, factors, replication })),
    ),
  );
}

/** How means over replications get their intervals. */
export interface SummaryOptions {
  /** Confidence; 0.95 by default. */
  readonly level?: number;
  /** Student's unless told otherwise. */
  readonly interval?: 'student' | 'bca';
  /** Metrics that decided how many replications there are; theirs is the interval of the stopping rule. */
  readonly precision?: PrecisionGoal;
}

/** The mean of each metric of each flow at each point with its interval, in order of first appearance. */
export function summarise(observations: readonly Observation[], options: SummaryOptions = {}): Summary[] {
  const cells = new Map<string, Observation[]>();
  for (const row of observations) {
    const key = JSON.stringify([row.factors, row.flow, row.metric]);
    const cell = cells.get(key);
    if (cell) cell.push(row);
    else cells.set(key, [row]);
  }
  return [...cells.values()].map((rows) => {
    const { factors, flow, metric, unit } = rows[0]!;
    return { factors, flow, metric, unit, estimate: estimateOf(rows, options) };
  });
}

function estimateOf(rows: readonly Observation[], { level = 0.95, interval, precision }: SummaryOptions): Estimate {
  const values = rows.map((row) => row.value);
  if (precision !== undefined && isDecisive(precision, rows[0]!)) {
    return progressOf(values, { ...precision, confidence: level }).estimate;
  }
  return interval === 'bca' ? bcaMean(values, { level }) : estimateMean(values, level);
}
