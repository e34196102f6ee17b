import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOURNAL } from './journal';

/*
 * What is being made in a results folder, for whoever looks from elsewhere: RESULTS/.journal/STUDY-RUN.plan.json, there from
 * the beginning of a study until its results are complete.
 */

const ENDING = '.plan.json';

export interface PlanFile {
  readonly study: string;
  /** Names the results to come. */
  readonly run: string;
  readonly engine: string;
  /** The scenario as it was given, and the changes to it as options: they repeat a run. */
  readonly given: string;
  readonly changes: readonly string[];
  /** The scenario as data, changes made; files that it names are relative to `folder`. */
  readonly source: unknown;
  readonly folder: string;
  /** Milliseconds since 1970. */
  readonly begun: number;
  /** Runs that were there then. */
  readonly before: number;
}

export function writePlan(results: string, plan: PlanFile): void {
  mkdirSync(join(results, JOURNAL), { recursive: true });
  // Under one name, so that a killed process leaves nothing that the next one does not overwrite.
  writeFileSync(draftOf(results, plan), `${JSON.stringify(plan)}\n`);
  try {
    renameSync(draftOf(results, plan), fileOf(results, plan));
  } catch (error) {
    // Another process has written the same.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

export function removePlan(results: string, plan: Pick<PlanFile, 'study' | 'run'>): void {
  for (const file of [fileOf(results, plan), draftOf(results, plan)]) rmSync(file, { force: true });
}

export function plansIn(results: string): PlanFile[] {
  let names: string[];
  try {
    names = readdirSync(join(results, JOURNAL)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return names
    .filter((name) => name.endsWith(ENDING))
    .map((name) => JSON.parse(readFileSync(join(results, JOURNAL, name), 'utf8')) as PlanFile);
}

function fileOf(results: string, { study, run }: Pick<PlanFile, 'study' | 'run'>): string {
  return join(results, JOURNAL, `${study}-${run}${ENDING}`);
}

function draftOf(results: string, plan: Pick<PlanFile, 'study' | 'run'>): string {
  return `${fileOf(results, plan)}.draft`;
}
