import { type Packet, type PacketPool, Protocol } from '../core/packet';
import type { Node, Transport } from '../net/node';
import { Drop } from '../net/queue';
import { type UdpDelegate, UdpSocket } from './socket';

const EPHEMERAL_FIRST = 49152;
const LAST_PORT = 65535;

/** UDP on one node (RFC 768): which socket gets a datagram, which ports are taken. */
export class UdpStack implements Transport {
  private readonly sockets = new Map<number, UdpSocket>();
  private nextPort = EPHEMERAL_FIRST;
  private readonly pool: PacketPool;

  constructor(readonly node: Node) {
    this.pool = node.simulation.pool;
  }

  /** The stack of `node`, made on first use. */
  static of(node: Node): UdpStack {
    const present = node.transports[Protocol.udp];
    if (present instanceof UdpStack) return present;
    const stack = new UdpStack(node);
    node.transports[Protocol.udp] = stack;
    return stack;
  }

  /** Sockets that are bound. */
  get size(): number {
    return this.sockets.size;
  }

  /** A socket on `port`, or on an ephemeral one (RFC 6335 section 6). Throws if the port is taken or none is free. */
  bind(delegate: UdpDelegate, flow: number, port = this.ephemeralPort()): UdpSocket {
    if (this.sockets.has(port)) throw new Error(`${this.node.name}: UDP port ${port} is taken`);
    const socket = new UdpSocket(this, port, flow, delegate);
    this.sockets.set(port, socket);
    return socket;
  }

  isTaken(port: number): boolean {
    return this.sockets.has(port);
  }

  unbind(socket: UdpSocket): void {
    if (this.sockets.get(socket.port) === socket) this.sockets.delete(socket.port);
  }

  /** A datagram for a port that nobody has bound is dropped as unroutable; no ICMP error is sent. */
  receive(p: Packet): void {
    const socket = this.sockets.get(p.dstPort);
    if (socket === undefined) {
      this.node.drop(p, Drop.unroutable);
      return;
    }
    socket.receive(p);
    this.pool.give(p);
  }

  private ephemeralPort(): number {
    for (let tries = EPHEMERAL_FIRST; tries <= LAST_PORT; tries++) {
      const port = this.nextPort;
      this.nextPort = port === LAST_PORT ? EPHEMERAL_FIRST : port + 1;
      if (!this.sockets.has(port)) return port;
    }
    throw new Error(`${this.node.name}: no ephemeral UDP port is free`);
  }
}
