import { codel } from './codel';
import { dropTail } from './drop-tail';
import { fqCodel } from './fq-codel';
import { pie } from './pie';
import { red } from './red';

/** Every queue discipline a scenario can name. One line each. */
export const queues = {
  'drop-tail': dropTail,
  red,
  codel,
  'fq-codel': fqCodel,
  pie,
} as const;

export type QueueName = keyof typeof queues;
