import type { Packet } from '../core/packet';
import type { UdpDelegate, UdpSocket } from '../udp/socket';
import { CONSTANTS } from './constants';

const { POLLIN, POLLOUT, POLLERR, POLLRDNORM, POLLWRNORM } = CONSTANTS as Record<string, number>;

/** The other end of a datagram socket, as far as it is known: the script plays it, so its port is all that tells. */
export type PeerPort = number | null;

/** A UDP socket of the host under test (RFC 768, RFC 1122 section 4.1). */
export class DatagramSocket implements UdpDelegate {
  nonBlocking = false;
  /** The errno that the next call reports, or null. */
  error: string | null = null;
  /** Once it is bound, by bind() or by the first datagram that leaves. */
  bound: UdpSocket | null = null;
  /** After connect(): only datagrams from there arrive. */
  connectedTo: PeerPort = null;
  readShut = false;
  writeShut = false;
  /** Options set, by name: they are remembered. */
  readonly options = new Map<string, number | string>();
  /** Counts what epoll's edge-triggered mode reports. */
  readEdges = 0;
  readonly writeEdges = 0;
  /** Payload sizes of datagrams that wait to be read. */
  private readonly waiting: number[] = [];

  constructor(private readonly wake: () => void) {}

  onDatagram(p: Packet): void {
    if (this.connectedTo !== null && this.connectedTo !== p.srcPort) return;
    this.waiting.push(p.length);
    this.readEdges++;
    this.wake();
  }

  /** An ICMP error about a datagram of this socket: one that is connected is told (RFC 1122 section 4.1.3.3). */
  refuse(errno: string): void {
    if (this.connectedTo === null) return;
    this.error = errno;
    this.readEdges++;
    this.wake();
  }

  /** Size of the next datagram; null when none waits. */
  get next(): number | null {
    return this.waiting[0] ?? null;
  }

  /** Takes the next datagram, whole or not: the rest of it is lost. */
  drop(): void {
    this.waiting.shift();
  }

  /** What poll() says of it. */
  get readiness(): number {
    const readable = this.next !== null || this.readShut ? POLLIN! | POLLRDNORM! : 0;
    return (this.error === null ? 0 : POLLERR!) | readable | POLLOUT! | POLLWRNORM!;
  }
}
