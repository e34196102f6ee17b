import { concatBytes } from '@noble/hashes/utils';
import { bytesOf, textOf } from '../core/byte-text';
import type { RandomStream } from '../core/random';
import { hkdfExpand, KEY, KeyShare, type PublicKey, randomBytes, seal, TAG, unseal } from './primitives';
import type { Realm } from './realm';
import type { VerificationLog } from './verification-log';

/** Content of a message that is signed, or signed and encrypted (after RFC 8551, S/MIME). */
export const SIGNED = 'multipart/signed';
export const ENCRYPTED = 'application/pkcs7-mime';

/** What is wrong with a message that came. */
export const FLAWS = ['unsigned', 'identity', 'integrity', 'replay', 'order', 'gap', 'unreadable'] as const;
export type Flaw = (typeof FLAWS)[number];

const SIGNATURE = 64;
/** Bytes of the signed header before its text: how long that is. */
const LENGTH = 2;
const NO_BYTES = new Uint8Array(0);

/** Who wrote a message, who says so, in which session, and the how manieth it is: in the clear, and signed. */
export interface MessageHeader {
  readonly from: string;
  /** Of the certificate (RFC 5652 section 10.2.4). */
  readonly issuer: string;
  readonly session: string;
  readonly sequence: number;
}

/** A message taken apart; nothing of it is checked. */
export interface SealedMessage {
  readonly header: MessageHeader;
  /** Who can read the content, by name, with the content's key for each; empty where it is in the clear. */
  readonly recipients: ReadonlyMap<string, { readonly share: Uint8Array; readonly key: Uint8Array }>;
  readonly content: Uint8Array;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Keys for reading, which everybody can write to: published as certificates are. */
export class ReadingKeys {
  private readonly shares = new Map<string, KeyShare>();
  /** Halves that writers made, by their bytes: what a receiver computes with. */
  private readonly writers = new Map<string, KeyShare>();

  constructor(private readonly random: RandomStream) {}

  /** The content's key for `reader`, and the half that it was agreed with. */
  wrap(reader: string, key: Uint8Array): { readonly share: Uint8Array; readonly key: Uint8Array } {
    const own = new KeyShare(this.random);
    this.writers.set(own.bytes.join(), own);
    return { share: own.bytes, key: seal(own.agree(this.shareOf(reader), true), 0, NO_BYTES, key) };
  }

  /** Only the reader itself is to ask. Null where the key is not for it. */
  unwrap(reader: string, { recipients }: SealedMessage): Uint8Array | null {
    const wrapped = recipients.get(reader);
    const writer = wrapped === undefined ? undefined : this.writers.get(wrapped.share.join());
    if (wrapped === undefined || writer === undefined) return null;
    return unseal(this.shareOf(reader).agree(writer, false), 0, NO_BYTES, wrapped.key);
  }

  private shareOf(name: string): KeyShare {
    let share = this.shares.get(name);
    if (share === undefined) this.shares.set(name, (share = new KeyShare(this.random)));
    return share;
  }
}

/** Takes a message apart; null where its form is another. */
export function parseSealed(body: string): SealedMessage | null {
  const bytes = bytesOf(body);
  const end = bytes.length - SIGNATURE;
  if (end < LENGTH + 1) return null;
  const start = LENGTH + ((bytes[0]! << 8) | bytes[1]!);
  const [from, issuer, session, sequence] = textOf(bytes.subarray(LENGTH, start)).split('\n');
  if (sequence === undefined || start >= end) return null;
  const recipients = new Map<string, { share: Uint8Array; key: Uint8Array }>();
  let at = start + 1;
  for (let left = bytes[start]!; left > 0; left--) {
    const name = at + 1 + bytes[at]!;
    const [share, key] = [bytes.subarray(name, name + KEY), bytes.subarray(name + KEY, name + 2 * KEY + TAG)];
    recipients.set(textOf(bytes.subarray(at + 1, name)), { share, key });
    at = name + 2 * KEY + TAG;
    if (at > end) return null;
  }
  return {
    header: { from: from!, issuer: issuer!, session: session!, sequence: Number(sequence) },
    recipients,
    content: bytes.subarray(at, end),
    signed: bytes.subarray(0, end),
    signature: bytes.subarray(end),
  };
}

/** The content, where it is in the clear or `reader` has the key of it; else null. */
export function contentFor(reader: string, message: SealedMessage, keys: ReadingKeys): string | null {
  if (message.recipients.size === 0) return textOf(message.content);
  const key = keys.unwrap(reader, message);
  const plain = key === null ? null : unseal(hkdfExpand(key, NO_BYTES, KEY), 0, NO_BYTES, message.content);
  return plain === null ? null : textOf(plain);
}

export interface GuardOptions {
  readonly realm: Realm;
  readonly keys: ReadingKeys;
  /** The host that it is on. */
  readonly holder: string;
  /** Who this end says that it is, and which authority says so; and who the other end has to be. */
  readonly self: string;
  readonly issuer: string;
  readonly peer: string;
  /** Authorities that it believes, by name. */
  readonly trusted: readonly string[];
  /** Who is to read messages, the peer included, and may become more; empty: everybody can. */
  readonly readers: ReadonlySet<string>;
  /** Calls `then` when the certificates of those names are there. */
  obtain(subjects: readonly string[], then: () => void): void;
  readonly random: RandomStream;
  readonly log: VerificationLog;
}

/** Signs the messages of one end of a session, and checks those of the other end: by what is in them, whoever carried them. */
export class MessageGuard {
  /** Numbers that were right, and the highest. */
  private readonly taken = new Set<number>();
  private highest = 0;
  /** What was wrong, by kind. */
  readonly flaws = new Map<Flaw, number>();

  constructor(private readonly options: GuardOptions) {}

  /** Calls `then` when the keys of those are there who are to read; or of who has written. */
  ready(what: 'seal' | 'open', then: () => void): void {
    const { readers, peer } = this.options;
    this.options.obtain(what === 'seal' ? [...readers] : [peer], then);
  }

  seal(sequence: number, session: string, content: string): { readonly contentType: string; readonly body: string } {
    const { holder, self, issuer, readers, realm, keys, random, log } = this.options;
    const header = bytesOf(`${self}\n${issuer}\n${session}\n${sequence}`);
    const parts = [Uint8Array.of(header.length >> 8, header.length & 0xff), header, Uint8Array.of(readers.size)];
    let inner = bytesOf(content);
    if (readers.size > 0) {
      const key = randomBytes(random, KEY);
      for (const reader of readers) {
        const wrapped = keys.wrap(reader, key);
        parts.push(Uint8Array.of(reader.length), bytesOf(reader), wrapped.share, wrapped.key);
      }
      inner = seal(hkdfExpand(key, NO_BYTES, KEY), 0, NO_BYTES, inner) as typeof inner;
    }
    const signed = concatBytes(...parts, inner);
    const { key } = realm.authorityOf(issuer).identityOf(self);
    log.signed(holder, key.public);
    return {
      contentType: readers.size > 0 ? ENCRYPTED : SIGNED,
      body: textOf(concatBytes(signed, key.sign(signed))),
    };
  }

  /** The content of message `sequence` of `session`; null where something is wrong, which is counted. */
  open(sequence: number, session: string, body: string): string | null {
    const { keys, self, log } = this.options;
    const message = parseSealed(body);
    const flaw = message === null ? 'unsigned' : this.flawOf(message, sequence, session);
    if (flaw !== null) return this.reject(flaw);
    const content = contentFor(self, message!, keys);
    if (content === null) return this.reject('unreadable');
    log.verified(self, session, sequence, this.keyOf(message!.header));
    // what follows is right: what is missing was taken away
    if (sequence > this.highest + 1) this.note('gap');
    this.taken.add(sequence);
    this.highest = Math.max(this.highest, sequence);
    return content;
  }

  private flawOf({ header, signed, signature }: SealedMessage, sequence: number, session: string): Flaw | null {
    const { trusted, peer } = this.options;
    // the name is that of a signer at most: only then the signature says whether the bytes are as they were
    if (header.from !== peer || !trusted.includes(header.issuer)) return 'identity';
    if (!this.keyOf(header).verify(signed, signature)) return 'integrity';
    if (header.session !== session || this.taken.has(header.sequence)) return 'replay';
    return header.sequence === sequence ? null : 'order';
  }

  /** As the certificate has it. */
  private keyOf({ from, issuer }: MessageHeader): PublicKey {
    return this.options.realm.authorityOf(issuer).identityOf(from).key.public;
  }

  private reject(flaw: Flaw): null {
    this.note(flaw);
    return null;
  }

  private note(flaw: Flaw): void {
    this.flaws.set(flaw, (this.flaws.get(flaw) ?? 0) + 1);
  }
}
