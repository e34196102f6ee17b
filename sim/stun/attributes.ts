/** Attribute types (RFC 8489 section 18.3, RFC 5780 section 7, RFC 8656 section 18, RFC 8445 section 20.1). */
export const Attribute = {
  mappedAddress: 0x0001,
  changeRequest: 0x0003,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  software: 0x8022,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
  responseOrigin: 0x802b,
  otherAddress: 0x802c,
} as const;

const KNOWN: ReadonlySet<number> = new Set(Object.values(Attribute));
/** Types from here on may be ignored by who does not know them (RFC 8489 section 14). */
const OPTIONAL = 0x8000;

export const MAGIC_COOKIE = 0x2112a442;
const IPV4 = 1;

/** A transport address as messages carry it. */
export interface StunAddress {
  /** IPv4, unsigned. */
  readonly ipv4: number;
  readonly port: number;
}

/** Whether a message with this attribute must not be understood without it. */
export function isUnknownAndRequired(type: number): boolean {
  return type < OPTIONAL && !KNOWN.has(type);
}

export function addressValue({ ipv4, port }: StunAddress): Uint8Array {
  const value = new Uint8Array(8);
  const view = new DataView(value.buffer);
  view.setUint8(1, IPV4);
  view.setUint16(2, port);
  view.setUint32(4, ipv4);
  return value;
}

/** RFC 8489 section 14.2: obscured, so that no translator that looks for addresses rewrites it. */
export function xorAddressValue({ ipv4, port }: StunAddress): Uint8Array {
  return addressValue({ ipv4: (ipv4 ^ MAGIC_COOKIE) >>> 0, port: port ^ (MAGIC_COOKIE >>> 16) });
}

/** Undefined when it is no IPv4 address. */
export function readAddress(value: Uint8Array): StunAddress | undefined {
  if (value.length !== 8 || value[1] !== IPV4) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, 8);
  return { ipv4: view.getUint32(4), port: view.getUint16(2) };
}

export function readXorAddress(value: Uint8Array): StunAddress | undefined {
  const read = readAddress(value);
  return read && { ipv4: (read.ipv4 ^ MAGIC_COOKIE) >>> 0, port: read.port ^ (MAGIC_COOKIE >>> 16) };
}

export function u32Value(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

export function readU32(value: Uint8Array): number | undefined {
  if (value.length !== 4) return undefined;
  return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
}

/** RFC 8489 section 14.8. */
export function errorValue(code: number, reason: string): Uint8Array {
  return Uint8Array.of(0, 0, Math.floor(code / 100), code % 100, ...textValue(reason));
}

export function readError(value: Uint8Array): number | undefined {
  const [, , hundreds, rest] = value;
  if (hundreds === undefined || rest === undefined || hundreds < 3 || hundreds > 6 || rest > 99) return undefined;
  return hundreds * 100 + rest;
}

/** Text of ASCII characters. */
export function textValue(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0) & 0x7f);
}

export function readText(value: Uint8Array): string {
  let text = '';
  for (const byte of value) text += String.fromCharCode(byte);
  return text;
}
