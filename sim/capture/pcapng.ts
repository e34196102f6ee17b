import type { Nanos } from '../core/event-queue';

const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;
const RAW_IP = 101;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_APPLICATION = 4;
const NANOSECONDS = 9;
const TWO_32 = 2 ** 32;

/**
 * Writes a capture file in the pcapng format (draft-ietf-opsawg-pcapng): raw IP packets, nanosecond stamps, one
 * interface for each link or host captured at. Little-endian. `sink` receives each block once; it may keep it.
 */
export class PcapngWriter {
  /** Packets written. */
  packets = 0;
  private interfaces = 0;

  /** `snapLength`: most bytes kept of a packet. */
  constructor(
    private readonly sink: (block: Uint8Array) => void,
    private readonly snapLength = 262144,
  ) {
    const options = [option(OPTION_APPLICATION, ascii('hopwise')), END_OF_OPTIONS];
    sink(block(SECTION_HEADER, [u32(BYTE_ORDER_MAGIC), u16(1), u16(0), UNKNOWN_LENGTH, ...options]));
  }

  /** Declares an interface; returns its number. Interfaces may be added at any time. */
  addInterface(name: string): number {
    const resolution = option(OPTION_RESOLUTION, new Uint8Array([NANOSECONDS]));
    const options = [option(OPTION_NAME, ascii(name)), resolution, END_OF_OPTIONS];
    this.sink(block(INTERFACE_DESCRIPTION, [u16(RAW_IP), u16(0), u32(this.snapLength), ...options]));
    return this.interfaces++;
  }

  /** One packet seen at interface `id` at time `at`. `packet` is copied. */
  write(id: number, at: Nanos, packet: Uint8Array): void {
    const kept = Math.min(packet.length, this.snapLength);
    const padded = (kept + 3) & ~3;
    const total = 32 + padded;
    const bytes = new Uint8Array(total);
    const view = new DataView(bytes.buffer);
    const words = [ENHANCED_PACKET, total, id, Math.floor(at / TWO_32), at % TWO_32, kept, packet.length];
    words.forEach((word, i) => view.setUint32(4 * i, word, true));
    bytes.set(packet.subarray(0, kept), 28);
    view.setUint32(total - 4, total, true);
    this.packets++;
    this.sink(bytes);
  }
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const total = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  return concatenate([u32(type), u32(total), ...parts, u32(total)]);
}

function option(code: number, value: Uint8Array): Uint8Array {
  const padding = new Uint8Array(-value.length & 3);
  return concatenate([u16(code), u16(value.length), value, padding]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value & 0xff, value >> 8]);
}

function u32(value: number): Uint8Array {
  return new Uint8Array([value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24]);
}

/** Bytes of a text; characters outside ASCII become question marks. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from([...text].map((c) => (c.charCodeAt(0) < 128 ? c.charCodeAt(0) : 63)));
}

const UNKNOWN_LENGTH = new Uint8Array(8).fill(0xff);
const END_OF_OPTIONS = new Uint8Array(4);
