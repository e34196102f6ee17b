import { type Address, Flag, type Packet, Protocol } from '../core/packet';
import type { Node } from '../net/node';

/** Types and codes (RFC 792, RFC 1812 section 5.2.7.1) of the errors that middleboxes send. */
export const Unreachable = { host: 1, port: 3, prohibited: 13 } as const;

const DESTINATION_UNREACHABLE = 3;
/** IP header, ICMP header, and of the offending packet the IP header and 8 bytes. */
const SIZE = 20 + 8 + 20 + 8;

/** An ICMP error: what it says, and the ends of the packet that it is about. A translator makes a changed copy. */
export class IcmpError {
  constructor(
    readonly code: number,
    readonly protocol: number,
    readonly src: Address,
    readonly srcPort: number,
    readonly dst: Address,
    readonly dstPort: number,
    readonly type = DESTINATION_UNREACHABLE,
  ) {}

  /** The same about a packet with another source or destination. */
  about(ends: Partial<Pick<IcmpError, 'src' | 'srcPort' | 'dst' | 'dstPort'>>): IcmpError {
    const { src, srcPort, dst, dstPort } = { ...this, ...ends };
    return new IcmpError(this.code, this.protocol, src, srcPort, dst, dstPort, this.type);
  }
}

/** The error in an ICMP packet; null for queries and other transports. */
export function errorIn(p: Packet): IcmpError | null {
  return p.protocol === Protocol.icmp && p.payload instanceof IcmpError ? p.payload : null;
}

/** The error that `p` gives rise to. */
export function errorAbout(p: Packet, code: number): IcmpError {
  return new IcmpError(code, p.protocol, p.src, p.srcPort, p.dst, p.dstPort);
}

/** An error from `node` to the source of the packet that it is about. */
export function icmpError(node: Node, error: IcmpError, flow: number): Packet {
  const e = node.simulation.pool.take();
  e.protocol = Protocol.icmp;
  e.src = node.address;
  e.dst = error.src;
  e.srcPort = e.dstPort = 0;
  e.flow = flow;
  e.size = SIZE;
  e.length = SIZE - 28;
  e.flags = e.seq = e.ack = e.window = 0;
  e.payload = error;
  return e;
}

/** A RST in answer to the SYN `p`, as if its destination had sent it (RFC 9293 section 3.10.7.1). */
export function resetOf(node: Node, p: Packet): Packet {
  const r = node.simulation.pool.take();
  r.protocol = Protocol.tcp;
  r.src = p.dst;
  r.srcPort = p.dstPort;
  r.dst = p.src;
  r.dstPort = p.srcPort;
  r.flow = p.flow;
  r.size = 40;
  r.length = r.window = r.seq = 0;
  r.flags = Flag.rst | Flag.ack;
  r.ack = p.seq + 1;
  return r;
}
