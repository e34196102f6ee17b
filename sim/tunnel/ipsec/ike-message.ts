import { concatBytes } from '@noble/hashes/utils';
import type { WireContent } from '../../core/packet';
import { type KeyShare, seal, TAG } from '../../security/primitives';
import type { EspSuite, Transform } from './suites';

/** RFC 7296 section 3.1. */
export const Exchange = { IKE_SA_INIT: 34, IKE_AUTH: 35, CREATE_CHILD_SA: 36, INFORMATIONAL: 37 } as const;
export type Exchange = (typeof Exchange)[keyof typeof Exchange];

/** Of IKE, and of IKE and ESP with a translator between (RFC 7296 section 2, RFC 3948 section 2). */
export const IKE_PORT = 500;
export const NAT_PORT = 4500;

/** Bytes of an SPI of IKE. It is kept as a number of at most 52 bits. */
const IKE_SPI = 8;
const HEADER = 28;
const PAYLOAD_HEADER = 4;
const VERSION_2 = 0x20;
const INITIATOR = 0x08;
const RESPONSE = 0x20;
/** Of AES-GCM in IKEv2 (RFC 5282 section 3). */
const IV = 8;
/** Before messages of IKE on port 4500 (RFC 3948 section 2.2). */
const NON_ESP_MARKER = 4;

/** RFC 7296 section 3.2. */
const Type = { SA: 33, KE: 34, IDi: 35, IDr: 36, AUTH: 39, NONCE: 40, N: 41, D: 42, TSi: 44, TSr: 45, SK: 46 } as const;

const Notify = {
  INITIAL_CONTACT: 16384,
  NAT_DETECTION_SOURCE_IP: 16388,
  NAT_DETECTION_DESTINATION_IP: 16389,
  REKEY_SA: 16393,
} as const;

const ESP = 3;
const IKE = 1;
const X25519 = 31;

/** ENCR_AES_GCM_16 with 128 bits, PRF_HMAC_SHA2_256, X25519 (RFC 5282, RFC 4868, RFC 8031): what protects IKE itself. */
const IKE_TRANSFORMS: readonly Transform[] = [
  { type: 1, id: 20, keyBits: 128 },
  { type: 2, id: 5, keyBits: 0 },
  { type: 4, id: X25519, keyBits: 0 },
];

/** What a message says. Who receives it reads the fields; captures show the payloads made of them. */
export interface IkeFields {
  readonly share?: KeyShare;
  readonly nonce?: Uint8Array;
  /** Digests of NAT detection: of the sender's end, and of the receiver's (RFC 7296 section 2.23). */
  readonly natSource?: Uint8Array;
  readonly natDestination?: Uint8Array;
  /** Whose key the message is authenticated with, and the proof (RFC 7296 section 2.15). */
  readonly identity?: number;
  readonly auth?: Uint8Array;
  /** The sender has kept nothing of earlier associations. */
  readonly initialContact?: boolean;
  /** SPI of ESP towards the sender. */
  readonly childSpi?: number;
  /** SPI of the association that is replaced, and of one that is no longer. */
  readonly rekeyed?: number;
  readonly deleted?: number;
}

export interface IkeHeader {
  readonly spiInitiator: number;
  /** 0 in the first message. */
  readonly spiResponder: number;
  readonly exchange: Exchange;
  readonly isRequest: boolean;
  readonly fromInitiator: boolean;
  readonly id: number;
}

interface Payload {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A message of IKEv2 (RFC 7296), sealed but for IKE_SA_INIT. */
export class IkeMessage implements WireContent {
  private encoded: Uint8Array | null = null;

  constructor(
    readonly header: IkeHeader,
    readonly fields: IkeFields,
    /** Of the sender (SK_e); null: in the clear. */
    readonly key: Uint8Array | null,
    private readonly suite: EspSuite,
    private readonly hasMarker: boolean,
  ) {}

  /** Bytes of UDP payload. */
  get size(): number {
    return this.encode().length;
  }

  /** As it is authenticated: without the marker. */
  get bytes(): Uint8Array {
    return this.encode().subarray(this.hasMarker ? NON_ESP_MARKER : 0);
  }

  encode(): Uint8Array {
    return (this.encoded ??= concatBytes(new Uint8Array(this.hasMarker ? NON_ESP_MARKER : 0), this.message()));
  }

  private message(): Uint8Array {
    const { key, header } = this;
    const payloads = payloadsOf(header, this.fields, this.suite);
    const body = concatBytes(...payloads.map((payload, i) => withHeader(payload, payloads[i + 1]?.type ?? 0)));
    const first = payloads[0]?.type ?? 0;
    if (key === null) return concatBytes(headerBytes(header, first, body.length), body);
    // one byte of pad length, no padding: RFC 5282 section 3
    const sealed = PAYLOAD_HEADER + IV + body.length + 1 + TAG;
    const outer = concatBytes(headerBytes(header, Type.SK, sealed), payloadHeader(first, sealed));
    const iv = new Uint8Array(IV);
    new DataView(iv.buffer).setUint32(4, header.id);
    return concatBytes(outer, iv, seal(key, header.id, outer, concatBytes(body, Uint8Array.of(0))));
  }
}

function headerBytes(header: IkeHeader, next: number, length: number): Uint8Array {
  const bytes = new Uint8Array(HEADER);
  const view = new DataView(bytes.buffer);
  writeSpi(view, 0, header.spiInitiator);
  writeSpi(view, IKE_SPI, header.spiResponder);
  view.setUint8(16, next);
  view.setUint8(17, VERSION_2);
  view.setUint8(18, header.exchange);
  view.setUint8(19, (header.fromInitiator ? INITIATOR : 0) | (header.isRequest ? 0 : RESPONSE));
  view.setUint32(20, header.id);
  view.setUint32(24, HEADER + length);
  return bytes;
}

export function writeSpi(view: DataView, at: number, spi: number): void {
  view.setUint32(at, Math.floor(spi / 2 ** 32));
  view.setUint32(at + 4, spi % 2 ** 32);
}

function withHeader({ body }: Payload, next: number): Uint8Array {
  return concatBytes(payloadHeader(next, PAYLOAD_HEADER + body.length), body);
}

function payloadHeader(next: number, length: number): Uint8Array {
  return Uint8Array.of(next, 0, length >> 8, length & 0xff);
}

/** In the order of RFC 7296 sections 1.2 to 1.4. */
function payloadsOf({ exchange, isRequest }: IkeHeader, fields: IkeFields, suite: EspSuite): Payload[] {
  const { share, nonce, natSource, natDestination, identity, auth, childSpi, rekeyed, deleted } = fields;
  const payloads: Payload[] = [];
  const add = (type: number, ...parts: Uint8Array[]) => payloads.push({ type, body: concatBytes(...parts) });
  if (identity !== undefined) add(isRequest ? Type.IDi : Type.IDr, u32(ID_KEY_ID), u32(identity));
  if (fields.initialContact === true) add(Type.N, notify(Notify.INITIAL_CONTACT));
  if (auth !== undefined) add(Type.AUTH, u32(SHARED_KEY_MIC), auth);
  if (rekeyed !== undefined) add(Type.N, notify(Notify.REKEY_SA, rekeyed));
  if (exchange === Exchange.IKE_SA_INIT) add(Type.SA, proposal(IKE, null, IKE_TRANSFORMS));
  else if (childSpi !== undefined) add(Type.SA, proposal(ESP, childSpi, suite.transforms));
  if (exchange === Exchange.CREATE_CHILD_SA && nonce !== undefined) add(Type.NONCE, nonce);
  if (share !== undefined) add(Type.KE, Uint8Array.of(0, X25519, 0, 0), share.bytes);
  if (exchange === Exchange.IKE_SA_INIT && nonce !== undefined) add(Type.NONCE, nonce);
  if (natSource !== undefined) add(Type.N, notify(Notify.NAT_DETECTION_SOURCE_IP), natSource);
  if (natDestination !== undefined) add(Type.N, notify(Notify.NAT_DETECTION_DESTINATION_IP), natDestination);
  if (childSpi !== undefined) {
    add(Type.TSi, ANY_TRAFFIC);
    add(Type.TSr, ANY_TRAFFIC);
  }
  if (deleted !== undefined) add(Type.D, Uint8Array.of(ESP, 4, 0, 1), u32(deleted));
  return payloads;
}

/** Identification type, authentication method, each with three reserved bytes behind it. */
const ID_KEY_ID = 11 * 2 ** 24;
const SHARED_KEY_MIC = 2 * 2 ** 24;

/** One traffic selector: IPv4, any protocol, port and address (RFC 7296 section 3.13). */
const ANY_TRAFFIC = Uint8Array.of(1, 0, 0, 0, 7, 0, 0, 16, 0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255);

function notify(type: number, spi?: number): Uint8Array {
  const isOfEsp = spi !== undefined;
  const head = Uint8Array.of(isOfEsp ? ESP : 0, isOfEsp ? 4 : 0, type >> 8, type & 0xff);
  return isOfEsp ? concatBytes(head, u32(spi)) : head;
}

/** One proposal (RFC 7296 section 3.3.1). */
function proposal(protocol: number, spi: number | null, transforms: readonly Transform[]): Uint8Array {
  const list = transforms.map(({ type, id, keyBits }, i) => {
    const length = keyBits > 0 ? 12 : 8;
    const more = i < transforms.length - 1 ? 3 : 0;
    const attribute = keyBits > 0 ? [0x80, 14, keyBits >> 8, keyBits & 0xff] : [];
    return Uint8Array.of(more, 0, 0, length, type, 0, id >> 8, id & 0xff, ...attribute);
  });
  const body = concatBytes(...(spi === null ? [] : [u32(spi)]), ...list);
  const length = 8 + body.length;
  const head = Uint8Array.of(0, 0, length >> 8, length & 0xff, 1, protocol, spi === null ? 0 : 4, transforms.length);
  return concatBytes(head, body);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}
