import type { TransportKind, UdpPair } from '../../apps/app';
import type { Node } from '../../net/node';
import type { StreamTransport } from '../../transport/stream-transport';
import type { UdpDelegate } from '../../udp/socket';
import type { Session } from '../scenario';

/** What a session says of its transport: the protocol, and the parameters of each. */
export type TransportSettings = Session['transport'];

interface Described {
  /** One line for help and docs. */
  readonly summary: string;
  /** RFC. */
  readonly reference: string;
  /** Bytes of payload in a full packet, and of IP and transport headers around them. */
  packet(settings: TransportSettings): { readonly payload: number; readonly headers: number };
}

/** A transport protocol that carries byte streams. */
export interface StreamProtocol extends Described {
  readonly kind: 'stream';
  /** With the parameters of a session; `buffer`, bytes each way, is that of a relay's sockets. */
  transportOf(settings: TransportSettings, buffer?: number): StreamTransport;
}

/** A transport protocol that carries datagrams. */
export interface DatagramProtocol extends Described {
  readonly kind: 'datagram';
  /** As what a leg between two relays runs over; `buffer` is that of their sockets, bytes. */
  transportOf(settings: TransportSettings, buffer?: number): StreamTransport;
  /** A socket at either end, the client's addressed to `port` of the server. */
  bind(client: DatagramEnd, server: DatagramEnd, port: number, flow: number): UdpPair;
}

export interface DatagramEnd {
  readonly node: Node;
  readonly delegate: UdpDelegate;
}

export type TransportProtocol = (StreamProtocol | DatagramProtocol) & { readonly kind: TransportKind };
