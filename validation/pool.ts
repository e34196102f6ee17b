import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Group, Row } from './check';
import type { Task, TaskResult } from './worker';

const PROCESSES = 2;

/** Runs every check of `groups` in worker processes; the rows of each group come back in its own order. */
export async function runChecks(
  groups: Readonly<Record<string, Group>>,
  onDone: (done: number, of: number, name: string) => void,
): Promise<Map<string, Row[]>> {
  const tasks: Task[] = Object.entries(groups).flatMap(([group, { checks }]) =>
    checks.map((_, check) => ({ group, check })),
  );
  const found = new Map(tasks.map((task) => [key(task), [] as readonly Row[]]));
  let next = 0;
  let done = 0;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child: ChildProcess = fork(join(__dirname, 'worker.ts'), {
        execArgv: ['--require', 'ts-node/register/transpile-only'],
      });
      let current: Task | undefined;
      const advance = (): void => {
        current = tasks[next++];
        if (current === undefined) child.disconnect();
        else child.send(current);
      };
      child.on('message', (result: TaskResult) => {
        found.set(key(result), result.rows);
        onDone(++done, tasks.length, groups[result.group]!.checks[result.check]!.name);
        advance();
      });
      child.on('error', reject);
      child.on('exit', (code) => {
        const name = current === undefined ? '' : groups[current.group]!.checks[current.check]!.name;
        if (code === 0 && current === undefined) resolve();
        else reject(new Error(`the worker that checked ${name} ended with ${code}`));
      });
      advance();
    });
  await Promise.all(Array.from({ length: PROCESSES }, work));
  return new Map(
    Object.entries(groups).map(([group, { checks }]) => [
      group,
      checks.flatMap((_, check) => [...found.get(key({ group, check }))!]),
    ]),
  );
}

function key(task: Task): string {
  return `${task.group} ${task.check}`;
}
