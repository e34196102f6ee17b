import { codel } from './codel';
import { dropTail } from './drop-tail';
import { fqCodel } from './fq-codel';

/** Every queue discipline a scenario can name. One line each. */
export const queues = {
  'drop-tail': dropTail,
  codel,
  'fq-codel': fqCodel,
} as const;

export type QueueName = keyof typeof queues;
