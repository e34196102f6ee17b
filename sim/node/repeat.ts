import type { Task } from './study-runner';

/** The command that makes one run of a study again. `changes` are the options that were given. */
export function repeatCommand(scenario: string, changes: readonly string[], { point, replication }: Task): string {
  const at = Object.entries(point.factors).flatMap(([name, value]) => ['--at', `${name}=${value}`]);
  const words = ['hopwise', 'run', scenario, ...changes, ...at];
  return [...words, '--replication', String(replication)].map(shellQuoted).join(' ');
}

/** 'segments = 2, path = relayed, replication 3'. */
export function describeTask({ point, replication }: Task): string {
  const factors = Object.entries(point.factors).map(([name, value]) => `${name} = ${value}`);
  return [...factors, `replication ${replication}`].join(', ');
}

/** A word as a shell reads it. */
export function shellQuoted(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
