import { spawnSync } from 'node:child_process';

/** What a process took from start to end, set-up included. */
export interface Cost {
  /** User and system time, seconds. */
  readonly cpu: number;
  /** Peak resident memory, MiB. */
  readonly peak: number;
}

// bash's `time` has milliseconds, GNU time has the peak memory
const SCRIPT = 'TIMEFORMAT="cpu %3U %3S"; time /usr/bin/time -f "peak %M" "$@"';

/**
 * The environment of what is measured: this one without what the machine's keeper tells Node.js alone. Certificates that
 * NODE_EXTRA_CA_CERTS names are read at each start, 0.07 s of CPU, whether they are needed or not.
 */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_EXTRA_CA_CERTS: undefined, NODE_OPTIONS: undefined };
}

/** Runs a command to its end. Throws with what it said if it fails. */
export function measured(command: string, args: readonly string[]): { readonly output: string; readonly cost: Cost } {
  const settings = { encoding: 'utf8', maxBuffer: 2 ** 28, env: environment() } as const;
  const done = spawnSync('bash', ['-c', SCRIPT, 'bash', command, ...args], settings);
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${done.stderr}`);
  const cpu = /^cpu ([\d.]+) ([\d.]+)$/m.exec(done.stderr);
  const peak = /^peak (\d+)$/m.exec(done.stderr);
  if (cpu === null || peak === null) throw new Error(`bash and GNU time (/usr/bin/time) are needed:\n${done.stderr}`);
  return { output: done.stdout, cost: { cpu: Number(cpu[1]) + Number(cpu[2]), peak: Number(peak[1]) / 1024 } };
}

/** Whether a command can be started at all. */
export function isInstalled(command: string): boolean {
  return spawnSync('bash', ['-c', 'command -v "$1"', 'bash', command]).status === 0;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
