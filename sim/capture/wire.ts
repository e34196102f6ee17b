import { type Address, type Packet, Protocol } from '../core/packet';
import { hash64 } from '../core/random';
import { addWords, finish } from './checksum';
import { tcpHeaderBytes, writeTcpHeader } from './tcp-header';

const IP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;
const DONT_FRAGMENT = 0x4000;
const PROTOCOL_NUMBERS: readonly number[] = byProtocol();

export interface WireOptions {
  /** The 32-bit IPv4 address that stands for a simulated one. */
  readonly ipv4: (address: Address) => number;
  /** Payload bytes of a packet that carries content; null for zeros. */
  readonly content?: (p: Packet) => Uint8Array | null;
}

/**
 * Encodes simulated packets as IPv4 with TCP, UDP (QUIC too) or ICMP; anything else keeps its IP protocol number and has
 * an opaque payload. Packets marked as corrupt get a wrong transport checksum.
 *
 * The initial sequence number is a hash of the flow, so that it is the same on either side of a NAT.
 */
export class WireEncoder {
  private bytes = new Uint8Array(2048);
  private view = new DataView(this.bytes.buffer);
  private identification = 0;

  constructor(private readonly options: WireOptions) {}

  /** The IP packet. The result is overwritten by the next call. */
  encode(p: Packet): Uint8Array {
    const transportBytes = transportLength(p);
    const total = IP_HEADER_BYTES + transportBytes;
    this.reserve(total);
    this.bytes.fill(0, 0, total);
    this.writeIp(p, total);
    const headerBytes = this.writeTransport(p, transportBytes);
    const content = this.options.content?.(p);
    if (content) this.bytes.set(content.subarray(0, p.length), IP_HEADER_BYTES + headerBytes);
    this.writeChecksum(p, transportBytes);
    return this.bytes.subarray(0, total);
  }

  private writeIp(p: Packet, total: number): void {
    const { view } = this;
    view.setUint16(0, 0x4500 | p.ecn);
    view.setUint16(2, total);
    view.setUint16(4, this.identification++);
    view.setUint16(6, DONT_FRAGMENT);
    view.setUint8(8, p.ttl);
    view.setUint8(9, PROTOCOL_NUMBERS[p.protocol]!);
    view.setUint32(12, this.options.ipv4(p.src));
    view.setUint32(16, this.options.ipv4(p.dst));
    view.setUint16(10, finish(addWords(0, this.bytes, 0, IP_HEADER_BYTES)));
  }

  private writeTransport(p: Packet, length: number): number {
    const { view } = this;
    const at = IP_HEADER_BYTES;
    switch (p.protocol) {
      case Protocol.tcp:
        return writeTcpHeader(view, at, p, initialSequence(p.flow));
      case Protocol.udp:
      case Protocol.quic:
        view.setUint16(at, p.srcPort);
        view.setUint16(at + 2, p.dstPort);
        view.setUint16(at + 4, length);
        return UDP_HEADER_BYTES;
      case Protocol.icmp:
        view.setUint8(at, ECHO_REQUEST);
        view.setUint16(at + 4, p.flow);
        return UDP_HEADER_BYTES;
      default:
        return 0;
    }
  }

  /** RFC 9293 section 3.1, RFC 768 (where 0 means none), RFC 792. */
  private writeChecksum(p: Packet, length: number): void {
    const at = checksumOffset(p.protocol);
    if (at < 0) return;
    const pseudoHeader =
      p.protocol === Protocol.icmp
        ? 0
        : addWords(PROTOCOL_NUMBERS[p.protocol]! + length, this.bytes, 12, IP_HEADER_BYTES);
    let sum = finish(addWords(pseudoHeader, this.bytes, IP_HEADER_BYTES, IP_HEADER_BYTES + length));
    if (sum === 0 && at === UDP_CHECKSUM) sum = 0xffff;
    this.view.setUint16(IP_HEADER_BYTES + at, p.corrupt ? sum ^ 0x5555 : sum);
  }

  private reserve(total: number): void {
    if (total <= this.bytes.length) return;
    this.bytes = new Uint8Array(2 * total);
    this.view = new DataView(this.bytes.buffer);
  }
}

/** A 32-bit initial sequence number for a flow. */
export function initialSequence(flow: number): number {
  return hash64(`isn:${flow}`)[0] >>> 0;
}

const ECHO_REQUEST = 8;
const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;
const ICMP_CHECKSUM = 2;

function checksumOffset(protocol: number): number {
  if (protocol === Protocol.tcp) return TCP_CHECKSUM;
  if (protocol === Protocol.icmp) return ICMP_CHECKSUM;
  return protocol === Protocol.sctp ? -1 : UDP_CHECKSUM;
}

function transportLength(p: Packet): number {
  if (p.protocol === Protocol.tcp) return tcpHeaderBytes(p) + p.length;
  const header = p.protocol === Protocol.sctp ? 0 : UDP_HEADER_BYTES;
  return Math.max(p.size - IP_HEADER_BYTES, header);
}

function byProtocol(): number[] {
  const numbers: number[] = [];
  numbers[Protocol.tcp] = 6;
  numbers[Protocol.udp] = 17;
  numbers[Protocol.icmp] = 1;
  // 253 is for experimentation (RFC 3692): the simulated packet has no SCTP chunks to write
  numbers[Protocol.sctp] = 253;
  numbers[Protocol.quic] = 17;
  return numbers;
}
