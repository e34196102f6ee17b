import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { table } from './table';
import type { WorkloadName } from './workloads';

/** What a workload allocates once it is under way. */
export interface HeapResult {
  readonly workload: WorkloadName;
  /** Packet-hops measured over. */
  readonly packetHops: number;
  readonly bytesPerMillionHops: number;
  /** Scavenges in that time, and full collections. */
  readonly youngCollections: number;
  readonly oldCollections: number;
}

/** Runs each workload in a process of its own and watches its heap after the warm-up. */
export function benchHeap(
  options: { readonly workloads: readonly WorkloadName[] },
  say: (line: string) => void,
): HeapResult[] {
  return options.workloads.map((w) => {
    const program = join(__dirname, 'run-heap.js');
    // the semi-space is made so large that allocation shows as growth before the first collection does
    const flags = ['--max-semi-space-size=64', '--min-semi-space-size=64', '--expose-gc'];
    const done = spawnSync(process.execPath, [...flags, program, w], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program} ${w} failed:\n${done.stderr}`);
    const result = JSON.parse(done.stdout) as HeapResult;
    say(`${w}: ${Math.round(result.bytesPerMillionHops)} bytes per million packet-hops`);
    return result;
  });
}

export function heapTable(results: readonly HeapResult[]): string {
  return table(
    ['', 'packet-hops', 'bytes/M hops', 'young collections', 'full collections'],
    results.map((r) => [
      r.workload,
      `${(r.packetHops / 1e6).toFixed(2)} M`,
      r.bytesPerMillionHops.toFixed(0),
      `${r.youngCollections}`,
      `${r.oldCollections}`,
    ]),
  );
}
