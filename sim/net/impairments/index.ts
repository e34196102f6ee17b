import { bernoulli } from './bernoulli';
import { corruption } from './corruption';
import { delaySchedule } from './delay-schedule';
import { duplication } from './duplication';
import { gilbertElliott } from './gilbert-elliott';
import { jitter } from './jitter';
import { outage } from './outage';
import { randomOutage } from './random-outage';
import { rateSchedule } from './rate-schedule';
import { reordering } from './reordering';
import { scripted } from './scripted';
import { trace } from './trace';

/** Every impairment of links a scenario can name. One line each. */
export const impairments = {
  bernoulli,
  'gilbert-elliott': gilbertElliott,
  scripted,
  corruption,
  duplication,
  reordering,
  jitter,
  'rate-schedule': rateSchedule,
  'delay-schedule': delaySchedule,
  outage,
  'random-outage': randomOutage,
  trace,
} as const;

export type ImpairmentName = keyof typeof impairments;
