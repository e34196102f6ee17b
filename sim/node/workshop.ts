import { availableParallelism } from 'node:os';
import { type LimitOptions, limitsOf } from './limits';
import { openPool, type Pool } from './pool';
import type { Terminal } from './terminal';

/** What all studies of a command share. */
export interface Workshop {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  /** Opens the pool with the first call. */
  pool(): Pool;
}

export interface WorkshopOptions extends LimitOptions {
  readonly workers?: number;
}

/** Does `work` with threads and a signal that Ctrl-C or an end asked for by the system gives. `most` threads are of use. */
export async function inWorkshop<T>(
  options: WorkshopOptions,
  most: number,
  terminal: Terminal,
  work: (workshop: Workshop) => Promise<T>,
): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => {
    interruption.abort();
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let pool: Pool | undefined;
  const open = () => (pool ??= openPool(workersOf(options, most), limitsOf(options)));
  try {
    return await work({ terminal, signal: interruption.signal, pool: open });
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    await pool?.close();
  }
}

/** Threads that a command opens: what was asked for, or one per core. */
export function workersOf({ workers }: Pick<WorkshopOptions, 'workers'>, most = Infinity): number {
  return Math.max(1, Math.min(workers ?? availableParallelism(), most));
}
