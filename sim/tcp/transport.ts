import type { Address } from '../core/packet';
import type { Node } from '../net/node';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import { type TcpOptions, TcpStack } from './stack';

/** TCP with these options, as a transport of byte streams: a stream is a connection. */
export class TcpTransport implements StreamTransport {
  constructor(private readonly options: TcpOptions) {}

  listen(node: Node, port: number, accept: (stream: ByteStream) => StreamDelegate): void {
    TcpStack.of(node).listen(port, this.options, accept);
  }

  unlisten(node: Node, port: number): void {
    TcpStack.of(node).unlisten(port);
  }

  connect(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): ByteStream {
    return TcpStack.of(node).connect(remote, port, this.options, delegate, flow);
  }
}
