import { type Address, type Packet, Protocol } from '../core/packet';
import type { Node } from './node';

/** Types and codes (RFC 792, RFC 1812 section 5.2.7.1) of the errors that nodes send. */
export const Unreachable = { host: 1, port: 3, prohibited: 13 } as const;

const DESTINATION_UNREACHABLE = 3;
export const TIME_EXCEEDED = 11;
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

/** RFC 1812 section 5.3.1: `p` has used up its hops at `node`; null where that is no cause for an error (section 4.3.2.7). */
export function timeExceeded(node: Node, p: Packet): Packet | null {
  if (errorIn(p) !== null) return null;
  const { protocol, src, srcPort, dst, dstPort } = p;
  return icmpError(node, new IcmpError(0, protocol, src, srcPort, dst, dstPort, TIME_EXCEEDED), p.flow);
}

/** Bytes of data in an echo request, as ping sends them. */
const ECHO_DATA = 56;

/** Payload of an echo request or reply. Its identifier is the port of who asks, the sequence number `Packet.seq`. */
export class Echo {
  static readonly request = new Echo(8);
  static readonly reply = new Echo(0);

  private constructor(readonly type: number) {}
}

/** RFC 792: an echo request from `node`. */
export function echoRequest(node: Node, to: Address, identifier: number, sequence: number, flow: number): Packet {
  const e = node.simulation.pool.take();
  e.protocol = Protocol.icmp;
  e.src = node.address;
  e.srcPort = identifier;
  e.dst = to;
  e.dstPort = 0;
  e.flow = flow;
  e.size = 28 + ECHO_DATA;
  e.length = ECHO_DATA;
  e.flags = e.ack = e.window = 0;
  e.seq = sequence;
  e.payload = Echo.request;
  return e;
}

/** The answer that every host gives to `p` (RFC 1122 section 3.2.2.6); null where `p` is no echo request. */
export function echoReply(node: Node, p: Packet): Packet | null {
  if (p.payload !== Echo.request) return null;
  const e = echoRequest(node, p.src, 0, p.seq, p.flow);
  e.src = p.dst;
  e.dstPort = p.srcPort;
  e.payload = Echo.reply;
  return e;
}
