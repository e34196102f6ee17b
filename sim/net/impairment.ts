import type { Packet } from '../core/packet';
import type { RandomStream } from '../core/random';

/** Chance on a wire. Asked once per packet, in order of transmission, after serialisation. */
export interface LossModel {
  /** True if the packet is lost. */
  loses(p: Packet): boolean;
}

/** Every packet is lost with the same probability, independently. */
export class BernoulliLoss implements LossModel {
  constructor(
    private readonly probability: number,
    private readonly random: RandomStream,
  ) {}

  loses(): boolean {
    return this.random.uniform() < this.probability;
  }
}
