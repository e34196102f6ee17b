import type { Packet } from '../../core/packet';
import { limit, rate, size } from '../../core/params';
import { type Admission, Drop } from '../queue';
import { type Buffer, bufferOf } from './buffer';
import { defineAdmission } from './define';
import { TokenBucket } from './token-bucket';

/** Drops what does not conform to a token bucket when it arrives; the rest goes to a drop-tail queue. */
export class Policer implements Admission {
  constructor(
    private readonly bucket: TokenBucket,
    private readonly buffer: Buffer,
  ) {}

  admit(p: Packet, packets: number, bytes: number): Drop {
    // The meter stands before the queue: a packet that finds the queue full has used its tokens.
    if (!this.bucket.take(p.size)) return Drop.policed;
    const fits = packets < this.buffer.maxPackets && bytes + p.size <= this.buffer.maxBytes;
    return fits ? Drop.none : Drop.overflow;
  }
}

export const policer = defineAdmission({
  summary: 'drops packets that do not conform to a token bucket when they arrive',
  reference: 'RFC 2475 section 2.3.3.4, RFC 2215 section 3.6',
  params: {
    rate: rate('tokens per second', '1 Mbit/s'),
    burst: size('depth of the bucket', '15 kB'),
    limit: limit('buffer behind the policer', '100 packets'),
  },
  create: (params, host) => new Policer(new TokenBucket(host, params.rate, params.burst), bufferOf(params.limit, host)),
});
