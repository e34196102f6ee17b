import type { Address } from '../core/packet';
import type { Node } from '../net/node';
import type { ByteStream, StreamDelegate } from './byte-stream';

/** A transport of byte streams with its options chosen: what one leg of a session runs over. */
export interface StreamTransport {
  /** `accept` makes the delegate of each stream that a peer opens. Throws if the port of `node` is taken. */
  listen(node: Node, port: number, accept: (stream: ByteStream) => StreamDelegate): void;
  unlisten(node: Node, port: number): void;
  /** Opens a stream to `remote`; `flow` is its accounting identity. */
  connect(node: Node, remote: Address, port: number, delegate: StreamDelegate, flow: number): ByteStream;
}
