import * as z from 'zod';
import { fields } from '../../core/choice';
import type { Nanos } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { durationSchema, flag } from '../../core/params';
import type { ImpairmentHost } from '../impairment';
import { type Course, Steps } from './course';
import { defineImpairment } from './define';
import { ascending, repeat } from './schedule-params';
import { VariableDelay } from './variable-delay';

class DelaySchedule extends VariableDelay {
  constructor(
    private readonly course: Course,
    private readonly least: Nanos,
    keepOrder: boolean,
    host: ImpairmentHost,
  ) {
    super(keepOrder, host);
  }

  take(p: Packet): void {
    const { course } = this;
    while (course.next <= this.host.now) course.advance();
    this.delay(p, course.value - this.least);
  }
}

export const delaySchedule = defineImpairment({
  summary: 'changes the propagation delay at given times, for packets that leave the transmitter from then on',
  reference: 'none',
  params: {
    steps: z
      .array(
        fields({
          at: durationSchema.describe('when'),
          delay: durationSchema.describe('one-way propagation from then on'),
        }),
      )
      .min(1)
      .superRefine(ascending)
      .describe('when the delay becomes what; until the first it is that of the link'),
    repeat,
    keepOrder: flag('after a decrease, packets wait for those sent before instead of overtaking them', true),
  },
  create: (params, host) => {
    const delays = params.steps.map(({ delay }) => delay);
    const course = new Steps(
      params.steps.map(({ at }) => at),
      delays,
      params.repeat,
      host.delay,
    );
    const leastDelay = Math.min(host.delay, ...delays);
    return { kind: 'stage', stage: new DelaySchedule(course, leastDelay, params.keepOrder, host), leastDelay };
  },
});
