import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertSameFiles } from '../support/killed';
import { packageFolder } from '../../sim/node/package';

/*
 * make test-slurm: a sweep under a real Slurm on this machine, once in peace and once with tasks killed and requeued. The
 * results must be those of a sweep without Slurm, byte for byte.
 */

const SCENARIO = `
title: Runs for a job array
network: { chain: { segments: 1, rtt: 4 ms } }
sessions: [{ name: A, from: first, to: last, start: { uniform: [0 s, 5 ms] } }]
run: { duration: 500 ms, warmup: 10 ms, replications: 40 }
sweep: { segments: { set: network.chain.segments, values: [1, 2, 3, 4, 5] } }
record: { every: 10 ms, replications: [2] }
`;

const folder = mkdtempSync(join(tmpdir(), 'hopwise-slurm-'));
const script = join(__dirname, 'slurm.sh');
const env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
const scenario = join(folder, 'array.yaml');

function hopwise(out: string, ...options: string[]): string[] {
  return [join(packageFolder(), 'bin/hopwise.js'), 'sweep', scenario, '--out', join(folder, out), ...options];
}

function local(out: string, ...options: string[]): void {
  execFileSync(process.execPath, hopwise(out, '--quiet', ...options), { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs a sweep under Slurm; `disturb` is called with the number of the job when some runs are there. */
function underSlurm(out: string, options: readonly string[], disturb?: (job: string) => boolean): Promise<string> {
  const child = spawn(process.execPath, hopwise(out, '--engine', 'slurm', ...options), { env });
  let said = '';
  let isDisturbed = false;
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // Slurm itself needs a moment to say who runs.
  const timer = setInterval(() => {
    const job = /job (\d+):/.exec(said)?.[1];
    if (job === undefined || isDisturbed || disturb === undefined || runsIn(join(folder, out)) < 5) return;
    isDisturbed = disturb(job);
  }, 100);
  return new Promise((resolve, reject) =>
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0) resolve(said);
      else reject(new Error(`the sweep ended with ${code}:\n${said}`));
    }),
  );
}

function runsIn(out: string): number {
  const journals = join(out, '.journal');
  if (!existsSync(journals)) return 0;
  const files = readdirSync(journals).filter((name) => name.endsWith('.jsonl'));
  return files.reduce((sum, name) => sum + readFileSync(join(journals, name), 'utf8').split('\n{"run"').length - 1, 0);
}

function slurm(program: string, ...args: string[]): string {
  return execFileSync(program, args, { env, encoding: 'utf8' }).trim();
}

/** One running task is requeued, all others are killed; false while none runs. */
function disturb(job: string): boolean {
  const running = slurm('squeue', '--noheader', '--array', '--job', job, '--states', 'RUNNING', '--format', '%i');
  const [first, ...others] = running.split('\n').filter((id) => id !== '');
  if (first === undefined || others.length === 0) return false;
  slurm('scontrol', 'requeue', first);
  for (const id of others) slurm('scancel', '--signal', 'KILL', '--full', id);
  console.log(`requeued ${first}, killed ${others.join(', ')}`);
  return true;
}

async function main(): Promise<void> {
  writeFileSync(scenario, SCENARIO);
  const started = spawnSync(script, ['start', folder], { encoding: 'utf8' });
  if (started.status === 77) {
    console.log(`not tested, Slurm cannot be started here: ${started.stderr.trim()}`);
    return;
  }
  assert.equal(started.status, 0, started.stderr);
  local('alone');
  await underSlurm('slurm', ['--parts', '4']);
  assertSameFiles(join(folder, 'alone'), join(folder, 'slurm'));
  console.log('200 runs in 4 parts under Slurm: the same files');
  let isDisturbed = false;
  const said = await underSlurm('disturbed', ['--parts', '6'], (job) => (isDisturbed = disturb(job)));
  assert.ok(isDisturbed, 'the sweep ended before its tasks could be disturbed');
  assertSameFiles(join(folder, 'alone'), join(folder, 'disturbed'));
  console.log(
    `200 runs with tasks requeued and killed: the same files${/attempt 2/.test(said) ? ', in two attempts' : ''}`,
  );
  local('precise', '--precision', '2 %', '--replications', '5');
  await underSlurm('precise-slurm', ['--parts', '2', '--precision', '2 %', '--replications', '5']);
  assertSameFiles(join(folder, 'precise'), join(folder, 'precise-slurm'));
  console.log('replications until intervals are narrow: the same files');
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => {
    spawnSync(script, ['stop', folder]);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  });
