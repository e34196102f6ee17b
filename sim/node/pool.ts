import { extname, join } from 'node:path';
import { Piscina } from 'piscina';
import type { RunReply, RunRequest } from '../run/messages';

/** Threads that make runs. */
export interface Pool {
  readonly workers: number;
  run(request: RunRequest): Promise<RunReply>;
  /** Ends all threads; runs under way are lost. */
  close(): Promise<void>;
}

/** A pool of at most `workers` threads, running the sources or what was built, as this file is. */
export function openPool(workers: number): Pool {
  const ending = extname(__filename);
  const piscina = new Piscina({
    filename: join(__dirname, `worker${ending}`),
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Infinity,
    execArgv: ending === '.ts' ? ['--require', 'ts-node/register/transpile-only'] : [],
  });
  return {
    workers,
    run: (request) => piscina.run(request) as Promise<RunReply>,
    close: () => piscina.destroy(),
  };
}
