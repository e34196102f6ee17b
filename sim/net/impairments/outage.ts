import * as z from 'zod';
import { durationSchema } from '../../core/params';
import { Steps } from './course';
import { defineImpairment } from './define';
import { downWhile, packets } from './down-time';
import { repeat } from './schedule-params';

const down = z
  .array(z.tuple([durationSchema, durationSchema]))
  .min(1)
  .superRefine((list, context) => {
    list.forEach(([from, to], i) => {
      if (from >= to)
        context.addIssue({ code: 'custom', message: 'expected a later end than its beginning', path: [i, 1] });
      if (i > 0 && from <= list[i - 1]![1]) {
        context.addIssue({
          code: 'custom',
          message: 'expected to begin after the end of the one before',
          path: [i, 0],
        });
      }
    });
  })
  .describe('when the link goes down and when it comes back, in order of time');

export const outage = defineImpairment({
  summary: 'takes the link down at given times',
  reference: 'none',
  params: { down, repeat, packets },
  create: (params, host) => {
    const whole = params.down.filter(([, end]) => params.repeat === 0 || end < params.repeat);
    const changes = whole.flat();
    const course = new Steps(
      changes,
      changes.map((_, i) => 1 - (i % 2)),
      params.repeat,
      0,
    );
    return downWhile(course, params.packets, host);
  },
});
