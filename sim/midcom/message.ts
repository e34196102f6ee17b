/*
 * MIDCOM has semantics (RFC 3989) and leaves the bytes to protocols. These are in the manner of SIMCO (RFC 4540): a header of
 * 8 bytes with type, kind, length and transaction, then attributes with type and length.
 */

/** An end of a session, as a dotted address has it: in the realm of who is inside, or outside. */
export interface WrittenEnd {
  readonly protocol: number;
  readonly ipv4: number;
  readonly port: number;
}

/** The agent asks for a way in for an inside end (policy enable rule, RFC 3989 section 2.3.9), for so many seconds. */
export interface EnableRule {
  readonly kind: 'enable';
  readonly transaction: number;
  readonly end: WrittenEnd;
  readonly lifetime: number;
}

/** The middlebox has opened it, under this public end. */
export interface RuleEnabled {
  readonly kind: 'enabled';
  readonly transaction: number;
  readonly end: WrittenEnd;
  readonly lifetime: number;
}

/** The middlebox has not. */
export interface RuleRefused {
  readonly kind: 'refused';
  readonly transaction: number;
}

export type MidcomMessage = EnableRule | RuleEnabled | RuleRefused;

const HEADER = 8;
const CODES = { enable: [1, 0x12], enabled: [2, 0x12], refused: [3, 0x12] } as const;
/** Attributes: the end, and how long. */
const END = 9;
const END_LENGTH = 12;
const LIFETIME = 7;
const LIFETIME_LENGTH = 4;
const ATTRIBUTE = 4;

/** A message in a byte stream. */
export class MidcomWire {
  /** Bytes. */
  readonly size: number;

  constructor(readonly message: MidcomMessage) {
    this.size = message.kind === 'refused' ? HEADER : HEADER + 2 * ATTRIBUTE + END_LENGTH + LIFETIME_LENGTH;
  }

  encode(): Uint8Array {
    const { message, size } = this;
    const view = new DataView(new ArrayBuffer(size));
    const [type, kind] = CODES[message.kind];
    view.setUint8(0, type);
    view.setUint8(1, kind);
    view.setUint16(2, size - HEADER);
    view.setUint32(4, message.transaction);
    if (message.kind !== 'refused') {
      const { end, lifetime } = message;
      view.setUint16(HEADER, END);
      view.setUint16(HEADER + 2, END_LENGTH);
      view.setUint32(HEADER + ATTRIBUTE, end.protocol);
      view.setUint32(HEADER + ATTRIBUTE + 4, end.ipv4);
      view.setUint32(HEADER + ATTRIBUTE + 8, end.port);
      const at = HEADER + ATTRIBUTE + END_LENGTH;
      view.setUint16(at, LIFETIME);
      view.setUint16(at + 2, LIFETIME_LENGTH);
      view.setUint32(at + ATTRIBUTE, lifetime);
    }
    return new Uint8Array(view.buffer);
  }
}
