import { exp, ln } from '../../core/maths';
import type { Packet } from '../../core/packet';
import { number } from '../../core/params';
import type { RandomStream } from '../../core/random';
import type { PacketFilter } from '../impairment';
import { Drop } from '../queue';
import { defineImpairment } from './define';

/** Marks packets as corrupt: routers forward them, the checksum of the receiving host refuses them. */
class Corruption implements PacketFilter {
  /** ln of the probability that a byte has no wrong bit. */
  private readonly soundByte: number;

  constructor(
    private readonly share: number,
    bitErrorRate: number,
    private readonly random: RandomStream,
  ) {
    this.soundByte = 8 * ln(1 - bitErrorRate);
  }

  judge(p: Packet): Drop {
    const sound = this.soundByte === 0 ? 1 - this.share : (1 - this.share) * exp(p.size * this.soundByte);
    if (this.random.uniform() >= sound) p.corrupt = true;
    return Drop.none;
  }
}

export const corruption = defineImpairment({
  summary: "damages packets; the receiver's checksum refuses them",
  reference: 'RFC 9293 section 3.1; RFC 3819 section 8.1',
  params: {
    share: number('share of packets damaged, whatever their size', 0, 0, 1),
    bitErrorRate: number('share of bits damaged, independently', 0, 0, 0.5),
  },
  create: ({ share, bitErrorRate }, { random }) => ({
    kind: 'filter',
    filter: new Corruption(share, bitErrorRate, random),
  }),
});
