import { codel } from './codel';
import { dropTail } from './drop-tail';

/** Every queue discipline a scenario can name. One line each. */
export const queues = {
  'drop-tail': dropTail,
  codel,
} as const;

export type QueueName = keyof typeof queues;
