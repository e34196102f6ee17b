import type { Packet } from '../../core/packet';
import { factoryOf, pluginChoice } from '../../core/choice';
import { flag } from '../../core/params';
import type { ImpairmentHost } from '../impairment';
import { defineImpairment } from './define';
import { delays, type DelayDistribution } from './delays';
import { VariableDelay } from './variable-delay';

class Jitter extends VariableDelay {
  constructor(
    private readonly distribution: DelayDistribution,
    keepOrder: boolean,
    host: ImpairmentHost,
  ) {
    super(keepOrder, host);
  }

  take(p: Packet): void {
    this.delay(p, this.distribution.draw());
  }
}

export const jitter = defineImpairment({
  summary: 'delays each packet by a random time',
  reference: 'RFC 3393',
  params: {
    delay: pluginChoice(delays, 'time on top of the propagation delay', 'uniform'),
    keepOrder: flag('a packet waits for those before it, as in a queue, instead of overtaking them', true),
  },
  create: ({ delay, keepOrder }, host) => ({
    kind: 'stage',
    stage: new Jitter(factoryOf(delays, delay)(host.random), keepOrder, host),
  }),
});
