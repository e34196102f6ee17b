import type { Nanos } from '../core/event-queue';
import { type Address, type Packet, Protocol } from '../core/packet';
import type { UdpStack } from './stack';

const IP_HEADER = 20;
const UDP_HEADER = 8;
/** Bytes of an IPv4 packet around the payload of a datagram (RFC 791 section 3.1, RFC 768). */
export const UDP_OVERHEAD = IP_HEADER + UDP_HEADER;

const NOBODY: Address = -1;

/** What arrives at a socket. */
export interface UdpDelegate {
  /** A datagram has arrived. The stack owns `p`: it may be read during the call and not be kept. */
  onDatagram(p: Packet): void;
}

/**
 * A UDP port of a node (RFC 768). It sends to its peer: the one it was connected to or, on the answering side, whoever sent
 * the last datagram, so that it answers through address translators.
 *
 * What an application protocol has in its header travels in fields of the packet (`seq`, `ack`, `window`, `flags`, and the
 * time stamp of `stamp`), so that a datagram costs no allocation. The length counts it as payload.
 */
export class UdpSocket {
  /** Datagrams sent and received. */
  sent = 0;
  received = 0;
  /** Changes datagrams of the application on their way out: a TURN client wraps them. */
  outgoing: ((p: Packet) => void) | null = null;
  private remoteAddress: Address = NOBODY;
  private remotePort = 0;
  private connected = false;

  constructor(
    private readonly stack: UdpStack,
    readonly port: number,
    readonly flow: number,
    private readonly delegate: UdpDelegate,
  ) {}

  /** Fixes the peer: datagrams of others no longer change it. */
  connect(address: Address, port: number): void {
    this.remoteAddress = address;
    this.remotePort = port;
    this.connected = true;
  }

  /** Whether there is somebody to send to. */
  get hasPeer(): boolean {
    return this.remoteAddress !== NOBODY;
  }

  /**
   * A datagram of `length` bytes of payload to the peer, for the caller to complete and `send`. Throws without a peer.
   * Sequence number `seq`, other header fields zero, stamped with this moment.
   */
  datagram(length: number, seq: number): Packet {
    if (this.remoteAddress === NOBODY) throw new Error(`UDP port ${this.port} has no peer yet`);
    return this.datagramTo(this.remoteAddress, this.remotePort, length, seq);
  }

  /** As `datagram`, to any end, whoever the peer is. */
  datagramTo(address: Address, port: number, length: number, seq = 0): Packet {
    const { node } = this.stack;
    const p = node.simulation.pool.take();
    p.protocol = Protocol.udp;
    p.src = node.address;
    p.srcPort = this.port;
    p.dst = address;
    p.dstPort = port;
    p.flow = this.flow;
    p.length = length;
    p.size = length + UDP_OVERHEAD;
    p.flags = 0;
    p.seq = seq;
    p.ack = 0;
    p.window = 0;
    stamp(p, node.simulation.events.now);
    return p;
  }

  send(p: Packet): void {
    if (this.outgoing !== null) this.outgoing(p);
    this.transmit(p);
  }

  /** As `send`, past what `outgoing` would do. */
  transmit(p: Packet): void {
    this.sent++;
    this.stack.node.send(p);
  }

  /** For the stack. */
  receive(p: Packet): void {
    this.received++;
    if (!this.connected) {
      this.remoteAddress = p.src;
      this.remotePort = p.srcPort;
    }
    this.delegate.onDatagram(p);
  }

  close(): void {
    this.stack.unbind(this);
  }
}

/** Writes a time into a datagram, as whole milliseconds and the nanoseconds beyond: both small integers, never boxed. */
export function stamp(p: Packet, time: Nanos): void {
  const ms = Math.floor(time / 1e6);
  p.tsVal = ms;
  p.tsEcr = time - ms * 1e6;
}

/** The time written by `stamp`. */
export function stampOf(p: Packet): Nanos {
  return p.tsVal * 1e6 + p.tsEcr;
}
