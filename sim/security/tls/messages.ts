import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../../core/byte-text';
import type { Certificate } from '../certificates';
import type { KeyShare } from '../primitives';

/** Versions that can be spoken, as they stand on the wire (RFC 8446 section 4.2.1). */
export const VERSIONS = { '1.2': 0x0303, '1.3': 0x0304 } as const;
export type TlsVersion = keyof typeof VERSIONS;

export interface ClientHello {
  readonly type: 'client_hello';
  readonly random: Uint8Array;
  /** In order of preference. */
  readonly versions: readonly TlsVersion[];
  readonly serverName: string;
  /** For 1.3; null where it is not offered. */
  readonly share: KeyShare | null;
  /** What the server gave for resumption; null without. */
  readonly ticket: Uint8Array | null;
}

export interface ServerHello {
  readonly type: 'server_hello';
  readonly random: Uint8Array;
  readonly version: TlsVersion;
  /** For 1.3. */
  readonly share: KeyShare | null;
  /** The client's ticket is taken. */
  readonly resumes: boolean;
}

interface Simple {
  readonly type: 'encrypted_extensions' | 'certificate_request' | 'server_hello_done';
}

export interface CertificateMessage {
  readonly type: 'certificate';
  readonly chain: readonly Certificate[];
}

interface Exchange {
  /** ECDHE in 1.2 (RFC 8422): the server's half is signed. */
  readonly type: 'server_key_exchange' | 'client_key_exchange';
  readonly share: KeyShare;
  readonly signature: Uint8Array;
}

interface Proof {
  readonly type: 'certificate_verify' | 'finished';
  readonly value: Uint8Array;
}

interface Ticket {
  readonly type: 'new_session_ticket';
  readonly ticket: Uint8Array;
}

export type Handshake = ClientHello | ServerHello | Simple | CertificateMessage | Exchange | Proof | Ticket;

/** RFC 8446 section 4, RFC 5246 section 7.4. */
const TYPES: Readonly<Record<Handshake['type'], number>> = {
  client_hello: 1,
  server_hello: 2,
  new_session_ticket: 4,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
};

/** Bytes of a ticket: state of the server, sealed (RFC 5077 section 4). */
export const TICKET = 192;
/** Bytes of `random` in hellos, of which the last 8 tell of a downgrade (RFC 8446 section 4.1.3). */
export const RANDOM = 32;
export const DOWNGRADE = concatBytes(bytesOf('DOWNGRD'), u8(1));

/** The message as it stands on the wire: type, length, body. `version` is that of the connection. */
export function handshakeBytes(message: Handshake, version: TlsVersion): Uint8Array {
  const body = bodyOf(message, version);
  return concatBytes(u8(TYPES[message.type]), u24(body.length), body);
}

function bodyOf(message: Handshake, version: TlsVersion): Uint8Array {
  switch (message.type) {
    case 'client_hello':
      return clientHello(message);
    case 'server_hello':
      return serverHello(message);
    case 'encrypted_extensions':
      return u16(0);
    case 'server_hello_done':
      return NOTHING;
    case 'certificate_request':
      // 1.3: an empty context and signature_algorithms; 1.2: certificate types, algorithms, no authorities
      return version === '1.3'
        ? concatBytes(u8(0), extensions(extension(13, vector16(SIGNATURES))))
        : concatBytes(vector8(u8(64)), vector16(SIGNATURES), u16(0));
    case 'certificate':
      return certificates(message, version);
    case 'server_key_exchange':
      // named_curve, x25519, the share, ed25519, the signature (RFC 8422 section 5.4)
      return concatBytes(u8(3), X25519, vector8(message.share.bytes), ED25519, vector16(message.signature));
    case 'client_key_exchange':
      return vector8(message.share.bytes);
    case 'certificate_verify':
      return concatBytes(ED25519, vector16(message.value));
    case 'finished':
      return message.value;
    case 'new_session_ticket':
      // lifetime; 1.3: age_add, a nonce, the ticket, no extensions
      return version === '1.3'
        ? concatBytes(u32(7200), u32(0), vector8(u8(0)), vector16(message.ticket), u16(0))
        : concatBytes(u32(7200), vector16(message.ticket));
  }
}

const NOTHING = new Uint8Array(0);
const X25519 = u16(29);
const ED25519 = u16(0x0807);
/** ed25519, ecdsa_secp256r1_sha256, rsa_pss_rsae_sha256. */
const SIGNATURES = concatBytes(ED25519, u16(0x0403), u16(0x0804));
/** TLS_AES_128_GCM_SHA256; TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. */
const SUITES: Readonly<Record<TlsVersion, Uint8Array>> = { '1.3': u16(0x1301), '1.2': u16(0xc02b) };
const LEGACY_VERSION = u16(VERSIONS['1.2']);

/** RFC 8446 section 4.1.2; without the compatibility mode of its appendix D.4. */
function clientHello({ random, versions, serverName, share, ticket }: ClientHello): Uint8Array {
  const name = concatBytes(u8(0), vector16(bytesOf(serverName)));
  const has13 = versions.includes('1.3');
  const list = [extension(0, vector16(name)), extension(10, vector16(X25519)), extension(13, vector16(SIGNATURES))];
  if (versions.includes('1.2')) list.push(extension(23, NOTHING));
  if (has13) list.push(extension(43, vector8(concatBytes(...versions.map((version) => u16(VERSIONS[version]))))));
  if (share !== null) list.push(extension(51, vector16(concatBytes(X25519, vector16(share.bytes)))));
  if (has13) list.push(extension(45, vector8(u8(1))));
  // session_ticket (RFC 5077) in 1.2; pre_shared_key, the last, with its age and a binder of 32 bytes in 1.3
  if (ticket !== null && !has13) list.push(extension(35, ticket));
  if (ticket !== null && has13) {
    const binder = vector8(new Uint8Array(32));
    list.push(extension(41, concatBytes(vector16(concatBytes(vector16(ticket), u32(0))), vector16(binder))));
  }
  const suites = vector16(concatBytes(...versions.map((version) => SUITES[version])));
  return concatBytes(LEGACY_VERSION, random, vector8(NOTHING), suites, vector8(u8(0)), extensions(...list));
}

/** RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3. */
function serverHello({ random, version, share, resumes }: ServerHello): Uint8Array {
  const list: Uint8Array[] = [];
  if (version === '1.3') list.push(extension(43, u16(VERSIONS[version])));
  else list.push(extension(23, NOTHING));
  if (share !== null) list.push(extension(51, concatBytes(X25519, vector16(share.bytes))));
  if (resumes && version === '1.3') list.push(extension(41, u16(0)));
  return concatBytes(LEGACY_VERSION, random, vector8(NOTHING), SUITES[version], u8(0), extensions(...list));
}

/** RFC 8446 section 4.4.2: with extensions for each; RFC 5246 section 7.4.2: without. */
function certificates({ chain }: CertificateMessage, version: TlsVersion): Uint8Array {
  const is13 = version === '1.3';
  const entries = chain.map(({ bytes }) => concatBytes(u24(bytes.length), bytes, is13 ? u16(0) : NOTHING));
  const list = concatBytes(...entries);
  return concatBytes(is13 ? u8(0) : NOTHING, u24(list.length), list);
}

function extension(type: number, data: Uint8Array): Uint8Array {
  return concatBytes(u16(type), vector16(data));
}

function extensions(...list: Uint8Array[]): Uint8Array {
  return vector16(concatBytes(...list));
}

function vector8(data: Uint8Array): Uint8Array {
  return concatBytes(u8(data.length), data);
}

function vector16(data: Uint8Array): Uint8Array {
  return concatBytes(u16(data.length), data);
}

function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function u24(value: number): Uint8Array {
  return Uint8Array.of(value >> 16, (value >> 8) & 0xff, value & 0xff);
}

function u32(value: number): Uint8Array {
  return concatBytes(u16(value >>> 16), u16(value & 0xffff));
}
