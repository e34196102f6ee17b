import { chain } from './chain';
import { dumbbell } from './dumbbell';
import { file } from './file';
import { graph } from './graph';
import { parkingLot } from './parking-lot';

/** Every topology a scenario can name. One line each. */
export const topologies = {
  chain,
  dumbbell,
  file,
  graph,
  'parking-lot': parkingLot,
} as const;
