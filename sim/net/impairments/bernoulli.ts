import { number } from '../../core/params';
import type { RandomStream } from '../../core/random';
import type { PacketFilter } from '../impairment';
import { Drop } from '../queue';
import { defineImpairment } from './define';

/** Loses every packet with the same probability, independently. */
export class BernoulliLoss implements PacketFilter {
  constructor(
    private readonly probability: number,
    private readonly random: RandomStream,
  ) {}

  judge(): Drop {
    return this.random.chance(this.probability) ? Drop.loss : Drop.none;
  }
}

export const bernoulli = defineImpairment({
  summary: 'loses every packet with the same probability, independently',
  reference: 'none',
  params: { loss: number('probability of loss', 0.01, 0, 1) },
  create: ({ loss }, { random }) => ({ kind: 'filter', filter: new BernoulliLoss(loss, random) }),
});
