import type { Address } from '../core/packet';
import type { Node } from '../net/node';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import type { QuicConnection } from './connection';
import { type QuicOptions, QuicStack } from './stack';

/** QUIC as a transport of byte streams: each stream on a connection of its own, or all to one peer on one connection. */
export class QuicTransport implements StreamTransport {
  /** Connections that carry several streams, by who opened them to whom. */
  private readonly shared = new Map<Node, Map<string, QuicConnection>>();

  constructor(
    private readonly options: QuicOptions,
    private readonly multiplex = false,
  ) {}

  listen(node: Node, port: number, accept: (stream: ByteStream) => StreamDelegate): void {
    QuicStack.of(node).listen(port, this.options, accept);
  }

  unlisten(node: Node, port: number): void {
    QuicStack.of(node).unlisten(port);
  }

  connect(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): ByteStream {
    if (!this.multiplex) return this.open(node, remote, port, delegate, flow);
    let connections = this.shared.get(node);
    if (connections === undefined) this.shared.set(node, (connections = new Map<string, QuicConnection>()));
    const key = `${remote}:${port}`;
    const present = connections.get(key);
    if (present !== undefined && !present.isClosed) return present.streams.open(delegate, flow);
    const stream = this.open(node, remote, port, delegate, flow);
    stream.connection.streams.closesWhenDone = false;
    connections.set(key, stream.connection);
    return stream;
  }

  private open(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number) {
    const connection = QuicStack.of(node).open(remote, port, this.options, flow);
    const stream = connection.streams.open(delegate, flow);
    connection.connect();
    return stream;
  }
}
