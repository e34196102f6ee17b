import * as z from 'zod';
import { Malformed } from '../../core/malformed';
import { integer } from '../../core/params';
import { BackToBack, type CallPolicy } from '../../sip/b2bua';
import type { SipRequest } from '../../sip/message';
import { parseSdp } from '../../sdp/parse';
import { hopsParam } from './b2bua';
import { defineRole } from './role';

/** Refuses calls beyond a number, and offers of what is not allowed (RFC 5853 sections 3.1 and 3.4). */
class Border implements CallPolicy {
  constructor(
    private readonly calls: number,
    private readonly transports: ReadonlySet<string>,
  ) {}

  refuses(request: SipRequest, calls: number): number {
    if (this.calls > 0 && calls >= this.calls) return 503;
    return this.transports.size === 0 ? 0 : this.judge(request);
  }

  private judge({ contentType, body }: SipRequest): number {
    if (body === '') return 0;
    // RFC 3261 section 21.4.29: it is for a body that it has no key for
    if (contentType !== 'application/sdp') return 493;
    try {
      const { media } = parseSdp(body);
      return media.some(({ protocol }) => this.transports.has(protocol.split('/')[0]!.toLowerCase())) ? 0 : 488;
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      return 488;
    }
  }
}

export const sessionBorderController = defineRole({
  summary: 'back-to-back user agent with a policy: so many calls, over these transports',
  reference: 'RFC 5853 section 3',
  params: {
    calls: integer('calls at a time; 503 beyond; 0 = no bound', 0, 0, 100_000_000),
    hops: hopsParam,
    transports: z.array(z.string()).default([]).describe('transports that an offer must have one of; none = any'),
  },
  create: ({ calls, hops, transports }, { node, hosts, config, routing }) =>
    new BackToBack(node, hosts, config, routing, hops, new Border(calls, new Set(transports))),
});
