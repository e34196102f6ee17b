import { extract, expand } from '@noble/hashes/hkdf';
import { hmac } from '@noble/hashes/hmac';
import { sha256, sha512 } from '@noble/hashes/sha2';
import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../core/byte-text';
import type { RandomStream } from '../core/random';

/*
 * Cryptography as protocols see it: who holds a key can, who does not cannot, and a changed bit shows. Sizes are those of
 * X25519, Ed25519 and AES-128-GCM. Hashes are real; what needs arithmetic on curves is ideal: a public half keeps its
 * private half to itself, and checks or agrees with it.
 */

/** Bytes of a tag of AES-128-GCM (RFC 5116), of a digest of SHA-256, and of a key. */
export const TAG = 16;
export const DIGEST = 32;
export const KEY = 32;

export const hash = (bytes: Uint8Array): Uint8Array => sha256(bytes);
export const mac = (key: Uint8Array, bytes: Uint8Array): Uint8Array => hmac(sha256, key, bytes);

export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a === b || (a.length === b.length && a.every((byte, i) => byte === b[i]));
}

/** `length` random bytes. */
export function randomBytes(random: RandomStream, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.word() & 0xff);
}

/** HKDF-Extract and HKDF-Expand (RFC 5869) with SHA-256. */
export const hkdfExtract = (salt: Uint8Array, input: Uint8Array): Uint8Array => extract(sha256, input, salt);
export const hkdfExpand = (key: Uint8Array, info: Uint8Array, length: number): Uint8Array =>
  expand(sha256, key, info, length);

/** The public half of a signing key: 32 bytes, and what can be checked with them. */
export class PublicKey {
  readonly bytes: Uint8Array;
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
    this.bytes = hash(concatBytes(bytesOf('public'), secret));
  }

  verify(message: Uint8Array, signature: Uint8Array): boolean {
    return equal(hmac(sha512, this.#secret, message), signature);
  }
}

/** A signing key: signatures of 64 bytes, as those of Ed25519. */
export class SigningKey {
  readonly public: PublicKey;
  readonly #secret: Uint8Array;

  constructor(random: RandomStream) {
    this.#secret = randomBytes(random, KEY);
    this.public = new PublicKey(this.#secret);
  }

  sign(message: Uint8Array): Uint8Array {
    return hmac(sha512, this.#secret, message);
  }
}

/** One half of a key agreement; `bytes` go over the wire, 32 as those of X25519. */
export class KeyShare {
  readonly bytes: Uint8Array;
  readonly #secret: Uint8Array;

  constructor(random: RandomStream) {
    this.#secret = randomBytes(random, KEY);
    this.bytes = hash(concatBytes(bytesOf('share'), this.#secret));
  }

  /** What both ends get, and nobody else. `initiates`: whether this is the client's half. */
  agree(peer: KeyShare, initiates: boolean): Uint8Array {
    const [first, second] = initiates ? [this, peer] : [peer, this];
    return hash(concatBytes(first.#secret, second.#secret));
  }
}

/** Authenticated encryption: as many bytes as `plain`, and a tag over them and over `additional`. */
export function seal(key: Uint8Array, nonce: number, additional: Uint8Array, plain: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(plain.length + TAG);
  crypt(key, nonce, plain, sealed);
  sealed.set(tagOf(key, nonce, additional, sealed.subarray(0, plain.length)), plain.length);
  return sealed;
}

/** What was sealed; null where key, nonce, `additional` or a byte is another. */
export function unseal(
  key: Uint8Array,
  nonce: number,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array<ArrayBuffer> | null {
  const length = sealed.length - TAG;
  if (length < 0) return null;
  const body = sealed.subarray(0, length);
  if (!equal(tagOf(key, nonce, additional, body), sealed.subarray(length))) return null;
  const plain = new Uint8Array(length);
  crypt(key, nonce, body, plain);
  return plain;
}

/** In counter mode, with SHA-256 of key, nonce and counter as the stream. */
function crypt(key: Uint8Array, nonce: number, from: Uint8Array, to: Uint8Array): void {
  const block = new Uint8Array(KEY + 12);
  block.set(key);
  const view = new DataView(block.buffer);
  view.setFloat64(KEY, nonce);
  for (let at = 0; at < from.length; at += DIGEST) {
    view.setUint32(KEY + 8, at);
    const stream = sha256(block);
    const end = Math.min(DIGEST, from.length - at);
    for (let i = 0; i < end; i++) to[at + i] = from[at + i]! ^ stream[i]!;
  }
}

function tagOf(key: Uint8Array, nonce: number, additional: Uint8Array, sealed: Uint8Array): Uint8Array {
  const number = new Uint8Array(8);
  new DataView(number.buffer).setFloat64(0, nonce);
  return mac(key, concatBytes(number, additional, sealed)).subarray(0, TAG);
}
