import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { table } from './table';

/** Connections of which nothing is under way. */
export interface IdleResult {
  readonly connections: number;
  /** Bytes of heap per end: once established; and once one message went one way. */
  readonly bytesEstablished: number;
  readonly bytesUsed: number;
}

/** What it costs to keep connections that do nothing. */
export function benchIdle(options: { readonly quick: boolean }, say: (line: string) => void): IdleResult[] {
  return (options.quick ? [10_000] : [10_000, 100_000]).map((connections) => {
    const program = join(__dirname, 'run-idle.js');
    const flags = ['--expose-gc', '--max-old-space-size=4096'];
    const done = spawnSync(process.execPath, [...flags, program, `${connections}`], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${connections} failed:\n${done.stderr}`);
    const result = JSON.parse(done.stdout) as IdleResult;
    say(`idle ${connections}: ${result.bytesEstablished.toFixed(0)} bytes per end`);
    return result;
  });
}

export function idleTable(results: readonly IdleResult[]): string {
  return table(
    ['idle connections', 'bytes per end', 'per connection', 'after a message: the end that sent it', 'per connection'],
    results.map(({ connections, bytesEstablished, bytesUsed }) => {
      const sender = 2 * bytesUsed - bytesEstablished;
      const bytes = [bytesEstablished, 2 * bytesEstablished, sender, 2 * bytesUsed];
      return [`${connections}`, ...bytes.map((value) => value.toFixed(0))];
    }),
  );
}
