import type { Packet, WireContent } from '../core/packet';
import { addWords, finish } from './checksum';
import { formatOf } from './formats';
import type { Ipv4Of, PacketBytes } from './formats/format';

const IP_HEADER_BYTES = 20;
const DONT_FRAGMENT = 0x4000;

export interface WireOptions {
  readonly ipv4: Ipv4Of;
  /** Payload bytes of a packet; null for zeros. By default what `Packet.payload` encodes itself as. */
  readonly content?: (p: Packet) => Uint8Array | null;
}

/**
 * Encodes simulated packets as IPv4 and their transport, whose format is in `formats/`. The payload is what
 * `Packet.payload` encodes itself as, or zeros. A packet marked as corrupt has a damaged last byte, so that its checksum is
 * wrong.
 */
export class WireEncoder {
  private readonly area: PacketBytes = reserve(2048);
  private identification = 0;

  constructor(private readonly options: WireOptions) {}

  /** The IP packet. The result is overwritten by the next call. */
  encode(p: Packet): Uint8Array {
    const { area } = this;
    const format = formatOf(p.protocol);
    area.length = format.length(p);
    const total = IP_HEADER_BYTES + area.length;
    if (total > area.bytes.length) Object.assign(area, reserve(2 * total), { length: area.length });
    const { bytes } = area;
    bytes.fill(0, 0, total);
    this.writeIp(p, total, format.number);
    const contentAt = IP_HEADER_BYTES + format.writeHeader(area, p, this.options.ipv4);
    const content = (this.options.content ?? contentOf)(p);
    if (content !== null) bytes.set(content.subarray(0, Math.max(total - contentAt, 0)), contentAt);
    format.seal(area, addWords(format.number + area.length, bytes, 12, IP_HEADER_BYTES), p);
    if (p.corrupt) bytes[total - 1]! ^= 0x55;
    return bytes.subarray(0, total);
  }

  private writeIp(p: Packet, total: number, protocol: number): void {
    const { view, bytes } = this.area;
    view.setUint16(0, 0x4500 | p.ecn);
    view.setUint16(2, total);
    view.setUint16(4, this.identification++);
    view.setUint16(6, DONT_FRAGMENT);
    view.setUint8(8, p.ttl);
    view.setUint8(9, protocol);
    view.setUint32(12, this.options.ipv4(p.src));
    view.setUint32(16, this.options.ipv4(p.dst));
    view.setUint16(10, finish(addWords(0, bytes, 0, IP_HEADER_BYTES)));
  }
}

function reserve(total: number): PacketBytes {
  const bytes = new Uint8Array(total);
  return { bytes, view: new DataView(bytes.buffer), at: IP_HEADER_BYTES, length: 0 };
}

function contentOf(p: Packet): Uint8Array | null {
  const content = p.payload as Partial<WireContent> | null;
  return content?.encode?.(p) ?? null;
}
