import { formatSeconds } from './progress';
import { describeTask } from './repeat';
import type { Pool } from './pool';
import { requestOf, type Task } from './study-runner';
import type { RunReply } from '../run/messages';
import type { Study } from '../scenario/scenario';

/** What some runs of a study took, one at a time. */
export interface Trial {
  /** Of each run, in the order in which they were made. */
  readonly seconds: readonly number[];
  /** Of the largest reply as text. */
  readonly bytes: number;
  readonly failures: readonly string[];
}

/** Runs that are tried, at most. */
const MOST_RUNS = 9;

/** No further run is tried so many seconds after the first. */
const ENOUGH = 2;

/**
 * Makes a few runs from all over a study, one at a time, and hands them to `keep`: they are runs of the study like any
 * other. The first one is not timed unless it stays the only one, because it waits for the thread to start.
 */
export async function tryRuns(
  study: Study,
  tasks: readonly Task[],
  pool: Pool,
  keep: (task: Task, reply: RunReply) => void,
  signal: AbortSignal,
): Promise<Trial> {
  const seconds: number[] = [];
  const failures: string[] = [];
  let bytes = 0;
  let begun = performance.now();
  for (const task of spread(tasks)) {
    const start = performance.now();
    if (signal.aborted || start - begun > ENOUGH * 1000) break;
    try {
      const reply = await pool.run(requestOf(study, task));
      if (seconds.push((performance.now() - start) / 1000) === 1) begun = performance.now();
      bytes = Math.max(bytes, JSON.stringify(reply).length);
      keep(task, reply);
    } catch (error) {
      failures.push(`${describeTask(task)}: ${(error as Error).message}`);
    }
  }
  return { seconds: seconds.length > 1 ? seconds.slice(1) : seconds, bytes, failures };
}

/** First, last, middle, quarters ... */
function spread(tasks: readonly Task[]): Task[] {
  const last = tasks.length - 1;
  const places = [0, 1, 0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875].slice(0, MOST_RUNS);
  return [...new Set(places.map((part) => Math.round(part * last)))].flatMap((i) => tasks[i] ?? []);
}

/** Text on how long `runs` will take on so many workers. */
export function estimateText({ seconds, bytes }: Trial, runs: number, workers: number): string {
  if (seconds.length === 0) return 'no estimate: no run of the trial has finished';
  const mean = seconds.reduce((a, b) => a + b, 0) / seconds.length;
  const each = `${readable(Math.min(...seconds))} to ${readable(Math.max(...seconds))}`;
  const total = formatSeconds((mean * runs) / workers);
  const size = Math.max(1, Math.round((bytes * runs) / 1e6));
  const threads = workers === 1 ? '1 worker' : `${workers} workers`;
  return `${each} a run (${seconds.length} tried), so about ${total} on ${threads} and up to ${size} MB`;
}

function readable(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${Number(seconds.toPrecision(2))} s`;
}
