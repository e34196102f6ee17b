import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../../sim/node/package';

/** A sweep of tiny runs: 5 points. */
export const TINY = `
title: Many short runs
network: { chain: { segments: 1, rtt: 4 ms } }
sessions: [{ name: A, from: first, to: last, start: { uniform: [0 s, 5 ms] } }]
run: { duration: 30 ms, warmup: 10 ms }
sweep: { segments: { set: network.chain.segments, values: [1, 2, 3, 4, 5] } }
record: { every: 10 ms, replications: [2] }
`;

export interface Killed {
  /** Sweeps that were killed before they ended. */
  readonly kills: number;
  /** Those of them that had made some run, of which none was made again. */
  readonly useful: number;
}

/**
 * Makes a sweep of `runs` runs alone, and once more in another folder, killed at random points `kills` times and started
 * again. Fails unless both folders have the same files with the same bytes in the end.
 */
export async function killAndCompare(runs: number, kills: number, random: () => number): Promise<Killed> {
  const root = mkdtempSync(join(tmpdir(), 'hopwise-killed-'));
  try {
    const scenario = join(root, 'tiny.yaml');
    writeFileSync(scenario, TINY);
    const sweep = (out: string, killAfter?: number) =>
      hopwise(['run', scenario, '--quiet', '--out', join(root, out), '--replications', String(runs / 5)], killAfter);
    const begun = Date.now();
    assert.equal((await sweep('alone')).code, 0);
    const whole = Date.now() - begun;
    const result = { kills: 0, useful: 0 };
    let finished = 0;
    while (result.kills < kills) {
      const { code } = await sweep('killed', random() * whole);
      if (code === null) result.kills++;
      const now = runsIn(join(root, 'killed'));
      assert.ok(now >= finished, `${finished} runs were there and ${now} are left`);
      if (code === null && now > finished) result.useful++;
      finished = now;
      // What is complete is begun anew, so that kills meet all of a sweep.
      if (code === 0) {
        assertSameFiles(join(root, 'alone'), join(root, 'killed'));
        rmSync(join(root, 'killed'), { recursive: true });
        finished = 0;
      }
    }
    assert.equal((await sweep('killed')).code, 0);
    assertSameFiles(join(root, 'alone'), join(root, 'killed'));
    return result;
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Numbers from 0 to 1, of a linear congruential generator. */
export function numbersFrom(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** Runs the command line in a process of its own; its code is null when it was killed. */
export function hopwise(args: readonly string[], killAfter?: number): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [join(packageFolder(), 'bin/hopwise.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, err });
    }),
  );
}

export function assertSameFiles(a: string, b: string): void {
  const files = filesIn(a);
  assert.deepEqual(filesIn(b), files);
  for (const file of files) assert.deepEqual(readFileSync(join(b, file)), readFileSync(join(a, file)), file);
}

export function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();
}

/** Different runs of which some file holds the reply. */
function runsIn(folder: string): number {
  try {
    const files = filesIn(folder).filter((file) => file.endsWith('.jsonl'));
    const lines = files.flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1));
    return new Set(lines.filter((line) => line.startsWith('{"run"')).map((line) => line.slice(0, 50))).size;
  } catch (error) {
    // A sweep killed before it made the folder, or one that is just moving it.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
