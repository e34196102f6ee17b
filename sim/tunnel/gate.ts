import type { Packet } from '../core/packet';
import type { Link } from '../net/link';
import { type Middlebox, type Node, Verdict } from '../net/node';
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
    way.tunnel.carry(p, way.there);
    return Verdict.consumed;
  }
}
