import { concatBytes } from '@noble/hashes/utils';
import { bytesOf } from '../../core/byte-text';
import { DIGEST, hash, hkdfExpand, hkdfExtract, KEY, mac } from '../primitives';
import { u16 } from './messages';

/** Secrets of the two directions. */
export interface Directions {
  readonly client: Uint8Array;
  readonly server: Uint8Array;
}

const NONE = new Uint8Array(DIGEST);
const EMPTY = new Uint8Array(0);

/** The key schedule of TLS 1.3 (RFC 8446 section 7.1). Transcripts are given as their hashes. */
export class KeySchedule {
  private readonly handshake: Uint8Array;
  private readonly master: Uint8Array;

  /** `psk` null: there is none. */
  constructor(psk: Uint8Array | null, shared: Uint8Array) {
    const early = hkdfExtract(NONE, psk ?? NONE);
    this.handshake = hkdfExtract(derive(early, 'derived', hash(EMPTY)), shared);
    this.master = hkdfExtract(derive(this.handshake, 'derived', hash(EMPTY)), NONE);
  }

  handshakeSecrets(hellos: Uint8Array): Directions {
    const { handshake } = this;
    return { client: derive(handshake, 'c hs traffic', hellos), server: derive(handshake, 's hs traffic', hellos) };
  }

  applicationSecrets(serverFinished: Uint8Array): Directions {
    const { master } = this;
    return { client: derive(master, 'c ap traffic', serverFinished), server: derive(master, 's ap traffic', serverFinished) }; // prettier-ignore
  }

  /** What a ticket stands for. */
  resumption(clientFinished: Uint8Array): Uint8Array {
    return derive(this.master, 'res master', clientFinished);
  }
}

export function trafficKey(secret: Uint8Array): Uint8Array {
  return expandLabel(secret, 'key', EMPTY, KEY);
}

/** `verify_data` (RFC 8446 section 4.4.4). */
export function finishedOf(secret: Uint8Array, transcript: Uint8Array): Uint8Array {
  return mac(expandLabel(secret, 'finished', EMPTY, DIGEST), transcript);
}

function derive(secret: Uint8Array, label: string, transcript: Uint8Array): Uint8Array {
  return expandLabel(secret, label, transcript, DIGEST);
}

function expandLabel(secret: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array {
  const name = bytesOf(`tls13 ${label}`);
  const info = concatBytes(u16(length), Uint8Array.of(name.length), name, Uint8Array.of(context.length), context);
  return hkdfExpand(secret, info, length);
}

/** P_SHA256, of which TLS 1.2 makes its keys (RFC 5246 section 5). */
export function prf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const start = concatBytes(bytesOf(label), seed);
  const blocks: Uint8Array[] = [];
  let a = start;
  for (let made = 0; made < length; made += DIGEST) {
    a = mac(secret, a);
    blocks.push(mac(secret, concatBytes(a, start)));
  }
  return concatBytes(...blocks).slice(0, length);
}

/** Bytes of `verify_data` in TLS 1.2 (RFC 5246 section 7.4.9). */
export const VERIFY_DATA = 12;
