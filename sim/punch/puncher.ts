import { type Nanos, Timer } from '../core/event-queue';
import type { RandomStream } from '../core/random';
import type { Node } from '../net/node';
import type { StunAddress } from '../stun/attributes';
import { isSame, meant, type TransportAddress, written } from '../stun/packet';
import { transactionId } from '../stun/transaction';
import type { TcpConnection, TcpDelegate } from '../tcp/connection';
import { type TcpOptions, TcpStack } from '../tcp/stack';
import { readBinding, writeBinding } from './stun-stream';

export interface PunchOptions {
  /** STUN server over TCP; null: nobody tells an end how it is seen. */
  readonly server: TransportAddress | null;
  readonly tcp: TcpOptions;
  /** Time before an attempt that was refused is made again. */
  readonly retry: Nanos;
  /** Time after which no more attempts are made. */
  readonly patience: Nanos;
}

/** What one end tells the other. */
export interface PunchDescription {
  readonly host: StunAddress;
  /** As the server sees it; null where it does not know. */
  readonly mapped: StunAddress | null;
}

/**
 * One end of a TCP connection through translators (Ford, Srisuresh and Kegel 2005, section 4; RFC 5128 section 3.4): from one
 * port it has a connection to the server, listens, and calls the other end, which calls it at the same time. Whatever comes
 * about, a connection from both SYNs or one that was accepted, is the connection.
 */
export class Puncher {
  /** SYNs sent first: attempts, without retransmissions. */
  attempts = 0;
  connection: TcpConnection | null = null;
  onConnected: () => void = () => undefined;
  /** Whom to call; null before it is known. */
  target: TransportAddress | null = null;
  private mapped: StunAddress | null = null;
  private user: TcpDelegate | null = null;
  private calling: TcpConnection | null = null;
  private readonly again: Timer;
  private deadline: Nanos = 0;
  private readonly delegate: TcpDelegate = {
    onEstablished: (connection) => this.establish(connection),
    onReadable: (connection) => this.ofUser(connection)?.onReadable?.(connection),
    onWritable: (connection) => this.ofUser(connection)?.onWritable?.(connection),
    onRemoteClosed: (connection) => this.ofUser(connection)?.onRemoteClosed?.(connection),
    onClosed: (connection, reason) => {
      this.ofUser(connection)?.onClosed?.(connection, reason);
      if (connection === this.calling) this.calling = null;
      if (this.connection === null) this.again.arm(this.now + this.options.retry);
    },
  };

  constructor(
    private readonly node: Node,
    private readonly port: number,
    private readonly options: PunchOptions,
    private readonly random: RandomStream,
    private readonly flow: number,
    /** Makes what uses a connection at this end, where it is not the one that opens streams. */
    private readonly accept: ((connection: TcpConnection) => TcpDelegate) | null,
  ) {
    this.again = new Timer(node.simulation.events, () => this.call());
  }

  get description(): PunchDescription {
    return { host: written(this.node, { address: this.node.address, port: this.port }), mapped: this.mapped };
  }

  /** Listens, and asks the server how this end is seen; the connection to it stays, and keeps the mapping. */
  learn(onEnd: () => void): void {
    const { server, tcp } = this.options;
    const stack = TcpStack.of(this.node);
    stack.listen(this.port, tcp, (connection) => {
      if (this.connection === null) return this.delegate;
      return this.accept === null ? { onEstablished: () => connection.abort() } : this.accept(connection);
    });
    if (server === null) return onEnd();
    let isOpen = true;
    const end = (mapped: StunAddress | null): void => {
      if (!isOpen) return;
      isOpen = false;
      this.mapped = mapped;
      onEnd();
    };
    const delegate: TcpDelegate = {
      onEstablished: (connection) => writeBinding(connection, transactionId(this.random)),
      onReadable: (connection) => end(readBinding(connection) ?? null),
      onRemoteClosed: (connection) => connection.close(),
      onClosed: () => end(null),
    };
    stack.connect(server.address, server.port, tcp, delegate, this.flow, this.own);
  }

  /** The other end has told where it is: calls it. Two ends that are seen at one address are behind one translator. */
  start({ host, mapped }: PunchDescription): void {
    const isBeside = mapped === null || mapped.ipv4 === this.mapped?.ipv4;
    this.target = meant(this.node, isBeside ? host : mapped);
    this.deadline = this.now + this.options.patience;
    this.call();
  }

  /** Who opened the stream uses the connection from now on. */
  use(user: TcpDelegate): TcpConnection {
    const connection = this.connection!;
    this.user = user;
    const timer = new Timer(this.node.simulation.events, () => {
      timer.release();
      user.onEstablished?.(connection);
      if (connection.readable > 0) user.onReadable?.(connection);
    });
    timer.arm(this.now);
    return connection;
  }

  private get own(): TransportAddress {
    return { address: this.node.address, port: this.port };
  }

  private get now(): Nanos {
    return this.node.simulation.events.now;
  }

  private call(): void {
    if (this.connection !== null || this.calling !== null || this.target === null || this.now >= this.deadline) return;
    const stack = TcpStack.of(this.node);
    const { address, port } = this.target;
    // its SYN was here before; or its private address is the one that this end has in its own realm
    if (stack.has(this.own, this.target) || isSame(this.own, this.target)) return;
    this.attempts++;
    this.calling = stack.connect(address, port, this.options.tcp, this.delegate, this.flow, this.own);
  }

  private establish(connection: TcpConnection): void {
    if (this.connection !== null) {
      connection.abort();
      return;
    }
    this.connection = connection;
    this.again.disarm();
    if (this.calling !== connection) this.calling?.abort();
    this.calling = null;
    if (this.accept !== null) {
      this.user = this.accept(connection);
      this.user.onEstablished?.(connection);
    }
    this.onConnected();
  }

  private ofUser(connection: TcpConnection): TcpDelegate | null {
    return connection === this.connection ? this.user : null;
  }
}
