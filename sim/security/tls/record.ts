import { concatBytes } from '@noble/hashes/utils';
import type { StreamMessage } from '../../transport/byte-stream';
import type { StreamContent } from '../../transport/stream-content';
import { equal, seal, TAG, unseal } from '../primitives';
import { type AlertName, ALERTS, TlsFailure } from './alert';
import { type Handshake, handshakeBytes, type TlsVersion, u16, VERSIONS } from './messages';

/** RFC 8446 section 5.1. */
export const CONTENT_TYPES = { change_cipher_spec: 20, alert: 21, handshake: 22, application_data: 23 } as const;
export type ContentType = keyof typeof CONTENT_TYPES;

export const RECORD_HEADER = 5;
/** Most bytes of plaintext in a record. */
export const MOST_PLAIN = 2 ** 14;
/** Bytes before the ciphertext of AES-GCM in TLS 1.2 (RFC 5288 section 3). */
const EXPLICIT_NONCE = 8;

/** Bytes that a protected record has besides what it protects: with the hidden content type in 1.3. */
export const RECORD_OVERHEAD: Readonly<Record<TlsVersion, number>> = {
  '1.3': RECORD_HEADER + 1 + TAG,
  '1.2': RECORD_HEADER + EXPLICIT_NONCE + TAG,
};

/** What a record carries. */
export interface Fragment {
  readonly type: ContentType;
  readonly length: number;
  bytes(): Uint8Array;
  readonly handshake?: readonly Handshake[];
  readonly alert?: AlertName;
  /** Of application data: what it is a piece of, from which offset on. */
  readonly content?: StreamContent | null;
}

export function handshakeFragment(messages: readonly Handshake[], version: TlsVersion): Fragment {
  const bytes = concatBytes(...messages.map((message) => handshakeBytes(message, version)));
  return { type: 'handshake', length: bytes.length, bytes: () => bytes, handshake: messages };
}

export function alertFragment(alert: AlertName): Fragment {
  const isFatal = alert !== 'close_notify';
  return { type: 'alert', length: 2, bytes: () => Uint8Array.of(isFatal ? 2 : 1, ALERTS[alert]), alert };
}

export const CHANGE_CIPHER_SPEC: Fragment = { type: 'change_cipher_spec', length: 1, bytes: () => Uint8Array.of(1) };

/** `length` bytes of a stream from offset `from` on; zeros where it has no messages. */
export function dataFragment(content: StreamContent | null, from: number, length: number): Fragment {
  const bytes = () => content?.bytes(from, length) ?? new Uint8Array(length);
  return { type: 'application_data', length, bytes, content };
}

/** A record in the clear. */
export class PlainRecord implements StreamMessage {
  constructor(readonly fragment: Fragment) {}

  get size(): number {
    return RECORD_HEADER + this.fragment.length;
  }

  encode(): Uint8Array {
    const { type, length } = this.fragment;
    return concatBytes(header(CONTENT_TYPES[type], length), this.fragment.bytes());
  }
}

/** A record that only who has the key can read, or make (RFC 8446 section 5.2, RFC 5246 section 6.2.3.3). */
export class SealedRecord implements StreamMessage {
  readonly size: number;
  private encoded: Uint8Array | null = null;

  constructor(
    readonly version: TlsVersion,
    readonly key: Uint8Array,
    /** Of the record in its direction, from 0. */
    readonly number: number,
    readonly fragment: Fragment,
  ) {
    this.size = RECORD_OVERHEAD[version] + fragment.length;
  }

  /** Sealed when somebody looks: a receiver that gets the record as it was made need not. */
  encode(): Uint8Array {
    return (this.encoded ??= this.seal());
  }

  private seal(): Uint8Array {
    const { version, key, number, size, fragment } = this;
    const type = CONTENT_TYPES[fragment.type];
    if (version === '1.3') {
      const outer = header(CONTENT_TYPES.application_data, size - RECORD_HEADER);
      return concatBytes(outer, seal(key, number, outer, concatBytes(fragment.bytes(), Uint8Array.of(type))));
    }
    const outer = header(type, size - RECORD_HEADER);
    const nonce = new Uint8Array(EXPLICIT_NONCE);
    new DataView(nonce.buffer).setFloat64(0, number);
    return concatBytes(outer, nonce, seal(key, number, outer, fragment.bytes()));
  }
}

/** Opens the records of one direction, each with the next number: what was left out, repeated or moved shows. */
export class Opener {
  private next = 0;

  constructor(
    private readonly version: TlsVersion,
    private readonly key: Uint8Array,
  ) {}

  /** Throws `TlsFailure` where it was not sealed with this key under this number, or is not as it was. */
  open(message: StreamMessage): Fragment {
    const number = this.next++;
    const { version, key } = this;
    if (message instanceof SealedRecord) {
      // untouched since it was sealed: the tag is right if and only if key and number are
      if (message.number === number && equal(message.key, key)) return message.fragment;
      throw new TlsFailure('bad_record_mac', `record ${message.number} came where ${number} was due`);
    }
    const bytes = message.encode?.() ?? new Uint8Array(message.size);
    const opened = openBytes(version, key, number, bytes);
    if (opened === null) throw new TlsFailure('bad_record_mac', `the tag of record ${number} does not fit its bytes`);
    return { type: opened.type, length: opened.plain.length, bytes: () => opened.plain };
  }
}

/** What a record holds, by its bytes alone; null where its tag does not fit. */
export function openBytes(
  version: TlsVersion,
  key: Uint8Array,
  number: number,
  record: Uint8Array,
): { readonly type: ContentType; readonly plain: Uint8Array } | null {
  const outer = record.subarray(0, RECORD_HEADER);
  const skipped = RECORD_HEADER + (version === '1.3' ? 0 : EXPLICIT_NONCE);
  const plain = unseal(key, number, outer, record.subarray(skipped));
  if (plain === null) return null;
  const code = version === '1.3' ? plain[plain.length - 1] : outer[0];
  const type = (Object.keys(CONTENT_TYPES) as ContentType[]).find((name) => CONTENT_TYPES[name] === code);
  if (type === undefined) return null;
  return { type, plain: version === '1.3' ? plain.subarray(0, -1) : plain };
}

function header(type: number, length: number): Uint8Array {
  return concatBytes(Uint8Array.of(type), u16(VERSIONS['1.2']), u16(length));
}
