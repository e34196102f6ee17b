import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../core/byte-text';
import type { RandomStream } from '../core/random';
import { type PublicKey, SigningKey } from './primitives';

/** Who a key belongs to, and who says so (RFC 5280). */
export interface Certificate {
  readonly subject: string;
  readonly key: PublicKey;
  readonly issuer: string;
  readonly signature: Uint8Array;
  /** As it goes over the wire: what is signed, the signature, and what certificates have besides. */
  readonly bytes: Uint8Array;
}

/** A certificate with its chain up to what is below the root, and the key to prove it. */
export interface Identity {
  readonly chain: readonly Certificate[];
  readonly key: SigningKey;
}

/** Something that issues certificates. Who trusts it believes them. */
export class Authority {
  private readonly key: SigningKey;
  private readonly issued = new Map<string, Identity>();

  constructor(
    readonly name: string,
    private readonly random: RandomStream,
    /** Bytes of a certificate, and certificates in a chain: the first one is the subject's. */
    private readonly size: number,
    private readonly length: number,
  ) {
    this.key = new SigningKey(random);
  }

  /** The certificate of `subject`, the same each time. */
  identityOf(subject: string): Identity {
    let identity = this.issued.get(subject);
    if (identity === undefined) this.issued.set(subject, (identity = this.issue(subject)));
    return identity;
  }

  private issue(subject: string): Identity {
    const keys = Array.from({ length: this.length }, () => new SigningKey(this.random));
    const chain = keys.map(({ public: key }, i) => {
      const [issuer, signer] = i + 1 < keys.length ? [this.below(i + 1), keys[i + 1]!] : [this.name, this.key];
      return certificateOf(i === 0 ? subject : this.below(i), key, issuer, signer, this.size);
    });
    return { chain, key: keys[0]! };
  }

  private below(level: number): string {
    return `${this.name} ${level}`;
  }

  /** Whether its key stands behind the last of the chain, and each key behind the one before. */
  vouchesFor(chain: readonly Certificate[]): boolean {
    return chain.every(({ subject, key, issuer, signature }, i) => {
      const above = chain[i + 1];
      const signer = above?.key ?? this.key.public;
      return issuer === (above?.subject ?? this.name) && signer.verify(signedPart(subject, key, issuer), signature);
    });
  }
}

/** Whether a chain says that `subject` is at the other end, and one of `trusted` vouches for it. */
export function isBelieved(chain: readonly Certificate[], subject: string, trusted: readonly Authority[]): boolean {
  return chain[0]?.subject === subject && trusted.some((authority) => authority.vouchesFor(chain));
}

function certificateOf(subject: string, key: PublicKey, issuer: string, signer: SigningKey, size: number): Certificate {
  const signed = signedPart(subject, key, issuer);
  const signature = signer.sign(signed);
  const bytes = new Uint8Array(Math.max(size, signed.length + signature.length));
  bytes.set(concatBytes(signed, signature));
  return { subject, key, issuer, signature, bytes };
}

function signedPart(subject: string, key: PublicKey, issuer: string): Uint8Array {
  return concatBytes(bytesOf(`${subject}\0${issuer}\0`), key.bytes);
}
