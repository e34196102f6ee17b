import { integer, number } from '../../core/params';
import type { RandomStream } from '../../core/random';
import type { PacketFilter } from '../impairment';
import { Drop } from '../queue';
import { defineImpairment } from './define';

/** Loses every packet, or every so many in a row together, with the same probability, independently. */
export class BernoulliLoss implements PacketFilter {
  /** Packets that still share the fate of the last one judged. */
  private left = 0;
  private fate: Drop = Drop.none;

  constructor(
    private readonly probability: number,
    private readonly random: RandomStream,
    private readonly together: number,
  ) {}

  judge(): Drop {
    if (this.left === 0) {
      this.left = this.together;
      this.fate = this.random.chance(this.probability) ? Drop.loss : Drop.none;
    }
    this.left--;
    return this.fate;
  }
}

export const bernoulli = defineImpairment({
  summary: 'loses every packet with the same probability, independently',
  reference: 'none',
  params: {
    loss: number('probability of loss', 0.01, 0, 1),
    together: integer(
      'packets in a row that are lost together, as those that a sender with segmentation offload hands over as one',
      1,
      1,
      64,
    ),
  },
  create: ({ loss, together }, { random }) => ({ kind: 'filter', filter: new BernoulliLoss(loss, random, together) }),
});
