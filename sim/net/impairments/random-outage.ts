import { durationSchema } from '../../core/params';
import { OnOff } from './course';
import { defineImpairment } from './define';
import { downWhile, packets } from './down-time';

const positive = durationSchema.refine((time) => time > 0, 'expected a time above zero');

export const randomOutage = defineImpairment({
  summary: 'takes the link down at random: up and down times are exponentially distributed',
  reference: 'Barlow and Proschan 1965, Mathematical Theory of Reliability',
  params: {
    meanUp: positive.prefault('60 s').describe('mean time to failure'),
    meanDown: positive.prefault('1 s').describe('mean time to repair'),
    packets,
  },
  create: ({ meanUp, meanDown, packets }, host) => downWhile(new OnOff(meanUp, meanDown, host.random), packets, host),
});
