import type { Exit } from './exit';
import type { Order } from './order';
import type { SweepOptions } from './commands/sweep';
import { slurm } from './slurm';
import type { RunStore } from './store/run-store';
import type { Workshop } from './workshop';

/** Makes the runs of a study somewhere, and collects them. */
export type Engine = (order: Order, store: RunStore, options: SweepOptions, workshop: Workshop) => Promise<Exit>;

/** Who can make the runs of a sweep in place of this process. One line each. */
export const engines = { slurm } satisfies Record<string, Engine>;

/** Threads of this process. */
export const LOCAL = 'local';
