import type { StreamTarget } from '../../apps/app';
import { parseIpv4 } from '../../net/addressing';
import type { Node } from '../../net/node';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import type { StreamTransport } from '../../transport/stream-transport';

/** Opens a stream from `node` to what a dotted address means there; null where the host is not written so. */
export function dialWritten(
  node: Node,
  over: StreamTransport,
  { host, port }: StreamTarget,
  delegate: StreamDelegate,
  flow: number,
): ByteStream | null {
  const ipv4 = parseIpv4(host);
  if (ipv4 === undefined) return null;
  return over.connect(node, node.simulation.addressOf(ipv4, node), port, delegate, flow);
}
