import { sha1 } from '@noble/hashes/legacy';
import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../../core/byte-text';
import { hkdfExpand, KEY, mac } from '../../security/primitives';
import { u32, writeSpi } from './ike-message';
import type { EspSuite } from './suites';

/** Key and salt of AES-GCM with 128 bits (RFC 5282 section 7.1). */
const SEALING = 20;

/** RFC 7296 section 2.14: for children, sealing and authentication, of initiator and responder. */
export interface IkeKeys {
  readonly d: Uint8Array;
  readonly ei: Uint8Array;
  readonly er: Uint8Array;
  readonly pi: Uint8Array;
  readonly pr: Uint8Array;
}

/** What both put into the first two messages. */
export interface Nonces {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
}

/** `shared`: what the key agreement gave. */
export function ikeKeys(shared: Uint8Array, { initiator, responder }: Nonces, spis: readonly number[]): IkeKeys {
  const nonces = concatBytes(initiator, responder);
  const seed = mac(nonces, shared);
  // prf+ of RFC 7296 section 2.13 is what HKDF calls Expand
  const all = hkdfExpand(seed, concatBytes(nonces, ...spis.map(spiBytes)), 3 * KEY + 2 * SEALING);
  const [d, ei, er, pi, pr] = parts(all, [KEY, SEALING, SEALING, KEY, KEY]);
  return { d: d!, ei: ei!, er: er!, pi: pi!, pr: pr! };
}

/** Keys of ESP from the initiator, and to it (RFC 7296 section 2.17); `shared` where keys were agreed upon anew. */
export function childKeys(
  d: Uint8Array,
  { key }: EspSuite,
  { initiator, responder }: Nonces,
  shared: Uint8Array | null = null,
): { readonly there: Uint8Array; readonly back: Uint8Array } {
  const all = hkdfExpand(d, concatBytes(shared ?? new Uint8Array(0), initiator, responder), 2 * key);
  const [there, back] = parts(all, [key, key]);
  return { there: there!, back: back! };
}

/** Proof of who has sent `message` (RFC 7296 section 2.15). */
export function authOf(
  secret: Uint8Array,
  message: Uint8Array,
  nonceOfOther: Uint8Array,
  macKey: Uint8Array,
  identity: number,
): Uint8Array {
  const key = mac(secret, bytesOf('Key Pad for IKEv2'));
  return mac(key, concatBytes(message, nonceOfOther, mac(macKey, u32(identity))));
}

/** RFC 7296 section 2.23: an end as its host sees it, of which nobody on the way knows. */
export function natDigest(spiInitiator: number, spiResponder: number, ipv4: number, port: number): Uint8Array {
  const end = concatBytes(u32(ipv4), Uint8Array.of(port >> 8, port & 0xff));
  return sha1(concatBytes(spiBytes(spiInitiator), spiBytes(spiResponder), end));
}

function spiBytes(spi: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeSpi(new DataView(bytes.buffer), 0, spi);
  return bytes;
}

function parts(all: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  let at = 0;
  return lengths.map((length) => all.subarray(at, (at += length)));
}
