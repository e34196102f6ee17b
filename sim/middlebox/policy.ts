import * as z from 'zod';
import { choice, rate, size } from '../core/params';
import { type Packet, Protocol } from '../core/packet';
import type { ParamsOf } from '../core/plugin';
import type { Link } from '../net/link';
import { Drop } from '../net/queue';
import { Verdict } from '../net/node';
import { StreamContent } from '../transport/stream-content';
import { UDP_OVERHEAD } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { defineMiddlebox, type MiddleboxHost, type MiddleboxMetric, type NodeMiddlebox } from './middlebox';

const policyParams = {
  largestPacket: size('packets above are dropped, IP header included; 0 B = any size passes', '0 B'),
  refuse: z
    .array(z.enum(['tcp', 'udp', 'icmp', 'sctp', 'quic']))
    .default([])
    .describe('protocols that are dropped'),
  content: z
    .string()
    .default('')
    .describe('ASCII text; a segment that carries it is dropped, if messages show their bytes'),
  rate: rate('bit/s that pass; what is above is dropped; 0 = any', '0 bit/s'),
  burst: size('bytes that may pass at once above the rate', '15 kB'),
  per: choice('what the rate is for: each flow, or all of them', ['flow', 'all'], 'all'),
  copyTo: z.string().default('').describe('node that a copy of every intercepted packet is sent to; none if empty'),
  copyOf: z.string().default('').describe('node whose packets, from it and to it, are intercepted; all if empty'),
};
type PolicyParams = ParamsOf<typeof policyParams>;

/** Where copies arrive: a UDP port of the collector. */
const COLLECTOR_PORT = 6666;
const SECOND = 1e9;

/** Tokens of one flow or of all: bytes, filled at the rate up to the burst. */
interface Bucket {
  tokens: number;
  at: number;
}

/**
 * What operators do on the path: limits of size, protocol and content, policing by token bucket (RFC 2475 section 2.3.3.2),
 * copies for lawful intercept (RFC 3924), and statistics for planning. Only packets that pass the node are looked at.
 */
class Policy implements NodeMiddlebox {
  private readonly counts = { passed: 0, passedBytes: 0, tooLarge: 0, refused: 0, content: 0, policed: 0, copied: 0 };
  private collected = 0;
  private readonly buckets = new Map<number, Bucket>();
  private readonly flows = new Set<number>();
  /** Bytes in the second at hand, and the most in any. */
  private second = -1;
  private inSecond = 0;
  private most = 0;

  constructor(
    private readonly host: MiddleboxHost,
    private readonly params: PolicyParams,
  ) {
    const { copyTo, copyOf } = params;
    for (const name of [copyTo, copyOf]) if (name !== '') this.nodeOf(name);
    if (copyTo === '') return;
    const onDatagram = (): void => void this.collected++;
    UdpStack.of(this.nodeOf(copyTo)).bind({ onDatagram }, 0, COLLECTOR_PORT);
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    const { node } = this.host;
    if (from === null || p.dst === node.address) return Verdict.forward;
    const refused = this.judge(p);
    if (refused !== null) {
      this.counts[refused]++;
      if (refused !== 'policed') return Verdict.drop;
      node.drop(p, Drop.policed);
      return Verdict.consumed;
    }
    this.count(p);
    if (this.params.copyTo !== '' && this.isIntercepted(p)) this.copy(p);
    return Verdict.forward;
  }

  restart(): void {
    this.buckets.clear();
  }

  metrics(): MiddleboxMetric[] {
    const count = (metric: string, value: number): MiddleboxMetric => ({ metric, unit: '', value });
    return [
      ...Object.entries(this.counts).map(([name, value]) => count(name, value)),
      count('flows', this.flows.size),
      { metric: 'busiestSecond', unit: 'bit/s', value: Math.max(this.most, this.inSecond) * 8 },
      ...(this.params.copyTo === '' ? [] : [count('collected', this.collected)]),
    ];
  }

  /** Why `p` may not pass; null if it may. */
  private judge(p: Packet): 'tooLarge' | 'refused' | 'content' | 'policed' | null {
    const { largestPacket, refuse, content, rate } = this.params;
    if (largestPacket > 0 && p.size > largestPacket) return 'tooLarge';
    if (refuse.some((name) => Protocol[name] === p.protocol)) return 'refused';
    if (
      content !== '' &&
      p.payload instanceof StreamContent &&
      carries(p.payload.bytes(p.seq - 1, p.length), content)
    ) {
      return 'content';
    }
    return rate > 0 && !this.takeTokens(p) ? 'policed' : null;
  }

  private takeTokens(p: Packet): boolean {
    const { rate, burst, per } = this.params;
    const { now } = this.host.events;
    const key = per === 'flow' ? p.flow : 0;
    let bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, (bucket = { tokens: burst, at: now }));
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * rate) / 8e9);
    bucket.at = now;
    if (bucket.tokens < p.size) return false;
    bucket.tokens -= p.size;
    return true;
  }

  private count(p: Packet): void {
    this.counts.passed++;
    this.counts.passedBytes += p.size;
    this.flows.add(p.flow);
    const second = Math.floor(this.host.events.now / SECOND);
    if (second !== this.second) {
      this.most = Math.max(this.most, this.inSecond);
      this.second = second;
      this.inSecond = 0;
    }
    this.inSecond += p.size;
  }

  private isIntercepted(p: Packet): boolean {
    const { copyOf } = this.params;
    if (copyOf === '') return true;
    const { address } = this.nodeOf(copyOf);
    return p.src === address || p.dst === address;
  }

  /** The packet as the payload of a datagram to the collector. */
  private copy(p: Packet): void {
    const { node, simulation } = this.host;
    this.counts.copied++;
    const c = simulation.pool.take();
    c.protocol = Protocol.udp;
    c.src = node.address;
    c.dst = this.nodeOf(this.params.copyTo).address;
    c.srcPort = COLLECTOR_PORT;
    c.dstPort = COLLECTOR_PORT;
    c.flow = p.flow;
    c.flags = 0;
    c.seq = 0;
    c.ack = 0;
    c.length = p.size;
    c.size = p.size + UDP_OVERHEAD;
    node.forward(c);
  }

  private nodeOf(name: string) {
    const node = this.host.simulation.findNode(name);
    if (node === undefined) throw new Error(`the policy of ${this.host.node.name} names ${name}, which is no node`);
    return node;
  }
}

function carries(bytes: Uint8Array, text: string): boolean {
  return String.fromCharCode(...bytes).includes(text);
}

export const policy = defineMiddlebox({
  summary: 'limits of size, protocol and content, policing, copies for lawful intercept, statistics for planning',
  reference: 'RFC 2475 section 2.3.3; RFC 3924; draft-mankin-im-session-guide-00 section 4.1',
  params: policyParams,
  create: (params, host) => new Policy(host, params),
});
