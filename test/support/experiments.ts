import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../../sim/node/package';

/*
 * make experiments: what sweeps cost on this machine. Meant for a machine that does nothing else.
 *   overhead  time per run beyond the simulation itself
 *   workers   runs per second with one worker and with two
 *   start     time until the first run of a sweep of 10,000 points is there, and until hopwise status tells of it
 *   memory    memory of the process after every tenth of 100,000 runs; RUNS=n for another number
 */

const folder = mkdtempSync(join(tmpdir(), 'hopwise-experiments-'));

const TINY = (sweep: string, replications: number, duration: string) => `
title: Many runs
network: { chain: { segments: 1, rtt: 4 ms } }
sessions: [{ name: A, from: first, to: last, start: { uniform: [0 s, 5 ms] } }]
run: { duration: ${duration}, warmup: 10 ms, replications: ${replications} }
sweep: { x: { set: network.chain.rtt, values: ${sweep} } }
record: { replications: [] }
`;

interface Made {
  readonly seconds: number;
  /** Resident memory in MB, four times a second. */
  readonly memory: readonly number[];
}

/** Runs the command line; `watch` is called four times a second. */
function hopwise(args: readonly string[], watch: (pid: number) => void = () => undefined): Promise<Made> {
  const started = performance.now();
  const child = spawn(process.execPath, [join(packageFolder(), 'bin/hopwise.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const memory: number[] = [];
  const timer = setInterval(() => {
    const resident = residentMemory(child.pid!);
    if (resident !== undefined) memory.push(resident);
    watch(child.pid!);
  }, 250);
  return new Promise((resolve, reject) =>
    child.on('close', (code) => {
      clearInterval(timer);
      if (code === 0 || code === null) resolve({ seconds: (performance.now() - started) / 1000, memory });
      else reject(new Error(`hopwise ${args.join(' ')} ended with ${code}`));
    }),
  );
}

/** In MB; undefined where there is no /proc. */
function residentMemory(pid: number): number | undefined {
  try {
    const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? undefined : Number(match[1]) / 1024;
  } catch {
    return undefined;
  }
}

function scenario(name: string, sweep: string, replications: number, duration: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, TINY(sweep, replications, duration));
  return file;
}

function runOf(file: string, out: string, workers: number): string[] {
  return ['run', file, '--quiet', '--workers', String(workers), '--out', join(folder, out)];
}

/** Two sizes, so that what a process costs once falls out. The runs end before anything is sent: they are all overhead. */
async function overhead(): Promise<void> {
  const [few, many] = [200, 2200];
  const times = [];
  for (const n of [few, many]) {
    times.push((await hopwise(runOf(scenario(`overhead-${n}`, '[4 ms]', n, '11 ms'), `overhead-${n}`, 1))).seconds);
  }
  const each = ((times[1]! - times[0]!) / (many - few)) * 1000;
  console.log(`overhead: ${each.toFixed(2)} ms a run, results written included (must be under 20)`);
}

/**
 * Whole commands, over a study of about half a minute: what is paid once, start-up and compilation, is in it. In turns, and the
 * median of the ratios, as machines are not equally fast from one minute to the next.
 */
async function workers(): Promise<void> {
  const runs = 1200;
  const file = scenario('workers', '[4 ms]', runs, '60 s');
  const ratios: number[] = [];
  for (let turn = 1; turn <= 3; turn++) {
    const seconds: number[] = [];
    for (const count of [1, 2]) seconds.push((await hopwise(runOf(file, `workers-${count}-${turn}`, count))).seconds);
    ratios.push(seconds[0]! / seconds[1]!);
    const rates = seconds.map((time) => (runs / time).toFixed(1)).join(' and ');
    console.log(`workers: ${rates} runs/s with 1 and 2: ${ratios.at(-1)!.toFixed(2)} times as many`);
  }
  const median = ratios.sort((a, b) => a - b)[1]!;
  console.log(`workers: median ${median.toFixed(2)} (at least 1.8)`);
}

/** Kept runs are lines of the journal. */
function kept(out: string): number {
  try {
    const journals = join(folder, out, '.journal');
    const files = readdirSync(journals).filter((name) => name.endsWith('.jsonl'));
    return files.reduce(
      (sum, name) => sum + readFileSync(join(journals, name), 'latin1').split('\n{"run"').length - 1,
      0,
    );
  } catch {
    return 0;
  }
}

async function start(): Promise<void> {
  const file = scenario('cells', '{ from: 1 ms, to: 10000 ms, count: 10000 }', 1, '30 ms');
  const begun = performance.now();
  const child = spawn(
    process.execPath,
    [join(packageFolder(), 'bin/hopwise.js'), 'sweep', file, '--out', join(folder, 'cells')],
    {
      stdio: 'ignore',
    },
  );
  while (kept('cells') === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(
    `start: first of 10,000 cells after ${((performance.now() - begun) / 1000).toFixed(2)} s (must be under 2)`,
  );
  const { seconds } = await hopwise(['status', join(folder, 'cells')]);
  console.log(`start: hopwise status tells of it in ${seconds.toFixed(2)} s while it runs`);
  child.kill('SIGKILL');
}

async function memory(): Promise<void> {
  const runs = Number(process.env['RUNS'] ?? 100_000);
  const file = scenario('memory', '{ from: 1 ms, to: 100 ms, count: 100 }', runs / 100, '11 ms');
  const { memory: found, seconds } = await hopwise(runOf(file, 'memory', 2));
  const tenths = Array.from({ length: 10 }, (_, i) => found[Math.floor(((i + 1) * found.length) / 10) - 1]!);
  console.log(
    `memory: ${runs} runs in ${seconds.toFixed(0)} s; MB after each tenth: ${tenths.map((mb) => mb.toFixed(0)).join(' ')}`,
  );
}

const parts = { overhead, workers, start, memory };

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  for (const [name, measure] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) await measure();
}

main()
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  })
  .finally(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
