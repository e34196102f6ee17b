import { LiveRun } from '../run/live-run';
import type { RunReply, RunRequest } from '../run/messages';
import type { Task } from './study-runner';

/** Writes down what happens in one run. */
export interface Recorder {
  /** What was written and where, for the user. */
  readonly told: string;
  /** Before the first event. */
  begin(live: LiveRun): void;
  /** The run has ended well. */
  end(): void;
  /** The run is over, perhaps early: what has not ended is removed. */
  discard(): void;
}

/** Makes a run with recorders, which change nothing in it. */
export function runRecorded(request: RunRequest, recorders: readonly Recorder[]): RunReply {
  try {
    const live = new LiveRun(request);
    for (const recorder of recorders) recorder.begin(live);
    live.advance(live.end);
    const reply = live.reply();
    for (const recorder of recorders) recorder.end();
    return reply;
  } finally {
    for (const recorder of recorders) recorder.discard();
  }
}

/** What files about a run are called: 'segments=2,replication=1'. */
export function fileName({ point, replication }: Task): string {
  const parts = [...Object.entries(point.factors), ['replication', replication]].map(
    ([name, value]) => `${name}=${value}`,
  );
  return parts.join(',').replaceAll(/[^\w.=,+-]+/g, '_');
}
