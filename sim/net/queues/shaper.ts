import type { Nanos } from '../../core/event-queue';
import type { Packet } from '../../core/packet';
import { limit, rate, size } from '../../core/params';
import { Drop, type Queue } from '../queue';
import { bufferOf } from './buffer';
import { defineQueue } from './define';
import { Fifo } from './fifo';
import { TokenBucket } from './token-bucket';

/** Delays packets until they conform to a token bucket; `inner` chooses their order and what is dropped meanwhile. */
export class Shaper implements Queue {
  readyAt: Nanos = Infinity;
  /** Taken from `inner`, waiting for tokens. */
  private waiting: Packet | null = null;

  constructor(
    private readonly bucket: TokenBucket,
    private readonly inner: Queue,
  ) {}

  get packets(): number {
    return this.inner.packets + (this.waiting === null ? 0 : 1);
  }

  get bytes(): number {
    return this.inner.bytes + (this.waiting === null ? 0 : this.waiting.size);
  }

  push(p: Packet): Drop {
    // Larger than the bucket: it could never be sent.
    return p.size > this.bucket.depth ? Drop.policed : this.inner.push(p);
  }

  pop(): Packet | null {
    this.waiting ??= this.inner.pop();
    const p = this.waiting;
    if (p === null) {
      this.readyAt = this.inner.readyAt ?? Infinity;
      return null;
    }
    if (!this.bucket.take(p.size)) {
      this.readyAt = this.bucket.conformsAt(p.size);
      return null;
    }
    this.waiting = null;
    this.readyAt = Infinity;
    return p;
  }
}

export const shaper = defineQueue({
  summary: 'delays packets until they conform to a token bucket',
  reference: 'RFC 2475 section 2.3.3.3, RFC 2215 section 3.6',
  params: {
    rate: rate('tokens per second', '1 Mbit/s'),
    burst: size('depth of the bucket; larger packets are refused', '15 kB'),
    limit: limit('buffer before the bucket; the packet that waits for tokens is not counted', '100 packets'),
  },
  create: (params, host) => {
    const fifo = new Fifo(host, bufferOf(params.limit, { rate: params.rate, bdp: host.bdp }));
    return new Shaper(new TokenBucket(host, params.rate, params.burst), fifo);
  },
});
