import * as z from 'zod';
import type { Packet } from '../../core/packet';
import { integer, limit } from '../../core/params';
import { type Admission, Drop } from '../queue';
import { type Buffer, bufferOf } from './buffer';
import { defineAdmission } from './define';

/** Drop-tail that also drops, whatever the load, the packets it was told to: what published traces ask for. */
class Scripted implements Admission {
  /** Packets with payload that have arrived. */
  private arrived = 0;
  private readonly doomed: ReadonlySet<number>;

  constructor(
    drop: readonly number[],
    private readonly every: number,
    private readonly buffer: Buffer,
  ) {
    this.doomed = new Set(drop);
  }

  admit(p: Packet, packets: number, bytes: number): Drop {
    if (p.length > 0) {
      this.arrived++;
      if (this.doomed.has(this.arrived) || (this.every > 0 && this.arrived % this.every === 0)) return Drop.loss;
    }
    return packets >= this.buffer.maxPackets || bytes + p.size > this.buffer.maxBytes ? Drop.overflow : Drop.none;
  }
}

export const scripted = defineAdmission({
  summary: 'drop-tail that also loses packets by number, counting those that carry payload as they arrive',
  reference: 'Fall and Floyd 1996 (drop lists); Mathis et al. 1997 (periodic loss)',
  params: {
    drop: z.array(z.int().min(1)).default([]).describe('numbers of the packets to lose, from 1'),
    every: integer('lose every n-th; 0 = none', 0, 0, 1e9),
    limit: limit('packets, bytes, time at link rate, or BDP that may wait', '100 packets'),
  },
  create: ({ drop, every, limit }, host) => new Scripted(drop, every, bufferOf(limit, host)),
});
