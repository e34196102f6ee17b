import { type Limit, UnitError } from '../../core/units';
import type { QueueHost } from '../queue';

/** How much may wait: packets and bytes, either of them Infinity. */
export interface Buffer {
  readonly maxPackets: number;
  readonly maxBytes: number;
}

/** A limit on this link. Throws `UnitError` for a time or a BDP where the rate or the path is unknown. */
export function bufferOf(limit: Limit, link: Pick<QueueHost, 'rate' | 'bdp'>): Buffer {
  switch (limit.unit) {
    case 'packets':
      return { maxPackets: limit.value, maxBytes: Infinity };
    case 'bytes':
      return { maxPackets: Infinity, maxBytes: limit.value };
    case 'nanoseconds':
      if (!(link.rate > 0)) throw new UnitError('a buffer limit in time needs a link with a rate');
      return { maxPackets: Infinity, maxBytes: Math.floor((link.rate * limit.value) / 8e9) };
    case 'bdp':
      if (!(link.bdp > 0)) {
        throw new UnitError('a buffer limit in BDP needs a path with a known round trip; use packets, bytes or a time');
      }
      return { maxPackets: Infinity, maxBytes: Math.floor(link.bdp * limit.value) };
  }
}

/** For queues behind a buffer that someone else guards. */
export const UNBOUNDED: Buffer = { maxPackets: Infinity, maxBytes: Infinity };
