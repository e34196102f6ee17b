/** One's complement sum of 16-bit words of `bytes[from, to)`, added to `sum`; an odd last byte is the high one (RFC 1071). */
export function addWords(sum: number, bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  for (; i + 1 < to; i += 2) sum += (bytes[i]! << 8) | bytes[i + 1]!;
  if (i < to) sum += bytes[i]! << 8;
  return sum;
}

/** The checksum field for a sum: folded to 16 bits and inverted. */
export function finish(sum: number): number {
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return ~sum & 0xffff;
}
