import type { FactorValue } from '../scenario/scenario';
import type { Task } from './study-runner';

/** The command that makes one run of a study again. `changes` are the options that were given. */
export function repeatCommand(scenario: string, changes: readonly string[], { point, replication }: Task): string {
  const factors = Object.entries(point.factors).map(([name, value]) => `sweep.${name}.values=[${yaml(value)}]`);
  const words = ['hopwise', 'run', scenario, ...changes, ...factors.flatMap((set) => ['--set', set])];
  return [...words, '--replication', String(replication)].map(shellQuoted).join(' ');
}

/** 'segments = 2, path = relayed, replication 3'. */
export function describeTask({ point, replication }: Task): string {
  const factors = Object.entries(point.factors).map(([name, value]) => `${name} = ${value}`);
  return [...factors, `replication ${replication}`].join(', ');
}

/** A text that YAML would read as a number stays a text. */
function yaml(value: FactorValue): string {
  return typeof value === 'string' && !/^[A-Za-z][\w /.-]*$/.test(value) ? JSON.stringify(value) : String(value);
}

function shellQuoted(word: string): string {
  return /^[\w./=:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
