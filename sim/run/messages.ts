import type { SeedWords } from '../core/random';
import type { FactorValue, Scenario, Study } from '../scenario/scenario';

/** What a run needs to know; everything it does follows from this. */
export interface RunRequest {
  readonly scenario: Scenario;
  readonly seed: SeedWords;
  /** Keep the time series that the scenario names. */
  readonly record: boolean;
}

/** What a run found. Plain data: it crosses a thread boundary. */
export interface RunReply {
  readonly metrics: readonly MetricRow[];
  /** Empty unless the request asked for it. */
  readonly series: readonly SeriesTable[];
  /** Hash of the trajectory: equal fingerprints mean the same packets at the same times. */
  readonly fingerprint: string;
  /** Events, packet hops, ...: the same on every machine. */
  readonly counters: Readonly<Record<string, number>>;
}

/** One number about one flow, or about the whole network (`flow` is then 'network'), measured after the warm-up. */
export interface MetricRow {
  readonly flow: string;
  readonly metric: string;
  /** 'bit/s', 's', 'B', 'packets', or '' for a ratio. */
  readonly unit: string;
  readonly value: number;
}

/** Columns of equal length; the first is the time. Names carry the unit: `time_s`, `cwnd_bytes`. */
export interface SeriesTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/** Everything that a study has found: what result files, tables, charts and expectations are made from. */
export interface StudyResult {
  /** The scenario as resolved, all points. */
  readonly scenario: Study;
  readonly seed: number;
  /** Of Hopwise: of the package, and of the modules that make a run. */
  readonly version: string;
  readonly points: readonly PointResult[];
}

/** A `StudyResult` whose points are read one at a time, each time from the beginning: they need not be in memory together. */
export type StudySource = Omit<StudyResult, 'points'> & { readonly points: Iterable<PointResult> };

export interface PointResult {
  readonly factors: Readonly<Record<string, FactorValue>>;
  /** Finished replications in ascending order; fewer than asked for when a run failed or the study was interrupted. */
  readonly replications: readonly ReplicationResult[];
}

export interface ReplicationResult {
  /** Counted from 1. */
  readonly replication: number;
  readonly seed: SeedWords;
  readonly reply: RunReply;
}
