import type { Address, Packet } from '../../core/packet';

/** An IP packet in the making: zeros from `at` on, where the transport header begins, to `at` + `length`. */
export interface PacketBytes {
  bytes: Uint8Array;
  /** The same bytes. */
  view: DataView;
  at: number;
  /** Bytes of transport header and payload. */
  length: number;
}

/** The 32-bit IPv4 address that stands for a simulated one. */
export type Ipv4Of = (address: Address) => number;

/** How one transport protocol looks on the wire. The registry is `formats/index.ts`. */
export interface WireFormat {
  /** Protocol number in the IP header. */
  readonly number: number;
  /** Bytes of transport header and payload of `p`: the size of its IP packet without the IP header. */
  length(p: Packet): number;
  /** Writes the header, its checksum zero; returns its length. The encoder writes the content after it. */
  writeHeader(to: PacketBytes, p: Packet, ipv4: Ipv4Of): number;
  /** Writes the checksum, when all else is there. `pseudoHeader`: sum of 16-bit words (RFC 9293 section 3.1). */
  seal(to: PacketBytes, pseudoHeader: number, p: Packet): void;
}
