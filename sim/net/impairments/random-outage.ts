import { duration } from '../../core/params';
import { OnOff } from './course';
import { defineImpairment } from './define';
import { downWhile, packets } from './down-time';

export const randomOutage = defineImpairment({
  summary: 'takes the link down at random: up and down times are exponentially distributed',
  reference: 'Barlow and Proschan 1965, Mathematical Theory of Reliability',
  params: {
    meanUp: duration('mean time to failure', '60 s'),
    meanDown: duration('mean time to repair', '1 s'),
    packets,
  },
  create: ({ meanUp, meanDown, packets }, host) => downWhile(new OnOff(meanUp, meanDown, host.random), packets, host),
});
