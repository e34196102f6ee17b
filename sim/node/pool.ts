import { extname, join } from 'node:path';
import { Piscina } from 'piscina';
import type { RunReply, RunRequest } from '../run/messages';
import { tuneCompilation } from './compilation';
import { type RunLimits, USUAL_LIMITS } from './limits';
import type { WorkRequest } from './worker';

/** Threads that make runs. */
export interface Pool {
  readonly workers: number;
  /** Rejects when the run throws, or wants more than its limits: its thread then ends, and another takes its place. */
  run(request: RunRequest): Promise<RunReply>;
  /** Ends all threads; runs under way are lost. */
  close(): Promise<void>;
}

/** How often it is looked whether a run takes too long, ms. */
const LOOK = 250;

/** A pool of at most `workers` threads, running the sources or the bundle of a worker, as this file is one. */
export function openPool(workers: number, limits = USUAL_LIMITS): Pool {
  tuneCompilation(workers);
  const ending = extname(__filename);
  const piscina = new Piscina({
    filename: join(__dirname, `worker${ending}`),
    minThreads: workers,
    maxThreads: workers,
    idleTimeout: Infinity,
    execArgv: ending === '.ts' ? ['--require', 'ts-node/register/transpile-only'] : [],
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
  });
  // Told of by the runs themselves.
  piscina.on('error', () => undefined);
  const watched = new Set<WatchedRun>();
  const timer = setInterval(() => {
    for (const one of watched) one.look(Date.now());
  }, LOOK);
  timer.unref();
  return {
    workers,
    run: async (request) => {
      const one = new WatchedRun(limits.seconds);
      watched.add(one);
      const { gauge } = one;
      try {
        const work: WorkRequest = { request, gauge, events: limits.events };
        return (await piscina.run(work, { signal: one.signal })) as RunReply;
      } catch (error) {
        throw one.isStopped ? new Error(one.why) : readable(error, limits);
      } finally {
        watched.delete(one);
      }
    },
    close: async () => {
      clearInterval(timer);
      await piscina.destroy();
    },
  };
}

/** A run, and when it began. */
class WatchedRun {
  readonly gauge = new Float64Array(new SharedArrayBuffer(3 * Float64Array.BYTES_PER_ELEMENT));
  private readonly stop = new AbortController();
  private begun: number | undefined;

  constructor(private readonly seconds: number) {}

  get signal(): AbortSignal {
    return this.stop.signal;
  }

  get isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  get why(): string {
    const [, simulated, events] = this.gauge as unknown as [number, number, number];
    return `no end after ${this.seconds} s; it was at ${simulated} s of simulated time after ${events} events`;
  }

  look(now: number): void {
    if (this.gauge[0] === 0) return;
    this.begun ??= now;
    if (now - this.begun > this.seconds * 1000) this.stop.abort();
  }
}

function readable(error: unknown, { megabytes }: RunLimits): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return new Error(`out of memory: more than ${megabytes} MiB`);
  return error instanceof Error ? error : new Error(String(error));
}
