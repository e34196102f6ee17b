import { chain } from './chain';
import { dumbbell } from './dumbbell';
import { graph } from './graph';
import { parkingLot } from './parking-lot';

/** Every topology a scenario can name. One line each. */
export const topologies = {
  chain,
  dumbbell,
  graph,
  'parking-lot': parkingLot,
} as const;
