import { execFile } from 'node:child_process';
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { SweepOptions } from './commands/sweep';
import { collectRuns, stockOf } from './collect';
import { Exit, UsageError } from './exit';
import { announce, type Order } from './order';
import { packageFolder } from './package';
import { formatSeconds } from './progress';
import { shellQuoted } from './repeat';
import { RunPlan } from './run-plan';
import { findScenario } from './scenario-files';
import { settingsOf } from './settings';
import { RunStore } from './store/run-store';
import { print } from './terminal';
import type { Workshop } from './workshop';

/*
 * The runs of a sweep as a job array of Slurm: each task makes one shard and keeps its runs in the results folder, which all
 * nodes must see. What a task has made is never lost: a task that Slurm requeues goes on, and an array whose tasks failed
 * is submitted again for what is missing.
 */

const execute = promisify(execFile);

/** How often the queue is asked, ms. */
const POLL = 2000;

/** Parts without any wish: so many that one failed part costs little, and so few that each is worth its start. */
const USUAL_PARTS = 16;

export async function slurm(order: Order, store: RunStore, options: SweepOptions, workshop: Workshop): Promise<Exit> {
  const { study } = order;
  const { terminal, signal } = workshop;
  const tell = (text: string) => {
    if (options.quiet !== true) print(terminal.err, `${study.name}: ${text}`);
  };
  // What this process has made so far is for all to see.
  store.close();
  const parts = Math.min(options.parts ?? USUAL_PARTS, new RunPlan(study, store).total);
  let current = RunStore.open(options.out, study, store.engine, options.resume);
  for (let attempt = 0; parts > 0; attempt++) {
    const { missing, plan } = stockOf(current);
    if (missing.length === 0) break;
    if (attempt > options.again) {
      tell(`${missing.length} runs are still missing after ${attempt} attempts`);
      break;
    }
    announce(order, current, plan, options);
    const job = await submit(order, parts, options);
    tell(`job ${job}: ${missing.length} runs in ${parts} parts${attempt > 0 ? `, attempt ${attempt + 1}` : ''}`);
    const begun = Date.now();
    let told = '';
    while (await isQueued(job)) {
      if (signal.aborted) {
        await execute('scancel', [job]);
        tell(`job ${job} is cancelled; what it made is kept`);
        return Exit.interrupted;
      }
      await pause(POLL, signal);
      current.close();
      current = RunStore.open(options.out, study, store.engine, options.resume);
      const stock = stockOf(current);
      const text = `${stock.plan.needed - stock.missing.length - stock.failures.length} of ${stock.plan.needed} runs`;
      if (text !== told)
        tell(
          `${text}${stock.failures.length > 0 ? `, ${stock.failures.length} failed` : ''}, ${formatSeconds((Date.now() - begun) / 1000)}`,
        );
      told = text;
    }
    current.close();
    current = RunStore.open(options.out, study, store.engine, options.resume);
  }
  try {
    const exit = collectRuns(current, options, terminal);
    // Scripts and logs are of use when something went wrong.
    if (exit === Exit.ok || exit === Exit.unmet) forgetJobs(order, options);
    return exit;
  } finally {
    current.close();
  }
}

function jobFolder({ study }: Order, { out }: SweepOptions): string {
  return resolve(out, '.slurm', study.name);
}

function forgetJobs(order: Order, options: SweepOptions): void {
  const folder = jobFolder(order, options);
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Writes the script of the array into the results folder, submits it and returns the number of the job. */
async function submit(order: Order, parts: number, options: SweepOptions): Promise<string> {
  const folder = jobFolder(order, options);
  mkdirSync(folder, { recursive: true });
  const script = join(folder, 'job.sh');
  writeFileSync(script, scriptOf(order, parts, folder, options));
  try {
    const { stdout } = await execute('sbatch', ['--parsable', ...(options.submit ?? []), script]);
    return stdout.trim().split(';')[0]!;
  } catch (error) {
    throw new UsageError(`sbatch: ${reason(error)}`);
  }
}

/** One shard per task, with the same node and the same Hopwise as here, on as many cores as Slurm gives the task. */
export function scriptOf(order: Order, parts: number, folder: string, options: SweepOptions): string {
  const changes = settingsOf(options).flatMap(({ path, value }) => ['--set', `${path}=${value}`]);
  const { runTime, runMemory, runEvents } = options;
  const limits = [
    ...(runTime === undefined ? [] : ['--run-time', `${runTime} s`]),
    ...(runMemory === undefined ? [] : ['--run-memory', `${runMemory} MiB`]),
    ...(runEvents === undefined ? [] : ['--run-events', String(runEvents)]),
  ];
  const words = [
    process.execPath,
    join(packageFolder(), 'bin/hopwise.js'),
    'run',
    resolve(findScenario(order.given)),
    ...changes,
    ...limits,
    ...['--out', resolve(options.out), '--quiet'],
  ];
  return [
    '#!/bin/sh',
    `#SBATCH --job-name=hopwise-${order.study.name}`,
    `#SBATCH --array=1-${parts}`,
    '#SBATCH --requeue',
    '#SBATCH --open-mode=append',
    `#SBATCH --output=${folder}/%a.log`,
    `exec ${words.map(shellQuoted).join(' ')} --workers "\${SLURM_CPUS_PER_TASK:-1}" --shard "$SLURM_ARRAY_TASK_ID/${parts}"`,
    '',
  ].join('\n');
}

/** Whether some task of a job waits or runs. An unanswered question is asked again. */
async function isQueued(job: string): Promise<boolean> {
  try {
    const { stdout } = await execute('squeue', ['--noheader', '--array', '--job', job, '--format', '%i %T']);
    return stdout.trim() !== '';
  } catch (error) {
    // Slurm forgets a job some minutes after its end.
    return !/Invalid job id/.test(reason(error));
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

function reason(error: unknown): string {
  const { stderr, message, code } = error as { stderr?: string; message: string; code?: unknown };
  if (code === 'ENOENT') return 'not found; is Slurm installed here?';
  return (stderr ?? '').trim() || message;
}
