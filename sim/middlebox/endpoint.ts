import type { Address } from '../core/packet';

/*
 * Keys of tables, made without allocation: integers below 2^53. An ICMP query has its identifier in `srcPort` on the way
 * there and in `dstPort` on the way back, so that it is translated as ports are (RFC 5508 REQ-1).
 */

/** A transport address with its protocol. */
export function endpointKey(protocol: number, address: Address, port: number): number {
  return (address * 8 + protocol) * 65536 + port;
}

/** The other end, as far as `depth` tells ends apart: 0 not at all, 1 by address, 2 by address and port. */
export function remoteKey(depth: number, address: Address, port: number): number {
  return depth === 0 ? 0 : depth === 1 ? address : address * 65536 + port;
}
