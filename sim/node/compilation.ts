import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/**
 * V8's option for a process whose threads take every core: what is hot is compiled by the thread that runs it. By default
 * another thread compiles it, and until that is done the first goes on in slow code, which costs CPU time and is worth it only
 * where a core idles (docs/performance.md).
 */
export const COMPILE_IN_PLACE = '--no-concurrent-recompilation';

/** To be called before `workers` threads are made: V8 asks when a thread begins. */
export function tuneCompilation(workers: number): void {
  setFlagsFromString(workers < availableParallelism() ? '--concurrent-recompilation' : COMPILE_IN_PLACE);
}
