import { Protocol } from '../../core/packet';
import { espFormat } from './esp';
import type { WireFormat } from './format';
import { icmpFormat } from './icmp';
import { opaqueFormat } from './opaque';
import { tcpFormat } from './tcp';
import { udpFormat } from './udp';

/** How captures write each transport: a file here and a line below for a new one. */
const formats = new Map<number, WireFormat>([
  [Protocol.tcp, tcpFormat],
  [Protocol.udp, udpFormat],
  [Protocol.icmp, icmpFormat],
  [Protocol.quic, udpFormat],
  [Protocol.esp, espFormat],
]);

export function formatOf(protocol: number): WireFormat {
  return formats.get(protocol) ?? opaqueFormat;
}
