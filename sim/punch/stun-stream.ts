import type { StunAddress } from '../stun/attributes';
import { Attribute, readXorAddress, xorAddressValue } from '../stun/attributes';
import { attributeOf, Class, decode, encode, Method } from '../stun/message';
import { STUN_PORT } from '../stun/server';
import { written } from '../stun/packet';
import type { Node } from '../net/node';
import type { TcpConnection } from '../tcp/connection';
import { type TcpOptions, TcpStack } from '../tcp/stack';
import type { ByteStream, StreamMessage } from '../transport/byte-stream';

/** A STUN message in a byte stream: its own length frames it (RFC 8489 section 6.2.2). */
class StunWire implements StreamMessage {
  constructor(readonly bytes: Uint8Array) {}

  get size(): number {
    return this.bytes.length;
  }

  encode(): Uint8Array {
    return this.bytes;
  }
}

/** A Binding request, written to `stream`. */
export function writeBinding(stream: ByteStream, transaction: Uint8Array): void {
  const request = { method: Method.binding, class: Class.request, transaction, attributes: [] };
  stream.writeMessage(new StunWire(encode(request, { fingerprint: true })));
}

/** Where the server sees the connection come from, if its answer has come. */
export function readBinding(stream: ByteStream): StunAddress | undefined {
  stream.read(Infinity);
  const wire = stream.takeMessage();
  const answer = wire instanceof StunWire ? decode(wire.bytes) : null;
  const value = answer?.class === Class.success ? attributeOf(answer, Attribute.xorMappedAddress) : undefined;
  return value === undefined ? undefined : readXorAddress(value);
}

/** Answers Binding requests over TCP (RFC 8489 section 6.2.2). */
export function serveBindings(node: Node, options: TcpOptions): void {
  TcpStack.of(node).listen(STUN_PORT, options, (connection: TcpConnection) => ({
    onReadable: () => {
      connection.read(Infinity);
      for (let wire = connection.takeMessage(); wire !== null; wire = connection.takeMessage()) {
        const request = wire instanceof StunWire ? decode(wire.bytes) : null;
        if (request?.method !== Method.binding || request.class !== Class.request) continue;
        const { remoteAddress, remotePort } = connection;
        const seen = written(node, { address: remoteAddress, port: remotePort });
        const attributes = [{ type: Attribute.xorMappedAddress, value: xorAddressValue(seen) }];
        const answer = { method: Method.binding, class: Class.success, transaction: request.transaction, attributes };
        connection.writeMessage(new StunWire(encode(answer, { fingerprint: true })));
      }
    },
    onRemoteClosed: () => connection.close(),
  }));
}
