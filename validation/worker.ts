import type { Row } from './check';
import { allGroups } from './groups';

/** What a worker is asked for and answers. */
export interface Task {
  readonly group: string;
  readonly check: number;
}

export interface TaskResult extends Task {
  readonly rows: readonly Row[];
}

/** Runs the checks that it is sent. An error ends the process: the parent reports it. */
process.on('message', (task: Task) => {
  const rows = allGroups[task.group]!.checks[task.check]!.run();
  process.send!({ ...task, rows } satisfies TaskResult);
});
