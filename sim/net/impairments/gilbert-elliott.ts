import { number } from '../../core/params';
import type { RandomStream } from '../../core/random';
import type { PacketFilter } from '../impairment';
import { Drop } from '../queue';
import { defineImpairment } from './define';

/** Probabilities per packet, of changing state and of loss in each state. */
export interface GilbertElliottSettings {
  readonly goodToBad: number;
  readonly badToGood: number;
  readonly lossInGood: number;
  readonly lossInBad: number;
}

/** A Markov chain of two states that takes one step per packet; it begins in its stationary distribution. */
export class GilbertElliottLoss implements PacketFilter {
  private bad: boolean;

  constructor(
    private readonly settings: GilbertElliottSettings,
    private readonly random: RandomStream,
  ) {
    this.bad = random.chance(badShare(settings));
  }

  judge(): Drop {
    const { goodToBad, badToGood, lossInGood, lossInBad } = this.settings;
    const lost = this.random.chance(this.bad ? lossInBad : lossInGood);
    if (this.random.chance(this.bad ? badToGood : goodToBad)) this.bad = !this.bad;
    return lost ? Drop.loss : Drop.none;
  }
}

/** Share of packets that find the bad state. */
function badShare({ goodToBad, badToGood }: GilbertElliottSettings): number {
  return goodToBad === 0 ? 0 : goodToBad / (goodToBad + badToGood);
}

export const gilbertElliott = defineImpairment({
  summary: 'losses in bursts: a good and a bad state, each with its own probability of loss',
  reference: 'Gilbert 1960; Elliott 1963',
  params: {
    goodToBad: number('probability per packet of going from good to bad', 0.01, 0, 1),
    badToGood: number('probability per packet of going from bad to good', 0.3, 0, 1),
    lossInGood: number('probability of loss in the good state', 0, 0, 1),
    lossInBad: number('probability of loss in the bad state', 1, 0, 1),
  },
  create: (params, { random }) => ({ kind: 'filter', filter: new GilbertElliottLoss(params, random) }),
});
