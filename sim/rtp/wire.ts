import type { Nanos } from '../core/event-queue';
import type { Packet, WireContent } from '../core/packet';
import type { RtcpReport } from './rtcp';

/** RFC 3550 section 5.1: version 2, no padding, extension or contributing sources. */
const VERSION = 0x80;
const SENDER_REPORT = 200;
const RECEIVER_REPORT = 201;
const SOURCE_DESCRIPTION = 202;
const CNAME = 1;
const CNAME_BYTES = 16;

/** Header of the RTP packets of one stream (RFC 3550 section 5.1). Flow and direction make the SSRC. */
export class RtpWire implements WireContent {
  /** `clockRate` in Hz and `payloadType` as RFC 3551 has them; `takenAt` tells when the frame of a packet was taken. */
  constructor(
    private readonly payloadType: number,
    private readonly clockRate: number,
    private readonly takenAt: (p: Packet) => Nanos,
  ) {}

  encode(p: Packet): Uint8Array {
    const view = new DataView(new ArrayBuffer(12));
    view.setUint8(0, VERSION);
    view.setUint8(1, (p.flags << 7) | this.payloadType);
    view.setUint16(2, p.seq);
    view.setUint32(4, Math.floor((this.takenAt(p) * this.clockRate) / 1e9));
    view.setUint32(8, p.flow);
    return new Uint8Array(view.buffer);
  }
}

/** A compound RTCP packet: SR or RR with at most one block, and SDES (RFC 3550 sections 6.4 and 6.5). */
export function encodeRtcp({ sentAt, block }: RtcpReport, p: Packet, clockRate: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(p.length));
  let at = header(view, 0, block === null ? 0 : 1, sentAt === null ? RECEIVER_REPORT : SENDER_REPORT);
  view.setUint32(at, p.flow);
  at += 4;
  if (sentAt !== null) {
    // seconds and fraction around its middle bits; counts of packets and bytes stay zero
    view.setUint32(at, Math.floor(sentAt / 65536));
    view.setUint32(at + 4, (sentAt % 65536) * 65536);
    view.setUint32(at + 8, Math.floor((sentAt / 65536) * clockRate));
    at += 20;
  }
  if (block !== null) {
    view.setUint32(at, p.flow);
    view.setUint32(at + 4, (block.fractionLost << 24) | (block.cumulativeLost & 0xffffff));
    view.setUint32(at + 8, block.highestSeq);
    view.setUint32(at + 12, Math.floor((block.jitter * clockRate) / 1e9));
    view.setUint32(at + 16, block.lastSr);
    view.setUint32(at + 20, block.delaySinceLastSr);
    at += 24;
  }
  view.setUint16(2, at / 4 - 1);
  const description = at;
  at = header(view, at, 1, SOURCE_DESCRIPTION);
  view.setUint32(at, p.flow);
  view.setUint16(at + 4, (CNAME << 8) | CNAME_BYTES);
  for (let i = 0; i < CNAME_BYTES; i++) view.setUint8(at + 6 + i, 'hopwise.invalid!'.charCodeAt(i));
  view.setUint16(description + 2, (p.length - description) / 4 - 1);
  return new Uint8Array(view.buffer);
}

function header(view: DataView, at: number, count: number, type: number): number {
  view.setUint8(at, VERSION | count);
  view.setUint8(at + 1, type);
  return at + 4;
}
