import type { Nanos } from '../../../sim/core/event-queue';
import type { Packet } from '../../../sim/core/packet';
import type { Simulation } from '../../../sim/net/simulation';

interface Birth {
  number: number;
  at: Nanos;
}

/**
 * Numbers the packets of a run in the order in which they are made, from 1: the same numbers in every run of the same
 * scenario, so that a packet can be found again after going back. It changes nothing in the run.
 */
export class PacketRegister {
  private made = 0;
  /** By pooled packet: as many as are alive at once. */
  private readonly births = new Map<Packet, Birth>();

  constructor({ pool, events }: Simulation) {
    const take = pool.take.bind(pool);
    pool.take = () => {
      const p = take();
      let birth = this.births.get(p);
      if (birth === undefined) this.births.set(p, (birth = { number: 0, at: 0 }));
      birth.number = ++this.made;
      birth.at = events.now;
      return p;
    };
  }

  /** 0 for packets that were made before. */
  numberOf(p: Packet): number {
    return this.births.get(p)?.number ?? 0;
  }

  madeAt(p: Packet): Nanos {
    return this.births.get(p)?.at ?? 0;
  }
}
