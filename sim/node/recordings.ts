import type { Study } from '../scenario/scenario';
import { type CaptureOptions, CaptureRecorder, capturesOf } from './captures';
import { qlogFormat, TraceRecorder, xplFormat } from './connection-traces';
import { type Recorder, runRecorded } from './recorder';
import { requestOf, type Task, tasksOf } from './study-runner';
import { print, type Terminal } from './terminal';

/** What to write down in runs besides their results. */
export interface RecordingOptions extends CaptureOptions {
  /** Folder for qlog traces. */
  readonly qlog?: string;
  /** Folder for time sequences. */
  readonly xpl?: string;
}

/** A run to be made for its packets. */
export interface RecordedTask extends Task {
  readonly recorders: readonly Recorder[];
}

/** What `options` ask for: the first run of each point among `tasks`, or of all. Throws `UsageError`. */
export function recordingsOf(
  study: Study,
  tasks: readonly Task[] | undefined,
  options: RecordingOptions,
): RecordedTask[] {
  const { qlog, xpl } = options;
  const first = firstOfEachPoint(tasks ?? tasksOf(study, [1]));
  const captures = capturesOf(study, first, options);
  return first.flatMap((task): RecordedTask[] => {
    const capture = captures.get(task.index);
    const recorders: Recorder[] = [];
    if (capture !== undefined) recorders.push(new CaptureRecorder(capture));
    if (qlog !== undefined) recorders.push(TraceRecorder.of(qlogFormat, qlog, study, task));
    if (xpl !== undefined) recorders.push(TraceRecorder.of(xplFormat, xpl, study, task));
    return recorders.length > 0 ? [{ ...task, recorders }] : [];
  });
}

/** Makes the runs once more, for their packets, and tells where they are. */
export function makeRecordings(study: Study, tasks: readonly RecordedTask[], terminal: Terminal | undefined): void {
  const told = new Map<string, { readonly first: string; count: number }>();
  for (const task of tasks) {
    runRecorded(requestOf(study, task), task.recorders);
    for (const { told: text } of task.recorders) {
      const kind = text.split(' ')[0]!;
      const before = told.get(kind);
      if (before === undefined) told.set(kind, { first: text, count: 1 });
      else before.count++;
    }
  }
  if (terminal === undefined) return;
  for (const { first, count } of told.values()) {
    const more = count > 1 ? ` and ${count - 1} more beside it` : '';
    print(terminal.err, `${study.name}: ${first}${more}`);
  }
}

function firstOfEachPoint(tasks: readonly Task[]): Task[] {
  const seen = new Set<number>();
  return tasks.filter(({ index }) => seen.size < seen.add(index).size);
}
