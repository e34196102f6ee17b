import { textOf } from '../core/byte-text';
import { Malformed } from '../core/malformed';
import { type Packet, Protocol, type WireContent } from '../core/packet';
import { FRAME_HEADER, FrameType } from '../circuit/frames';
import { isReadableEsp } from '../tunnel/ipsec/esp';
import { IKE_PORT, NAT_PORT } from '../tunnel/ipsec/ike-message';
import { CELL, isFirstCell, isReadableCell } from '../onion/cells';
import { type MsrpMessage, msrpText } from '../msrp/message';
import { MsrpFramer } from '../msrp/parse';
import { sipText } from '../sip/encode';
import { SipFramer } from '../sip/framer';
import type { SipMessage } from '../sip/message';
import { parseSip } from '../sip/parse';
import type { Content } from './legs';
import type { Side } from '../security/tls/peer';
import type { PacketRef } from './packet-ref';
import { type TlsConversation, TlsReader } from './tls-reader';

/** What a message on a leg is in: TLS, of which the innermost counts, and a session of a circuit. */
export interface Within {
  readonly tls: TlsConversation | null;
  /** -1: in no circuit. */
  readonly session: number;
}

/** Told what is found in the bytes of one direction of a leg. */
export interface ContentListener {
  kind(content: Content): void;
  sip(message: SipMessage, bytes: number, ref: PacketRef): void;
  msrp(message: MsrpMessage, bytes: number, ref: PacketRef, within: Within): void;
  /** `bytes` of payload of a session, in a frame. */
  frame(session: number, bytes: number, ref: PacketRef): void;
}

/** What the bytes of `p` are; null where it carries nothing that is known. */
export function bytesOf(p: Packet): Uint8Array | null {
  const content = p.payload as Partial<WireContent> | null;
  return content?.encode?.(p) ?? null;
}

/** What a leg shows of TLS, and which end of it this direction comes from. */
export interface TlsHere {
  readonly talk: TlsConversation;
  readonly side: Side;
  /** Of TLS in a session of a circuit. */
  in(session: number): TlsConversation;
}

const OUTSIDE: Within = { tls: null, session: -1 };

/** Reads one direction of a leg as a protocol analyser does: by the first bytes, then message by message. */
export class Dissector {
  private next = 1;
  private reader: ((bytes: Uint8Array, ref: PacketRef) => void) | null = null;
  private isOpaque = false;
  private isEsp = false;

  constructor(
    private readonly to: ContentListener,
    private readonly tls: TlsHere,
    private readonly within = OUTSIDE,
  ) {}

  /** A segment of a TCP stream, in the order of sending. */
  segment(p: Packet, ref: PacketRef): void {
    if (p.length === 0 || this.isOpaque) return;
    const end = p.seq + p.length;
    if (end <= this.next) return;
    const bytes = bytesOf(p);
    const fresh = bytes?.subarray(Math.max(0, this.next - p.seq)) ?? null;
    this.next = end;
    this.read(fresh, ref);
  }

  /** A datagram, or what has no transport. */
  datagram(p: Packet, ref: PacketRef): void {
    // more of it tells no more
    if (this.isEsp) return;
    const bytes = bytesOf(p);
    const secured = ipsecIn(p, bytes);
    if (secured !== null) {
      this.to.kind(secured);
      if (secured === 'ike' || bytes === null) return;
      this.isEsp = true;
      if (isReadableEsp(bytes)) this.to.kind('packets');
      return;
    }
    if (bytes === null || bytes.length === 0) {
      if (p.length > 0) this.to.kind('opaque');
      return;
    }
    const kind = kindOf(bytes);
    this.to.kind(kind);
    if (kind !== 'sip') return;
    const message = orNull(() => parseSip(bytes));
    if (message !== null) this.to.sip(message, bytes.length, ref);
  }

  /** More bytes of the stream; null: nothing is known of them. */
  read(bytes: Uint8Array | null, ref: PacketRef): void {
    if (this.isOpaque) return;
    if (this.reader === null) {
      const kind = bytes === null ? 'opaque' : kindOf(bytes);
      this.to.kind(kind);
      this.isOpaque = kind === 'opaque';
      if (this.isOpaque || bytes === null) return;
      this.reader = this.readerOf(kind);
    }
    if (bytes === null) return;
    try {
      this.reader(bytes, ref);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.isOpaque = true;
    }
  }

  private readerOf(kind: Content): (bytes: Uint8Array, ref: PacketRef) => void {
    const { to } = this;
    if (kind === 'msrp') {
      const framer = new MsrpFramer();
      return (bytes, ref) =>
        framer.feed(bytes).forEach((message) => to.msrp(message, msrpText(message).length, ref, this.within));
    }
    if (kind === 'sip') {
      const framer = new SipFramer();
      return (bytes, ref) => framer.feed(bytes).forEach((message) => to.sip(message, sipText(message).length, ref));
    }
    if (kind === 'tls') {
      const { session } = this.within;
      const talk = session < 0 ? this.tls.talk : this.tls.in(session);
      const inner = new Dissector(to, this.tls, { tls: talk, session });
      return new TlsReader(this.tls.side, talk, (bytes, ref) => inner.read(bytes, ref)).read;
    }
    if (kind === 'cells') return cellReader(to);
    if (kind === 'circuit') return new CircuitReader(to, this.tls, this.within).read;
    return () => undefined;
  }
}

/** Cells of an onion circuit: their bodies are sealed, or what they carry is in the clear. */
function cellReader(to: ContentListener): (bytes: Uint8Array) => void {
  let held = new Uint8Array(0);
  return (bytes) => {
    const all = new Uint8Array(held.length + bytes.length);
    all.set(held);
    all.set(bytes, held.length);
    let at = 0;
    for (; all.length - at >= CELL; at += CELL) if (isReadableCell(all.subarray(at, at + CELL))) to.kind('opaque');
    held = all.slice(at);
  };
}

/** Frames of a circuit, and the messages of the sessions in them. */
class CircuitReader {
  private held = new Uint8Array(0);
  private readonly inner = new Map<number, Dissector>();
  /** What a session carries is no content of the leg. */
  private readonly toInner: ContentListener;

  constructor(
    private readonly to: ContentListener,
    private readonly tls: TlsHere,
    private readonly within: Within,
  ) {
    this.toInner = { ...to, kind: () => undefined };
  }

  readonly read = (bytes: Uint8Array, ref: PacketRef): void => {
    const all = new Uint8Array(this.held.length + bytes.length);
    all.set(this.held);
    all.set(bytes, this.held.length);
    const view = new DataView(all.buffer);
    let at = 0;
    while (all.length - at >= FRAME_HEADER) {
      const length = view.getUint16(at + 2);
      if (all.length - at < FRAME_HEADER + length) break;
      const session = view.getUint32(at + 4);
      if (view.getUint8(at) === FrameType.data) {
        this.to.frame(session, length, ref);
        this.payload(session, all.subarray(at + FRAME_HEADER, at + FRAME_HEADER + length), ref);
      }
      at += FRAME_HEADER + length;
    }
    this.held = all.slice(at);
  };

  private payload(session: number, bytes: Uint8Array, ref: PacketRef): void {
    let reader = this.inner.get(session);
    if (reader === undefined)
      this.inner.set(session, (reader = new Dissector(this.toInner, this.tls, { ...this.within, session })));
    reader.read(bytes, ref);
  }
}

const SIP_START = /^(?:SIP\/2\.0 \d{3} |[A-Z]+ \S+ SIP\/2\.0\r\n)/;

function kindOf(bytes: Uint8Array): Content {
  const start = textOf(bytes.subarray(0, 200));
  if (start.startsWith('MSRP ')) return 'msrp';
  if (start.startsWith('GET /') || start.startsWith('HTTP/1.1 ')) return 'http';
  if (SIP_START.test(start)) return 'sip';
  // a handshake, an alert or data: RFC 8446 section 5.1
  if (bytes[0]! >= 20 && bytes[0]! <= 23 && bytes[1] === 3 && bytes[2]! <= 4) return 'tls';
  if (isFirstCell(bytes)) return 'cells';
  if (bytes.length >= 8 && textOf(bytes.subarray(4, 8)) === STUN_COOKIE && bytes[0]! < 64) {
    return bytes[0] === 0 && (bytes[1] === SEND_INDICATION || bytes[1] === DATA_INDICATION) ? 'turn' : 'stun';
  }
  // ChannelData: RFC 8656 section 12.4
  if (bytes[0]! >= 0x40 && bytes[0]! < 0x50 && bytes.length >= 4 && lengthAt(bytes) <= bytes.length - 4) return 'turn';
  // OPEN comes first
  if (bytes.length >= FRAME_HEADER && bytes[0] === FrameType.open && bytes[1] === 0 && lengthAt(bytes) === 4)
    return 'circuit';
  if (bytes.length >= FRAME_HEADER && bytes[0] === FrameType.credit && bytes[1] === 0 && lengthAt(bytes) === 4)
    return 'circuit';
  return 'opaque';
}

/** By protocol and port; over UDP zeros in place of an SPI say that it is IKE (RFC 3948 section 2.2). */
function ipsecIn({ protocol, srcPort, dstPort }: Packet, bytes: Uint8Array | null): 'ike' | 'esp' | null {
  if (protocol === Protocol.esp) return 'esp';
  if (protocol !== Protocol.udp || bytes === null) return null;
  const isAt = (port: number) => srcPort === port || dstPort === port;
  if (isAt(NAT_PORT)) return bytes.subarray(0, 4).some((byte) => byte !== 0) ? 'esp' : 'ike';
  return isAt(IKE_PORT) ? 'ike' : null;
}

const STUN_COOKIE = '\x21\x12\xa4\x42';
/** RFC 8656 section 17. */
const SEND_INDICATION = 0x16;
const DATA_INDICATION = 0x17;

function lengthAt(bytes: Uint8Array): number {
  return (bytes[2]! << 8) | bytes[3]!;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}

/** Whether a packet belongs to a byte stream whose bytes are seen. */
export function isStream(p: Packet): boolean {
  return p.protocol === Protocol.tcp;
}
