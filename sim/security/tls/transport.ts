import type { Address } from '../../core/packet';
import type { Node } from '../../net/node';
import type { ByteStream, StreamDelegate } from '../../transport/byte-stream';
import type { StreamTransport } from '../../transport/stream-transport';
import type { Tls } from './tls';

/** TLS over another transport, between the two hosts of each stream: hop by hop. */
export class TlsTransport implements StreamTransport {
  constructor(
    private readonly below: StreamTransport,
    private readonly tls: Tls,
  ) {}

  listen(node: Node, port: number, accept: (stream: ByteStream) => StreamDelegate): void {
    this.below.listen(node, port, (stream) => this.tls.server(node.name, stream, accept));
  }

  unlisten(node: Node, port: number): void {
    this.below.unlisten(node, port);
  }

  connect(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): ByteStream {
    const server = node.simulation.ownerOf(remote).name;
    const open = (below: StreamDelegate) => this.below.connect(node, remote, port, below, flow);
    return this.tls.client(node.name, server, delegate, flow, open);
  }
}
