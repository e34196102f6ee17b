import { bufferbloat } from './bufferbloat';
import { circuits } from './circuits';
import { collapse } from './collapse';
import { fairness } from './fairness';
import { hopByHop } from './hop-by-hop';
import type { Lesson } from './lesson';
import { nats } from './nats';
import { paging } from './paging';
import { queues } from './queues';
import { readers } from './readers';
import { slowStart } from './slow-start';

/** In the order of a course. */
export const lessons: readonly Lesson[] = [
  queues,
  slowStart,
  fairness,
  bufferbloat,
  collapse,
  hopByHop,
  circuits,
  nats,
  paging,
  readers,
];
