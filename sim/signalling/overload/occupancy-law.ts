import { duration, number } from '../../core/params';
import type { ParamsOf } from '../../core/plugin';
import { LOOK } from './control';
import type { Load } from '../load';

export const occupancyParams = {
  occupancy: number('share of its time that the server wants to be busy', 0.95, 0.1, 1),
  delay: duration('longest wait in the queue that it wants', '200 ms'),
};

/** Least share that is let through, so that what the server takes can still be measured. */
const LEAST = 0.01;
/** Most that the share grows by from one look to the next. */
const GROWTH = 1.2;

/**
 * By what factor a server has to change what it takes, so that it is as busy as it wants to be: the occupancy algorithm of
 * Hilt and Widjaja 2008 (after Cyr, Kaufman and Lee). With a backlog beyond the wanted wait, it takes less still, so that
 * the backlog goes in about a second.
 */
export function occupancyFactor(
  { offered, backlog }: Load,
  { occupancy, delay }: ParamsOf<typeof occupancyParams>,
): number {
  const load = offered + Math.max(0, backlog - delay) / (10 * LOOK);
  return load > 0 ? Math.min(GROWTH, occupancy / load) : GROWTH;
}

/** The share of the new requests that a server can take. */
export class OccupancyLaw {
  /** 0 to 1. */
  share = 1;

  constructor(private readonly params: ParamsOf<typeof occupancyParams>) {}

  update(load: Load): void {
    this.share = Math.min(1, Math.max(LEAST, this.share * occupancyFactor(load, this.params)));
  }
}
