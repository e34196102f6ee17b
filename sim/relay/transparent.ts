import { type Address, type Packet, Protocol } from '../core/packet';
import type { Link } from '../net/link';
import type { Node } from '../net/node';
import { type Middlebox, Verdict } from '../net/middlebox';
import type { TcpConnection } from '../tcp/connection';
import { type TcpOptions, TcpStack } from '../tcp/stack';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';

/**
 * Takes TCP connections to one port of one server out of the packets that pass its node, and goes on in the name of the
 * client: both ends see each other's addresses and ports, and no relay (RFC 3135 section 3.1.1). Packets must pass the
 * node in both directions.
 */
export class Interceptor implements Middlebox {
  /** A stack of its own: its connections have addresses that are not the node's. */
  readonly stack: TcpStack;
  /** A process that is down takes nothing: packets go on to the server, which knows nothing of their connection. */
  private isDown = false;
  /** Clients whose packets were taken, which the server's answers go to. */
  private readonly clients = new Set<Address>();

  constructor(
    node: Node,
    private readonly server: Address,
    private readonly port: number,
    private readonly options: TcpOptions,
    accept: (stream: ByteStream) => StreamDelegate,
  ) {
    this.stack = new TcpStack(node);
    this.stack.listen(port, options, (connection) => {
      this.clients.add(connection.remoteAddress);
      return accept(connection);
    });
    node.addMiddlebox(this);
  }

  onPacket(p: Packet, from: Link | null): Verdict {
    if (this.isDown || from === null || p.protocol !== Protocol.tcp || !this.isMine(p)) return Verdict.forward;
    this.stack.receive(p);
    return Verdict.consumed;
  }

  /** The node has failed. */
  restart(): void {
    this.stack.crash();
  }

  start(): void {
    this.isDown = false;
  }

  stop(): void {
    this.isDown = true;
  }

  /** The next leg of `incoming`: from the client's address and port to the server's. */
  dial(delegate: StreamDelegate, incoming: ByteStream): TcpConnection {
    const { remoteAddress, remotePort } = incoming as TcpConnection;
    const from = { address: remoteAddress, port: remotePort };
    return this.stack.connect(this.server, this.port, this.options, delegate, incoming.flow, from);
  }

  private isMine(p: Packet): boolean {
    if (p.dst === this.server && p.dstPort === this.port) return true;
    return p.src === this.server && p.srcPort === this.port && this.clients.has(p.dst);
  }
}
