import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { table } from './table';

/** Bytes of heap of a connection, both its ends, the packets in the network not counted. */
export interface IdleResult {
  readonly connections: number;
  /** Once established; and once one message went one way. */
  readonly established: number;
  readonly messaged: number;
  /** While this many bytes are in flight one way, a full window; and once all of a transfer is acknowledged. */
  readonly inFlight: number;
  readonly busy: number;
  readonly after: number;
}

/** What it costs to keep connections. */
export function benchIdle(options: { readonly quick: boolean }, say: (line: string) => void): IdleResult[] {
  return (options.quick ? [40_000] : [40_000, 100_000]).map((connections) => {
    const program = join(__dirname, 'run-idle.js');
    const flags = ['--expose-gc', '--max-old-space-size=4096'];
    const done = spawnSync(process.execPath, [...flags, program, `${connections}`], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${connections} failed:\n${done.stderr}`);
    const result = JSON.parse(done.stdout) as IdleResult;
    say(`idle ${connections}: ${result.established.toFixed(0)} bytes, busy ${result.busy.toFixed(0)}`);
    return result;
  });
}

export function idleTable(results: readonly IdleResult[]): string {
  return table(
    [
      'connections',
      'both ends idle, bytes',
      'after a message',
      'bytes in flight',
      'both ends busy, bytes',
      'after that',
    ],
    results.map(({ connections, established, messaged, inFlight, busy, after }) =>
      [connections, established, messaged, inFlight, busy, after].map((n) => `${Math.round(n)}`),
    ),
  );
}
