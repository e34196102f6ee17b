import * as z from 'zod';
import { type Packet, Protocol } from '../core/packet';
import type { ParamsOf } from '../core/plugin';
import type { Link } from '../net/link';
import { Verdict } from '../net/node';
import { errorIn } from '../net/icmp';
import { Mapping } from './mapping';
import { defineMiddlebox, type MiddleboxHost } from './middlebox';
import { behaviour, sessionParams } from './params';
import { StatefulMiddlebox } from './stateful';

const PROTOCOLS = Object.keys(Protocol) as [keyof typeof Protocol, ...(keyof typeof Protocol)[]];

const firewallParams = {
  filtering: behaviour('what lets a packet in, once the inside end has sent one', 'address-and-port-dependent'),
  blocked: z.array(z.enum(PROTOCOLS)).default([]).describe('protocols that do not pass in either direction'),
  ...sessionParams,
};

/** Lets sessions be opened from inside only. Packets pass as they are: a mapping has the same end on both sides. */
class Firewall extends StatefulMiddlebox {
  private readonly blocked: ReadonlySet<number>;

  constructor(host: MiddleboxHost, params: ParamsOf<typeof firewallParams>) {
    super(host, params);
    this.blocked = new Set(params.blocked.map((name) => Protocol[name]));
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    if (from === null || p.dst === this.host.node.address) return Verdict.forward;
    const fromInside = this.sides.isFromInside(from);
    if (this.sides.isInside(p.dst) === fromInside) return Verdict.forward;
    const error = errorIn(p);
    if (error !== null) return fromInside ? this.outboundError(p, error) : this.inboundError(p, error);
    if (this.blocked.has(p.protocol)) return this.refuse();
    return fromInside ? this.outbound(p) : this.inbound(p);
  }

  private outbound(p: Packet): Verdict {
    const { protocol, src, srcPort } = p;
    const mapping =
      this.table.findInside(protocol, src, srcPort, 0, this.now) ??
      new Mapping(protocol, src, srcPort, src, srcPort, 0);
    this.pass(mapping, p.dst, p.dstPort, p.flags, true);
    return Verdict.forward;
  }

  private inbound(p: Packet): Verdict {
    const mapping = this.mappingAt(p);
    if (mapping === undefined) return this.refuseUnsolicited(p);
    this.pass(mapping, p.src, p.srcPort, p.flags, false);
    return Verdict.forward;
  }
}

export const firewall = defineMiddlebox({
  summary: 'stateful firewall: sessions are opened from inside only',
  reference: 'RFC 6092, RFC 4949 (stateful packet filter)',
  params: firewallParams,
  create: (params, host) => new Firewall(host, params),
});
