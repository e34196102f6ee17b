import { drr } from './drr';
import { fifo } from './fifo';
import { roundRobin } from './round-robin';
import { weighted } from './weighted';

/** Every scheduler of sessions in a circuit. One line each. */
export const schedulers = { drr, fifo, 'round-robin': roundRobin, weighted } as const;
