import { hmac } from '@noble/hashes/hmac';
import { sha1 } from '@noble/hashes/legacy';
import { Attribute, MAGIC_COOKIE } from './attributes';
import { crc32 } from './crc32';

/** What a message is about (RFC 8489 section 18.2, RFC 8656 section 17). */
export const Method = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;

/** What kind of message it is (RFC 8489 section 5). */
export const Class = { request: 0, indication: 1, success: 2, error: 3 } as const;

export interface StunAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** A STUN message (RFC 8489 section 5), as read or to be written. */
export interface StunMessage {
  readonly method: number;
  readonly class: number;
  /** 12 bytes. */
  readonly transaction: Uint8Array;
  readonly attributes: readonly StunAttribute[];
}

export const HEADER = 20;
const INTEGRITY = 20;
const FINGERPRINT_XOR = 0x5354554e;

/** What is added when a message is written. */
export interface Seals {
  /** Key of MESSAGE-INTEGRITY (RFC 8489 section 14.5). */
  readonly key?: Uint8Array;
  /** FINGERPRINT (section 14.7). */
  readonly fingerprint?: boolean;
}

export function encode(message: StunMessage, { key, fingerprint = false }: Seals = {}): Uint8Array {
  const { attributes } = message;
  const plain = attributes.reduce((sum, { value }) => sum + 4 + padded(value.length), 0);
  const total = HEADER + plain + (key === undefined ? 0 : 4 + INTEGRITY) + (fingerprint ? 8 : 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, typeField(message.method, message.class));
  view.setUint32(4, MAGIC_COOKIE);
  bytes.set(message.transaction, 8);
  let at = HEADER;
  const append = (type: number, value: Uint8Array): void => {
    view.setUint16(at, type);
    view.setUint16(at + 2, value.length);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  };
  for (const { type, value } of attributes) append(type, value);
  if (key !== undefined) {
    // as if the message ended with this attribute
    view.setUint16(2, at - HEADER + 4 + INTEGRITY);
    append(Attribute.messageIntegrity, hmac(sha1, key, bytes.subarray(0, at)));
  }
  view.setUint16(2, total - HEADER);
  if (fingerprint) {
    const value = new Uint8Array(4);
    new DataView(value.buffer).setUint32(0, crc32(bytes.subarray(0, at)) ^ FINGERPRINT_XOR);
    append(Attribute.fingerprint, value);
  }
  return bytes;
}

/** Whether a datagram may be STUN: it cannot be RTP, DTLS or ChannelData (RFC 8489 section 5, RFC 7983). */
export function looksLikeStun(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER || bytes[0]! > 3) return false;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getUint32(4) === MAGIC_COOKIE;
}

/** Reads a message; null when it is none, is cut off, or has a wrong FINGERPRINT. Reads at most `bytes.length` bytes. */
export function decode(bytes: Uint8Array): StunMessage | null {
  if (!looksLikeStun(bytes)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = view.getUint16(0);
  const length = view.getUint16(2);
  if (length % 4 !== 0 || HEADER + length !== bytes.length) return null;
  const attributes: StunAttribute[] = [];
  for (let at = HEADER; at < bytes.length;) {
    if (at + 4 > bytes.length) return null;
    const attribute = view.getUint16(at);
    const size = view.getUint16(at + 2);
    const next = at + 4 + padded(size);
    if (next > bytes.length) return null;
    attributes.push({ type: attribute, value: bytes.slice(at + 4, at + 4 + size) });
    if (attribute === Attribute.fingerprint && !isIntact(bytes, at, next)) return null;
    at = next;
  }
  return {
    method: (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2),
    class: ((type & 0x0010) >> 4) | ((type & 0x0100) >> 7),
    transaction: bytes.slice(8, HEADER),
    attributes,
  };
}

/** Section 14.7: the fingerprint is the last attribute, and its check sum right. */
function isIntact(bytes: Uint8Array, at: number, end: number): boolean {
  if (end !== bytes.length || end - at !== 8) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.getUint32(at + 4) === (crc32(bytes.subarray(0, at)) ^ FINGERPRINT_XOR) >>> 0;
}

/** Whether the message of these bytes has a MESSAGE-INTEGRITY made with `key` (RFC 8489 section 14.5). */
export function hasIntegrity(bytes: Uint8Array, key: Uint8Array): boolean {
  const message = decode(bytes);
  if (message === null) return false;
  let at = HEADER;
  for (const { type, value } of message.attributes) {
    if (type === Attribute.messageIntegrity) {
      if (value.length !== INTEGRITY) return false;
      const covered = bytes.slice(0, at);
      new DataView(covered.buffer).setUint16(2, at - HEADER + 4 + INTEGRITY);
      const expected = hmac(sha1, key, covered);
      return expected.every((byte, i) => byte === value[i]);
    }
    at += 4 + padded(value.length);
  }
  return false;
}

/** The value of the first attribute of a type. */
export function attributeOf({ attributes }: StunMessage, type: number): Uint8Array | undefined {
  return attributes.find((attribute) => attribute.type === type)?.value;
}

/** Method and class share one field (RFC 8489 figure 3). */
function typeField(method: number, kind: number): number {
  const spread = (method & 0x000f) | ((method & 0x0070) << 1) | ((method & 0x0f80) << 2);
  return spread | ((kind & 1) << 4) | ((kind & 2) << 7);
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
