import { rate, size } from '../core/params';

/** The most that fits an IPv4 packet (RFC 768, RFC 791 section 3.1). */
const MOST = 65507;

/** Payload of a datagram, bytes. Datagrams are not fragmented, whatever their size. */
export function datagramSize(text: string, byDefault: string) {
  return size(text, byDefault).refine((bytes) => bytes >= 1 && bytes <= MOST, `expected a size from 1 B to ${MOST} B`);
}

/** A rate above zero, bit/s. */
export function sendingRate(text: string, byDefault: string) {
  return rate(text, byDefault).refine((bits) => bits > 0, 'expected a rate above 0 bit/s');
}
