import { Ecn, Packet, Protocol } from '../core/packet';
import { flag, integer, size } from '../core/params';
import { definer, type ParamsOf } from '../core/plugin';
import { type Node } from '../net/node';
import { Drop } from '../net/queue';

/** What every tunnel can be told. */
export const tunnelParams = {
  header: size('bytes that the tunnel puts before each packet, besides the headers of what carries it', '0 B'),
  mtu: integer('largest IP packet between the ends of the tunnel, bytes', 1500, 576, 65535),
  mssClamp: flag('lower the MSS that TCP connections announce through the tunnel to what fits without fragments', true),
  shared: flag('one tunnel for all sessions between the same nodes with the same settings, else one for each', false),
};

/** Where a tunnel begins and ends. */
export interface TunnelHost {
  readonly ingress: Node;
  readonly egress: Node;
  /** Of the egress. */
  readonly port: number;
  /** Accounting identity of the packets between the ends. */
  readonly flow: number;
}

export interface TunnelMetric {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** Carries IP packets between two nodes, in both directions. */
export interface Tunnel {
  /** Takes ownership of `p`; `there`: from ingress to egress. */
  carry(p: Packet, there: boolean): void;
  /** What it costs and finds, besides what the sessions in it show. */
  metrics?(): readonly TunnelMetric[];
}

export const defineTunnel = definer<TunnelHost, Tunnel>();
export type TunnelParams = ParamsOf<typeof tunnelParams>;

/**
 * A packet inside of another one. It is a copy outside of the pool: whoever drops the outer packet drops it too, and an
 * outer packet that was duplicated gives two.
 */
export class Encapsulated {
  /** What is inside. */
  readonly packet = new Packet();

  constructor(
    p: Packet,
    /** Of the content of one outer packet, in order; 0 where there is nothing to put together. */
    readonly id = 0,
    readonly fragments = 1,
  ) {
    Object.assign(this.packet, p);
    this.packet.sack = p.sack.slice(0, 2 * p.sackCount);
  }

  get size(): number {
    return this.packet.size;
  }

  /** The packet leaves the tunnel at `node`, marked if the outer one was (RFC 6040 section 4.2). */
  leave(node: Node, ecn: number = Ecn.notEct): void {
    const p = node.simulation.pool.copy(this.packet);
    if (ecn === Ecn.ce) {
      if (p.ecn === Ecn.notEct) {
        node.drop(p, Drop.aqm);
        return;
      }
      p.ecn = Ecn.ce;
    }
    if (p.dst === node.address) node.deliver(p);
    else node.forward(p);
  }
}

/** Lowers the MSS in a SYN, so that a full segment fits a tunnel through which packets of `most` bytes pass. */
export function clampMss(p: Packet, most: number): void {
  if (p.protocol === Protocol.tcp && p.mss > most - 40) p.mss = most - 40;
}
