import { codel } from './codel';
import { dropTail } from './drop-tail';
import { drr } from './drr';
import { fqCodel } from './fq-codel';
import { pie } from './pie';
import { policer } from './policer';
import { red } from './red';
import { scripted } from './scripted';
import { shaper } from './shaper';
import { strictPriority } from './strict-priority';
import { wrr } from './wrr';

/** Every queue discipline a scenario can name. One line each. */
export const queues = {
  'drop-tail': dropTail,
  red,
  codel,
  'fq-codel': fqCodel,
  pie,
  drr,
  wrr,
  'strict-priority': strictPriority,
  shaper,
  policer,
  scripted,
} as const;

export type QueueName = keyof typeof queues;
