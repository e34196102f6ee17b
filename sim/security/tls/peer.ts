import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../../core/byte-text';
import type { RandomStream } from '../../core/random';
import { type Authority, type Identity, isBelieved } from '../certificates';
import { hash, KEY, type PublicKey } from '../primitives';
import { TlsFailure } from './alert';
import { type Directions, prf } from './keys';
import { type CertificateMessage, type Handshake, handshakeBytes, type TlsVersion } from './messages';

/** What a handshake asks of the connection that it is for. */
export interface RecordLayer {
  /** Writes one record. */
  write(messages: readonly Handshake[], version: TlsVersion): void;
  writeChangeCipherSpec(): void;
  /** From here on records are protected with this key. */
  protectWrites(version: TlsVersion, key: Uint8Array): void;
  protectReads(version: TlsVersion, key: Uint8Array): void;
  /** The handshake is over for this end. */
  established(version: TlsVersion, resumed: boolean): void;
  /** For analysers, as the key log files of browsers have it. */
  logKeys(random: Uint8Array, version: TlsVersion, stage: 'handshake' | 'application', keys: Directions): void;
}

/** What both ends have to know. */
export interface PeerOptions {
  readonly random: RandomStream;
  /** In order of preference. */
  readonly versions: readonly TlsVersion[];
  /** Whose certificates are believed. */
  readonly trusted: readonly Authority[];
  /** Who this is; null: it has no certificate. */
  readonly identity: Identity | null;
  /** Who is to be at the other end; null: anybody that is vouched for. */
  readonly expects: string | null;
}

/** One end of a handshake: what client and server have in common. */
export abstract class Peer {
  protected version: TlsVersion = '1.3';
  /** The key of the other end's certificate, once that is believed. */
  protected peerKey: PublicKey | null = null;
  private readonly messages: Uint8Array[] = [];

  constructor(
    protected readonly layer: RecordLayer,
    protected readonly options: PeerOptions,
  ) {}

  /** A handshake message of the other end. Throws `TlsFailure`. */
  abstract receive(message: Handshake): void;
  /** The other end protects its records from here on; only in TLS 1.2. Throws `TlsFailure`. */
  abstract changeCipherSpec(): void;

  /** What was said so far, hashed. */
  protected get transcript(): Uint8Array {
    return hash(concatBytes(...this.messages));
  }

  protected hear(message: Handshake): void {
    this.messages.push(handshakeBytes(message, this.version));
  }

  protected say(...messages: Handshake[]): void {
    for (const message of messages) this.hear(message);
    this.layer.write(messages, this.version);
  }

  protected believe({ chain }: CertificateMessage): void {
    const { expects, trusted } = this.options;
    const subject = expects ?? chain[0]?.subject ?? '';
    if (chain[0]?.subject !== subject) {
      throw new TlsFailure('bad_certificate', `the certificate is that of ${chain[0]?.subject ?? 'nobody'}, not ${subject}`); // prettier-ignore
    }
    if (!isBelieved(chain, subject, trusted)) {
      throw new TlsFailure('unknown_ca', `nobody trusted vouches for ${subject}`);
    }
    this.peerKey = chain[0].key;
  }

  /** The other end has the key of its certificate: it signed `what`. */
  protected checkSignature(what: Uint8Array, signature: Uint8Array): void {
    if (this.peerKey?.verify(what, signature) !== true) {
      throw new TlsFailure('decrypt_error', 'the signature is not that of the key in the certificate');
    }
  }

  protected unexpected({ type }: { readonly type: string }): never {
    throw new TlsFailure('unexpected_message', `${type} came where it has no place`);
  }
}

export type Side = 'client' | 'server';

/** What is signed in CertificateVerify (RFC 8446 section 4.4.3). */
export function signedContent(signer: Side, transcript: Uint8Array): Uint8Array {
  const spaces = new Uint8Array(64).fill(32);
  return concatBytes(spaces, bytesOf(`TLS 1.3, ${signer} CertificateVerify`), Uint8Array.of(0), transcript);
}

/** Keys of TLS 1.2 (RFC 5246 section 6.3). */
export function keyBlock(master: Uint8Array, clientRandom: Uint8Array, serverRandom: Uint8Array): Directions {
  const block = prf(master, 'key expansion', concatBytes(serverRandom, clientRandom), 2 * KEY);
  return { client: block.slice(0, KEY), server: block.slice(KEY) };
}

/** RFC 7627 section 4. */
export function masterSecret(shared: Uint8Array, transcript: Uint8Array): Uint8Array {
  return prf(shared, 'extended master secret', transcript, 48);
}
