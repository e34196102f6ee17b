import type { Address } from '../core/packet';
import type { Node } from '../net/node';
import type { TcpConnection, TcpDelegate } from '../tcp/connection';
import { type TcpOptions, TcpStack } from '../tcp/stack';
import type { Channel } from './channel';
import { SipWire } from './encode';

/** What becomes of messages that come and go over connections. */
export interface StreamUser {
  /** Counts and shows what is about to be written; returns what is written. */
  sending(wire: SipWire, to: Address, again: boolean): SipWire;
  arrived(wire: SipWire, from: Address, port: number, back: Channel): void;
  textOf(address: Address): string;
}

/**
 * SIP over TCP (RFC 3261 section 18): one connection to each peer, opened when something is first sent there and used for
 * all that follows. Answers go back on the connection that has brought the request (section 18.2.2).
 */
export class SipStreams {
  /** Connections that this side has opened. */
  opened = 0;
  private readonly channels = new Map<string, TcpChannel>();

  constructor(
    private readonly node: Node,
    private readonly options: TcpOptions,
    private readonly port: number,
    private readonly flow: number,
    private readonly user: StreamUser,
  ) {
    TcpStack.of(node).listen(port, options, (connection) => this.accept(connection));
  }

  /** The connection to a peer that listens on `port`. */
  channelTo(address: Address, port: number): Channel {
    const key = `${address}:${port}`;
    let channel = this.channels.get(key);
    if (channel === undefined) {
      channel = new TcpChannel(this.user, address, () => this.connect(address, port, channel!));
      this.channels.set(key, channel);
    }
    return channel;
  }

  private connect(address: Address, port: number, channel: TcpChannel): TcpConnection {
    this.opened++;
    return TcpStack.of(this.node).connect(address, port, this.options, this.delegateOf(channel, port), this.flow);
  }

  private accept(connection: TcpConnection): TcpDelegate {
    const { remoteAddress, remotePort } = connection;
    // where it is gone before the answer, one to where the peer listens (section 18.2.2)
    const other = (): TcpConnection => this.connect(remoteAddress, this.port, channel);
    const channel: TcpChannel = new TcpChannel(this.user, remoteAddress, other, connection);
    return this.delegateOf(channel, remotePort);
  }

  private delegateOf(channel: TcpChannel, port: number): TcpDelegate {
    return {
      onReadable: (connection) => {
        connection.read(Infinity);
        for (let wire = connection.takeMessage(); wire !== null; wire = connection.takeMessage()) {
          if (wire instanceof SipWire) this.user.arrived(wire, channel.address, port, channel);
        }
      },
      onRemoteClosed: (connection) => connection.close(),
      onClosed: (connection) => channel.lost(connection),
    };
  }
}

/** What is sent before the connection is there waits in it; what it held when it broke is lost, as section 18.4 has it. */
class TcpChannel implements Channel {
  readonly isReliable = true;
  readonly transport = 'TCP';

  constructor(
    private readonly user: StreamUser,
    readonly address: Address,
    private readonly connect: () => TcpConnection,
    private connection: TcpConnection | null = null,
  ) {}

  get peer(): string {
    return this.user.textOf(this.address);
  }

  send(wire: SipWire, again = false): void {
    if (this.connection?.isOpen !== true) this.connection = this.connect();
    this.connection.writeMessage(this.user.sending(wire, this.address, again));
  }

  lost(connection: TcpConnection): void {
    if (this.connection === connection) this.connection = null;
  }
}
