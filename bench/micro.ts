import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { table } from './table';

/** One part of the engine, alone. */
export interface MicroResult {
  readonly part: string;
  readonly nanos: number;
}

/** Every part in a process of its own, so that none is compiled for what another has shown the compiler. */
export const MICRO_PARTS = ['events', 'link', 'tcp', 'queues'] as const;

export function benchMicro(say: (line: string) => void): MicroResult[] {
  return MICRO_PARTS.flatMap((part) => {
    const program = join(__dirname, 'run-micro.js');
    const done = spawnSync(process.execPath, [program, part], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${part} failed:\n${done.stderr}`);
    say(`micro ${part} done`);
    return JSON.parse(done.stdout) as MicroResult[];
  });
}

export function microTable(results: readonly MicroResult[]): string {
  return table(
    ['part', 'ns', 'M per s'],
    results.map(({ part, nanos }) => [part, nanos.toFixed(1), (1e3 / nanos).toFixed(2)]),
  );
}
