import { NO_OPTION, type Packet } from '../core/packet';
import { COOKIE_BYTES, fastOpenLength } from '../tcp/segment';

const NOP = 1;
const MSS = 2;
const WINDOW_SCALE = 3;
const SACK_PERMITTED = 4;
const SACK = 5;
const TIMESTAMPS = 8;
const FAST_OPEN = 34;
const FIXED_BYTES = 20;

/** Bytes of the TCP header with its options, a multiple of 4 (RFC 9293 section 3.1). */
export function tcpHeaderBytes(p: Packet): number {
  const sackPermitted = p.sackPermitted && p.tsVal === NO_OPTION ? 4 : 0;
  const timestamps = p.tsVal === NO_OPTION ? 0 : 12;
  const sack = p.sackCount > 0 ? 4 + 8 * p.sackCount : 0;
  return (
    FIXED_BYTES +
    (p.mss === NO_OPTION ? 0 : 4) +
    sackPermitted +
    timestamps +
    (p.windowScale === NO_OPTION ? 0 : 4) +
    (p.cookie === NO_OPTION ? 0 : fastOpenLength(p)) +
    sack
  );
}

/**
 * Writes the header at `at`, checksum zero; returns its length. Sequence numbers become 32-bit ones by adding `isn`.
 * Options stand in the usual order, padded to words with NOPs; SACK-permitted takes the place of a timestamp's padding.
 */
export function writeTcpHeader(view: DataView, at: number, p: Packet, isn: number): number {
  const bytes = tcpHeaderBytes(p);
  view.setUint16(at, p.srcPort);
  view.setUint16(at + 2, p.dstPort);
  view.setUint32(at + 4, p.seq + isn);
  view.setUint32(at + 8, p.flags & 16 ? p.ack + isn : 0);
  view.setUint16(at + 12, ((bytes / 4) << 12) | (p.flags & 0x1ff));
  view.setUint16(at + 14, p.window);
  view.setUint32(at + 16, 0);
  writeOptions(view, at + FIXED_BYTES, p, isn);
  return bytes;
}

function writeOptions(view: DataView, at: number, p: Packet, isn: number): void {
  if (p.mss !== NO_OPTION) {
    view.setUint16(at, (MSS << 8) | 4);
    view.setUint16(at + 2, p.mss);
    at += 4;
  }
  if (p.sackPermitted || p.tsVal !== NO_OPTION) {
    const padding = (NOP << 8) | NOP;
    const permitted = (SACK_PERMITTED << 8) | 2;
    if (p.tsVal === NO_OPTION) {
      view.setUint16(at, padding);
      view.setUint16(at + 2, permitted);
      at += 4;
    } else {
      view.setUint16(at, p.sackPermitted ? permitted : padding);
      view.setUint16(at + 2, (TIMESTAMPS << 8) | 10);
      view.setUint32(at + 4, p.tsVal);
      view.setUint32(at + 8, p.tsEcr);
      at += 12;
    }
  }
  if (p.windowScale !== NO_OPTION) {
    view.setUint32(at, (NOP << 24) | (WINDOW_SCALE << 16) | (3 << 8) | p.windowScale);
    at += 4;
  }
  if (p.cookie !== NO_OPTION) {
    const bytes = p.cookie === 0 ? 0 : COOKIE_BYTES;
    view.setUint8(at, FAST_OPEN);
    view.setUint8(at + 1, 2 + bytes);
    if (bytes > 0) view.setUint32(at + bytes - 2, p.cookie);
    view.setUint16(at + 2 + bytes, (NOP << 8) | NOP);
    at += fastOpenLength(p);
  }
  if (p.sackCount > 0) {
    view.setUint32(at, (NOP << 24) | (NOP << 16) | (SACK << 8) | (2 + 8 * p.sackCount));
    for (let i = 0; i < 2 * p.sackCount; i++) view.setUint32(at + 4 + 4 * i, p.sack[i]! + isn);
  }
}
