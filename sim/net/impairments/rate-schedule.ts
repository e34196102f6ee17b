import * as z from 'zod';
import { fields } from '../../core/choice';
import { durationSchema, rateSchema } from '../../core/params';
import { Steps } from './course';
import { defineImpairment } from './define';
import { follow } from './follow';
import { ascending, repeat } from './schedule-params';

const positiveRate = rateSchema.pipe(z.number().positive('expected a rate above zero; an outage stops a link'));

export const rateSchedule = defineImpairment({
  summary: 'changes the rate at given times, also for what is left of the packet in transmission',
  reference: 'none',
  params: {
    steps: z
      .array(fields({ at: durationSchema.describe('when'), rate: positiveRate.describe('rate from then on') }))
      .min(1)
      .superRefine(ascending)
      .describe('when the rate becomes what; until the first it is that of the link'),
    repeat,
  },
  create: (params, { events }) => ({
    kind: 'control',
    start: (transmitter) => {
      const times = params.steps.map(({ at }) => at);
      const rates = params.steps.map(({ rate }) => rate);
      follow(events, new Steps(times, rates, params.repeat, NaN), (rate) => transmitter.setRate(rate));
    },
  }),
});
