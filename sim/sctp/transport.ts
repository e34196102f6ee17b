import type { Address } from '../core/packet';
import type { Node } from '../net/node';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { StreamTransport } from '../transport/stream-transport';
import type { SctpAssociation } from './association';
import { type SctpOptions, SctpStack } from './stack';
import type { SctpStream } from './stream';
import { State } from './association';

/** SCTP as a transport of byte streams: each in an association of its own, or all to one peer in one association. */
export class SctpTransport implements StreamTransport {
  /** Associations that carry several streams, by who opened them to whom. */
  private readonly shared = new Map<Node, Map<string, SctpAssociation>>();

  constructor(
    private readonly options: SctpOptions,
    private readonly multiplex = false,
  ) {}

  listen(node: Node, port: number, accept: (stream: ByteStream) => StreamDelegate): void {
    SctpStack.of(node).listen(port, this.options, accept);
  }

  unlisten(node: Node, port: number): void {
    SctpStack.of(node).unlisten(port);
  }

  connect(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): ByteStream {
    if (!this.multiplex) return this.open(node, remote, port, delegate, flow);
    let associations = this.shared.get(node);
    if (associations === undefined) this.shared.set(node, (associations = new Map<string, SctpAssociation>()));
    const key = `${remote}:${port}`;
    const present = associations.get(key);
    if (present !== undefined && present.state !== State.closed) return present.streams.open(delegate, flow);
    const stream = this.open(node, remote, port, delegate, flow);
    stream.association.streams.closesWhenDone = false;
    associations.set(key, stream.association);
    return stream;
  }

  private open(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): SctpStream {
    const association = SctpStack.of(node).open(remote, port, this.options, flow);
    const stream = association.streams.open(delegate, flow);
    association.connect();
    return stream;
  }
}
