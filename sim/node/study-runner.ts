import { setMaxListeners } from 'node:events';
import { seedOf } from '../run/seed';
import type { ReplicationResult, RunReply, RunRequest, StudyResult } from '../run/messages';
import type { Point, Study } from '../scenario/scenario';
import type { Pool } from './pool';

/** One run of a study. */
export interface Task {
  readonly point: Point;
  /** Index of the point. */
  readonly index: number;
  /** Counted from 1. */
  readonly replication: number;
}

export interface RunFailure extends Task {
  readonly message: string;
}

export interface RunnerEvents {
  onFinished?(task: Task): void;
  onFailed?(failure: RunFailure): void;
}

export interface Outcome {
  readonly result: StudyResult;
  readonly failures: readonly RunFailure[];
  /** Runs that were not made or not finished because `signal` said stop. */
  readonly missing: number;
}

/** All runs of a study, point by point within a replication, so that early results cover the whole sweep. */
export function tasksOf(study: Study, replications = oneTo(study.replications)): Task[] {
  return replications.flatMap((replication) => study.points.map((point, index) => ({ point, index, replication })));
}

/** What a worker is asked for one task. */
export function requestOf(study: Study, { point, replication }: Task): RunRequest {
  return {
    scenario: point.scenario,
    seed: seedOf(study.seed, replication),
    record: study.recorded.includes(replication),
  };
}

/** What became of some runs. */
export interface Counts {
  readonly done: number;
  readonly failures: readonly RunFailure[];
  /** Runs that were not made or not finished because `signal` said stop. */
  readonly missing: number;
}

/** Runs to be made, of which finished ones may bring more. */
export interface TaskQueue {
  /** Runs known so far, those handed out included. */
  readonly total: number;
  /** Undefined when none is to be made now. */
  next(): Task | undefined;
  /** A run is kept, or has failed. */
  settle(task: Task, isMade: boolean): void;
}

/** A queue of tasks that are all known. */
export function queueOf(tasks: readonly Task[]): TaskQueue {
  let next = 0;
  return { total: tasks.length, next: () => tasks[next++], settle: () => undefined };
}

/**
 * Makes the runs of a queue and hands each reply to `keep` as it comes. A failing run does not stop the others; `signal`
 * and a `keep` that throws do.
 */
export async function makeRuns(
  study: Study,
  queue: TaskQueue,
  pool: Pool,
  keep: (task: Task, reply: RunReply) => void,
  signal: AbortSignal,
  events: RunnerEvents = {},
): Promise<Counts> {
  // Every run under way listens: many workers are no leak.
  setMaxListeners(0, signal);
  const failures: RunFailure[] = [];
  let done = 0;
  const make = async (task: Task): Promise<void> => {
    let reply: RunReply;
    try {
      reply = await untilAborted(pool.run(requestOf(study, task)), signal);
    } catch (error) {
      if (signal.aborted) return;
      const failure = { ...task, message: error instanceof Error ? error.message : String(error) };
      failures.push(failure);
      queue.settle(task, false);
      events.onFailed?.(failure);
      return;
    }
    keep(task, reply);
    done++;
    queue.settle(task, true);
    events.onFinished?.(task);
  };
  await new Promise<void>((resolve, reject) => {
    let active = 0;
    let isBroken = false;
    // One run waits for each thread, so that none idles between two runs.
    const fill = (): void => {
      while (active < 2 * pool.workers && !signal.aborted && !isBroken) {
        const task = queue.next();
        if (task === undefined) break;
        active++;
        make(task).then(
          () => {
            active--;
            fill();
          },
          (error: unknown) => {
            isBroken = true;
            reject(error as Error);
          },
        );
      }
      if (active === 0) resolve();
    };
    fill();
  });
  return { done, failures, missing: queue.total - done - failures.length };
}

/**
 * Makes the runs of `tasks` and gathers their replies in the order of points and replications, whatever the order in
 * which they finish.
 */
export async function runStudy(
  study: Study,
  tasks: readonly Task[],
  pool: Pool,
  version: string,
  signal: AbortSignal,
  events: RunnerEvents = {},
): Promise<Outcome> {
  const finished: ReplicationResult[][] = study.points.map(() => []);
  const keep = ({ index, replication }: Task, reply: RunReply) => {
    finished[index]!.push({ replication, seed: seedOf(study.seed, replication), reply });
  };
  const { failures, missing } = await makeRuns(study, queueOf(tasks), pool, keep, signal, events);
  return { result: resultOf(study, finished, version), failures, missing };
}

function resultOf(study: Study, finished: ReplicationResult[][], version: string): StudyResult {
  const points = study.points.map(({ factors }, index) => ({
    factors,
    replications: finished[index]!.sort((a, b) => a.replication - b.replication),
  }));
  return { scenario: study, seed: study.seed, version, points };
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new Error('interrupted'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function oneTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}
