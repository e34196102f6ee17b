/** Bytes that one workload allocates between warm-up and end; prints one line of JSON. Needs --expose-gc. */
import { PerformanceObserver, constants } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { HeapResult } from './heap';
import { buildWorkload, type WorkloadName } from './workloads';

declare const gc: () => void;

const STEPS = 20;

async function main(): Promise<void> {
  const name = process.argv[2] as WorkloadName;
  let young = 0;
  let old = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as unknown as { readonly detail: { readonly kind: number } };
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) young++;
      else old++;
    }
  });
  const { simulation, duration } = buildWorkload(name, { seconds: 0, flows: 0 });
  const start = duration / 2;
  simulation.run(start);
  gc();
  await settled();
  observer.observe({ entryTypes: ['gc'] });
  const hops = simulation.packetHops;
  let bytes = 0;
  for (let step = 1; step <= STEPS; step++) {
    const before = getHeapStatistics();
    const collections = young;
    simulation.run(start + ((duration - start) * step) / STEPS);
    await settled();
    // a step with a collection in it says nothing of what was allocated: the average of the others stands for it
    const grown = getHeapStatistics().used_heap_size - before.used_heap_size;
    bytes += young === collections && grown > 0 ? grown : 0;
  }
  observer.disconnect();
  const packetHops = simulation.packetHops - hops;
  const result: HeapResult = {
    workload: name,
    packetHops,
    bytesPerMillionHops: (bytes / packetHops) * 1e6,
    youngCollections: young,
    oldCollections: old,
  };
  console.log(JSON.stringify(result));
}

/** Lets the observer hear of collections. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

void main();
