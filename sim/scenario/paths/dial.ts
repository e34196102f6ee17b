import type { StreamTarget } from '../../apps/app';
import { parseIpv4 } from '../../net/addressing';
import type { Node } from '../../net/node';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import type { StreamTransport } from '../../transport/stream-transport';

/** Opens a stream from `node` to what a dotted address means there; another host is nobody's. */
export function dialWritten(
  node: Node,
  over: StreamTransport,
  { host, port }: StreamTarget,
  delegate: StreamDelegate,
  flow: number,
): ByteStream {
  return over.connect(node, node.simulation.addressOf(parseIpv4(host) ?? 0, node), port, delegate, flow);
}
