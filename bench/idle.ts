import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { table } from './table';

/** Connections of which nothing is under way. */
export interface IdleResult {
  readonly connections: number;
  /** Bytes of heap per end: once established; once one message went one way; and once a transfer of many windows did. */
  readonly bytesEstablished: number;
  readonly bytesUsed: number;
  readonly bytesBusy: number;
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
    [
      'idle connections',
      'per end, bytes',
      'per connection',
      'after a message',
      'sending end',
      'after 100 kB',
      'sending end',
    ],
    results.map(({ connections, bytesEstablished, bytesUsed, bytesBusy }) => {
      const both = [bytesUsed, bytesBusy].flatMap((perEnd) => [2 * perEnd, 2 * perEnd - bytesEstablished]);
      return [connections, ...[bytesEstablished, 2 * bytesEstablished, ...both].map(Math.round)].map(String);
    }),
  );
}
