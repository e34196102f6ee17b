/** Bytes of IPv4 and UDP around a QUIC datagram. */
export const IP_UDP_OVERHEAD = 28;
/** AEAD_AES_128_GCM (RFC 9001 section 5.3). */
export const TAG = 16;

/** RFC 9000 section 16: bytes of a variable-length integer. */
export function varint(value: number): number {
  if (value < 64) return 1;
  if (value < 16384) return 2;
  return value < 2 ** 30 ? 4 : 8;
}

/** RFC 9000 appendix A.2: bytes of a packet number when `unacknowledged` packets lie between it and the last one acknowledged. */
export function packetNumberLength(unacknowledged: number): number {
  if (unacknowledged < 128) return 1;
  if (unacknowledged < 32768) return 2;
  return unacknowledged < 2 ** 23 ? 3 : 4;
}

/** RFC 9000 section 17.2: a long header with its packet number; an Initial has a token length too. */
export function longHeader(connectionIds: number, packetNumber: number, isInitial: boolean): number {
  return 1 + 4 + 2 + connectionIds + (isInitial ? 1 : 0) + 2 + packetNumber;
}

/** RFC 9000 section 17.3.1. */
export function shortHeader(connectionId: number, packetNumber: number): number {
  return 1 + connectionId + packetNumber;
}

/** RFC 9000 section 19.8, with an explicit length of two bytes. */
export function streamFrameHeader(id: number, offset: number): number {
  return 1 + varint(id) + (offset > 0 ? varint(offset) : 0) + 2;
}

/** RFC 9000 section 19.6, the length in two bytes. */
export function cryptoFrameHeader(offset: number): number {
  return 1 + varint(offset) + 2;
}
