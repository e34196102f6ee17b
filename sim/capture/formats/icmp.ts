import { type Packet, Protocol } from '../../core/packet';
import { Echo, errorIn, type IcmpError } from '../../net/icmp';
import { addWords, finish } from '../checksum';
import type { Ipv4Of, PacketBytes, WireFormat } from './format';

const IP_HEADER_BYTES = 20;
const HEADER_BYTES = 8;
const CHECKSUM = 2;
/** Protocol numbers of what errors are about. */
const NUMBERS: Readonly<Record<number, number>> = {
  [Protocol.tcp]: 6,
  [Protocol.udp]: 17,
  [Protocol.icmp]: 1,
  [Protocol.sctp]: 132,
  [Protocol.quic]: 17,
};

/** RFC 792: echo requests and replies, and errors with the header and the ports of the packet that they are about. */
export const icmpFormat: WireFormat = {
  number: 1,
  length: (p) => Math.max(p.size - IP_HEADER_BYTES, HEADER_BYTES),
  writeHeader: (to, p, ipv4) => {
    const error = errorIn(p);
    if (error === null) writeEcho(to, p);
    else writeError(to, error, ipv4);
    return HEADER_BYTES;
  },
  seal: ({ bytes, view, at, length }) => {
    view.setUint16(at + CHECKSUM, finish(addWords(0, bytes, at, at + length)));
  },
};

function writeEcho({ view, at }: PacketBytes, { payload, srcPort, dstPort, seq }: Packet): void {
  const { type } = payload instanceof Echo ? payload : Echo.request;
  view.setUint8(at, type);
  // the port of who asks is the identifier
  view.setUint16(at + 4, srcPort || dstPort);
  view.setUint16(at + 6, seq);
}

function writeError({ view, bytes, at }: PacketBytes, error: IcmpError, ipv4: Ipv4Of): void {
  view.setUint8(at, error.type);
  view.setUint8(at + 1, error.code);
  const quoted = at + HEADER_BYTES;
  view.setUint8(quoted, 0x45);
  view.setUint16(quoted + 2, IP_HEADER_BYTES + 8);
  view.setUint8(quoted + 9, NUMBERS[error.protocol] ?? 0);
  view.setUint32(quoted + 12, ipv4(error.src));
  view.setUint32(quoted + 16, ipv4(error.dst));
  view.setUint16(quoted + 10, finish(addWords(0, bytes, quoted, quoted + IP_HEADER_BYTES)));
  const transport = quoted + IP_HEADER_BYTES;
  if (error.protocol === Protocol.icmp) {
    view.setUint8(transport, Echo.request.type);
    view.setUint16(transport + 4, error.srcPort);
  } else {
    view.setUint16(transport, error.srcPort);
    view.setUint16(transport + 2, error.dstPort);
  }
}
