import { Bytes } from '../core/bytes';
import type { Address, Packet } from '../core/packet';
import type { Node } from '../net/node';
import type { UdpSocket } from '../udp/socket';
import type { StunAddress } from './attributes';

/** An end of a path as the simulation knows it. */
export interface TransportAddress {
  readonly address: Address;
  readonly port: number;
}

/** Sends bytes from a socket to any end; `from` in place of the node's own address. */
export function sendBytes(socket: UdpSocket, bytes: Uint8Array, to: TransportAddress, from?: Address): void {
  const p = socket.datagramTo(to.address, to.port, bytes.length);
  p.payload = new Bytes(bytes);
  if (from !== undefined) p.src = from;
  socket.transmit(p);
}

/** The bytes that a datagram carries; null when it carries none. */
export function bytesIn(p: Packet): Uint8Array | null {
  return p.payload instanceof Bytes ? p.payload.bytes : null;
}

export function sourceOf({ src, srcPort }: Packet): TransportAddress {
  return { address: src, port: srcPort };
}

/** An end as messages write it. */
export function written(node: Node, { address, port }: TransportAddress): StunAddress {
  return { ipv4: node.simulation.addressing.ipv4(address), port };
}

/** What an address in a message means to `node`. */
export function meant(node: Node, { ipv4, port }: StunAddress): TransportAddress {
  return { address: node.simulation.addressOf(ipv4, node), port };
}

export function isSame(a: TransportAddress, b: TransportAddress): boolean {
  return a.address === b.address && a.port === b.port;
}
