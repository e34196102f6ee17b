import type { Packet } from '../core/packet';
import type { Link } from '../net/link';
import { timeExceeded } from '../net/icmp';
import { type Middlebox, type Node, Verdict } from '../net/node';
import { Drop } from '../net/queue';
import type { Tunnel } from './tunnel';

interface Way {
  readonly tunnel: Tunnel;
  readonly there: boolean;
}

/** Takes packets of tunnelled sessions into their tunnels at one node. Others are left to the middlebox that was there before. */
export class TunnelGate implements Middlebox {
  private readonly ways = new Map<number, Way>();

  private constructor(
    private readonly node: Node,
    private readonly next: Middlebox | null,
  ) {}

  static on(node: Node): TunnelGate {
    if (node.middlebox instanceof TunnelGate) return node.middlebox;
    const gate = new TunnelGate(node, node.middlebox);
    node.middlebox = gate;
    return gate;
  }

  /** Packets of `flow` that come by go into `tunnel`. */
  add(flow: number, tunnel: Tunnel, there: boolean): void {
    this.ways.set(flow, { tunnel, there });
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    const way = this.ways.get(p.flow);
    if (way === undefined || p.dst === this.node.address) return this.next?.onPacket(p, from) ?? Verdict.forward;
    // RFC 2003 section 3.1: what is forwarded into a tunnel has made a hop
    if (from !== null && --p.ttl <= 0) this.expire(p);
    else way.tunnel.carry(p, way.there);
    return Verdict.consumed;
  }

  /** The error goes back to where the packet came from, not into the tunnel. */
  private expire(p: Packet): void {
    const error = timeExceeded(this.node, p);
    this.node.drop(p, Drop.unroutable);
    if (error !== null) this.node.forward(error);
  }
}
