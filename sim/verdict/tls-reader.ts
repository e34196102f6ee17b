import { concatBytes } from '@noble/hashes/utils';
import { equal } from '../security/primitives';
import type { KeyLog, LoggedKeys } from '../security/tls/key-log';
import { RANDOM } from '../security/tls/messages';
import type { Side } from '../security/tls/peer';
import { CONTENT_TYPES, openBytes, RECORD_HEADER } from '../security/tls/record';
import type { PacketRef } from './packet-ref';

/** Handshake types that tell who is there: RFC 8446 section 4, RFC 5246 section 7.4. */
const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const SERVER_KEY_EXCHANGE = 12;
const CERTIFICATE_VERIFY = 15;
/** Of a Certificate that has none in it: lengths and a context. */
const EMPTY_CERTIFICATE = 4;

/** What both directions of a leg show of TLS. */
export class TlsConversation {
  /** Who has shown a certificate and signed with its key, and the packet of the signature. */
  readonly proven = new Map<Side, PacketRef>();
  private random: Uint8Array | null = null;

  constructor(private readonly log: KeyLog) {}

  hello(random: Uint8Array): void {
    this.random ??= random.slice();
  }

  /** Whether it is the same connection of TLS, on another leg. */
  isSame({ random }: TlsConversation): boolean {
    return random !== null && this.random !== null && equal(random, this.random);
  }

  get keys(): LoggedKeys | null {
    return this.random === null ? null : this.log.keysOf(this.random);
  }

  /** Hosts that have its keys, by name. */
  get owners(): ReadonlySet<string> {
    return this.keys?.owners ?? new Set();
  }
}

/** Reads one direction of TLS with the keys that the ends have logged, as an analyser does; `plain` is told what was in it. */
export class TlsReader {
  private held = new Uint8Array(0);
  private certificate = false;
  private isSealed = false;
  private stage: 'handshake' | 'application' = 'handshake';
  private next = 0;

  constructor(
    private readonly side: Side,
    private readonly talk: TlsConversation,
    private readonly plain: (bytes: Uint8Array, ref: PacketRef) => void,
  ) {}

  readonly read = (bytes: Uint8Array, ref: PacketRef): void => {
    const all = new Uint8Array(concatBytes(this.held, bytes));
    let at = 0;
    while (all.length - at >= RECORD_HEADER) {
      const end = at + RECORD_HEADER + ((all[at + 3]! << 8) | all[at + 4]!);
      if (end > all.length) break;
      this.record(all.subarray(at, end), ref);
      at = end;
    }
    this.held = all.slice(at);
  };

  private record(record: Uint8Array, ref: PacketRef): void {
    const type = record[0];
    if (type === CONTENT_TYPES.change_cipher_spec) {
      this.isSealed = true;
      this.stage = 'application';
    } else if (!this.isSealed && type === CONTENT_TYPES.handshake) this.handshake(record.subarray(RECORD_HEADER), ref);
    else if (this.isSealed || type === CONTENT_TYPES.application_data) this.sealed(record, ref);
  }

  private sealed(record: Uint8Array, ref: PacketRef): void {
    const { keys } = this.talk;
    if (keys === null) return;
    let opened = this.open(keys, record);
    if (opened === null && this.stage === 'handshake') {
      this.stage = 'application';
      this.next = 0;
      opened = this.open(keys, record);
    }
    if (opened === null) return;
    this.next++;
    if (opened.type === 'handshake') this.handshake(opened.plain, ref);
    else if (opened.type === 'application_data') this.plain(opened.plain, ref);
  }

  private open(keys: LoggedKeys, record: Uint8Array) {
    const key = keys[this.stage]?.[this.side];
    return key === undefined ? null : openBytes(keys.version, key, this.next, record);
  }

  private handshake(bytes: Uint8Array, ref: PacketRef): void {
    for (let at = 0; at + 4 <= bytes.length;) {
      const length = (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
      const type = bytes[at];
      const body = at + 4;
      if (type === CLIENT_HELLO) this.talk.hello(bytes.subarray(body + 2, body + 2 + RANDOM));
      if (type === CERTIFICATE && length > EMPTY_CERTIFICATE) this.certificate = true;
      const isProof = type === CERTIFICATE_VERIFY || type === SERVER_KEY_EXCHANGE;
      if (isProof && this.certificate) this.talk.proven.set(this.side, ref);
      at = body + length;
    }
  }
}
