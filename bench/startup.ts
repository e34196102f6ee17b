import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measured, median } from './measure';
import { table } from './table';

export interface StartupResult {
  readonly what: string;
  /** CPU seconds of the whole process. */
  readonly cpu: number;
  /** Seconds on the wall. */
  readonly wall: number;
  readonly peak: number;
}

const root = join(__dirname, '..', '..');
/** What users wait for before anything is simulated. */
export function benchStartup(repetitions: number): StartupResult[] {
  const cli = join(root, 'bin', 'hopwise.js');
  const out = mkdtempSync(join(tmpdir(), 'hopwise-bench-'));
  const changes = ['run.duration=1 s', 'run.warmup=0 s', 'sessions.one.start=0 s', 'sessions.two.start=0 s'];
  const second = [...changes.flatMap((change) => ['--set', change]), '--replications', '1'];
  const cases: (readonly [string, readonly string[]])[] = [
    ['node alone', ['-e', '0']],
    ['hopwise --help', [cli, '--help']],
    ['hopwise run, one second', [cli, 'run', 'two-flows', ...second, '--quiet', '--out', out]],
  ];
  const workload = join(root, 'bench', 'run-workload.ts');
  const compiled = join(__dirname, 'run-workload.js');
  cases.push(['W1 for 1 s, compiled', [compiled, '--w=W1', '--dur=1']]);
  const tsNode = ['-r', 'ts-node/register/transpile-only', workload, '--w=W1', '--dur=1'];
  cases.push(['W1 for 1 s, ts-node', tsNode]);
  return cases.map(([what, args]) => {
    // the first run of a checkout compiles and keeps what it compiled
    measured(process.execPath, args);
    const runs = Array.from({ length: repetitions }, () => {
      const started = process.hrtime.bigint();
      const { cost } = measured(process.execPath, args);
      return { cost, wall: Number(process.hrtime.bigint() - started) / 1e9 };
    });
    return {
      what,
      cpu: median(runs.map(({ cost }) => cost.cpu)),
      wall: median(runs.map(({ wall }) => wall)),
      peak: median(runs.map(({ cost }) => cost.peak)),
    };
  });
}

export function startupTable(results: readonly StartupResult[]): string {
  return table(
    ['start-up', 'CPU s', 'wall s', 'peak MiB'],
    results.map(({ what, cpu, wall, peak }) => [what, cpu.toFixed(3), wall.toFixed(3), peak.toFixed(0)]),
  );
}
