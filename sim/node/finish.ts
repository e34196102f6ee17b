import { rmSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { unmetIn } from '../scenario/expect';
import type { Study } from '../scenario/scenario';
import { Exit } from './exit';
import { reportStudy } from './report-study';
import { writeStudy } from './results';
import type { RunPlan } from './run-plan';
import type { RunStore } from './store/run-store';
import type { Counts } from './study-runner';
import { print, type Terminal } from './terminal';

export interface FinishOptions {
  /** Folder of all results. */
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Writes what a store has of a study, tells of it and checks its expectations. */
export function finish(
  study: Study,
  store: RunStore,
  plan: RunPlan,
  counts: Counts,
  options: FinishOptions,
  terminal: Terminal,
): Exit {
  if (store.finished === 0) return exitOf(counts, 0);
  const isComplete = counts.missing === 0;
  const source = store.source(plan.replicationsOf);
  // What was interrupted must not take the place of complete results.
  const interrupted = join(options.out, 'interrupted');
  const { digest, ...written } = writeStudy(isComplete ? options.out : interrupted, source, isComplete);
  if (isComplete) forget(interrupted, study.name, written.directory);
  const unmet = isComplete ? unmetIn(study, digest.summaries) : [];
  reportStudy({ source, digest, counts, unmet, written }, options, terminal);
  if (study.precision !== undefined && options.quiet !== true) {
    print(
      terminal.err,
      `${study.name}: ${plan.pointsReached} of ${study.points.length} points are as precise as wanted`,
    );
  }
  for (const { what, why } of unmet) print(terminal.err, `${study.name}: expectation not met: ${what}: ${why}`);
  return exitOf(counts, unmet.length);
}

/** Removes what an interruption has left of results that are complete now. */
function forget(interrupted: string, study: string, directory: string): void {
  const folder = join(interrupted, study);
  const run = directory.slice(directory.lastIndexOf('/') + 1);
  rmSync(join(folder, run), { recursive: true, force: true });
  try {
    // Only the text that names the newest is left when this was the only one.
    rmdirSync(folder);
    rmdirSync(interrupted);
  } catch (error) {
    if (!['ENOTEMPTY', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export function exitOf({ failures, missing }: Pick<Counts, 'failures' | 'missing'>, unmet: number): Exit {
  if (missing > 0) return Exit.interrupted;
  if (failures.length > 0) return Exit.failed;
  return unmet > 0 ? Exit.unmet : Exit.ok;
}
