import type { EventQueue } from '../core/event-queue';
import { type Address, Flag, type Packet, type PacketPool } from '../core/packet';
import type { Factory } from '../core/plugin';
import type { RandomStream } from '../core/random';
import type { Node, Transport } from '../net/node';
import type { CongestionControl, FlowInfo } from './cc/congestion-control';
import { newSenderCommons, type SenderCommons } from './commons';
import type { TcpConfig } from './config';
import { type CloseReason, type Endpoint, TcpConnection, type TcpDelegate } from './connection';
import type { FastOpenClient, FastOpenServer } from './fast-open';
import { ConnectionLogging } from '../transport/connection-log';
import { type ContentWatching, newContentWatching } from '../transport/content-watching';
import { setSize } from './segment';
import { Protocol } from '../core/packet';

/** Options of an endpoint: parameters and congestion control. */
export interface TcpOptions {
  readonly config: TcpConfig;
  readonly congestionControl: Factory<FlowInfo, CongestionControl>;
  /** Lets a listener take data in SYNs. */
  readonly fastOpen?: FastOpenServer;
}

/** Makes the delegate of an accepted connection; null refuses it. */
export type Acceptor = (connection: TcpConnection) => TcpDelegate;

interface Listener extends TcpOptions {
  readonly accept: Acceptor;
}

const EPHEMERAL_FIRST = 49152;
const TABLE_SIZE = 1;

/** TCP on one node: who gets a segment, who listens, which ports are taken. */
export class TcpStack implements Transport {
  readonly events: EventQueue;
  readonly pool: PacketPool;
  readonly commons: SenderCommons;
  readonly watching: ContentWatching;
  readonly logging: ConnectionLogging<TcpConnection>;
  private table: (TcpConnection | null)[] = new Array<TcpConnection | null>(TABLE_SIZE).fill(null);
  private count = 0;
  /** Made by the first `listen`: hosts that only open connections are many. */
  private listeners: Map<number, Listener> | null = null;
  private nextPort = EPHEMERAL_FIRST;

  constructor(readonly node: Node) {
    this.events = node.simulation.events;
    this.pool = node.simulation.pool;
    this.commons = node.simulation.single(newSenderCommons);
    this.watching = node.simulation.single(newContentWatching);
    this.logging = node.simulation.single(newTcpLogging);
  }

  /** The stack of `node`, made on first use. */
  static of(node: Node): TcpStack {
    const present = node.transports[Protocol.tcp];
    if (present instanceof TcpStack) return present;
    const stack = new TcpStack(node);
    node.transports[Protocol.tcp] = stack;
    return stack;
  }

  /** Connections that exist, in any state but CLOSED. */
  get size(): number {
    return this.count;
  }

  /** Whether there is a connection between these ends. */
  has(local: { readonly address: Address; readonly port: number }, remote: typeof local): boolean {
    return this.find(local.address, local.port, remote.address, remote.port) !== null;
  }

  /** Shows each of them, in no order that means anything. */
  visit(see: (connection: TcpConnection) => void): void {
    for (const first of this.table) for (let c = first; c !== null; c = c.chain) see(c);
  }

  listen(port: number, options: TcpOptions, accept: Acceptor): void {
    this.listeners ??= new Map();
    if (this.listeners.has(port)) throw new Error(`${this.node.name}: port ${port} is taken`);
    this.listeners.set(port, { ...options, accept });
  }

  unlisten(port: number): void {
    this.listeners?.delete(port);
  }

  /**
   * Opens a connection from an ephemeral port, or in the name of `from`. `flow` is its accounting identity.
   */
  connect(
    remote: Address,
    port: number,
    options: TcpOptions,
    delegate: TcpDelegate,
    flow: number,
    from?: { readonly address: Address; readonly port: number },
    fastOpen: FastOpenClient | null = null,
  ): TcpConnection {
    const endpoint: Endpoint = {
      localAddress: from?.address ?? this.node.address,
      localPort: from?.port ?? this.ephemeralPort(remote, port),
      remoteAddress: remote,
      remotePort: port,
    };
    const connection = new TcpConnection(this, endpoint, options.config, options.congestionControl, delegate);
    connection.flow = flow;
    this.add(connection);
    connection.connect(fastOpen);
    return connection;
  }

  /** The node has failed: every connection is gone, and no peer is told. */
  crash(): void {
    for (const first of this.table) {
      for (let c = first, next = first; c !== null; c = next) {
        next = c.chain;
        c.finish('aborted');
      }
    }
  }

  receive(p: Packet): void {
    const connection = this.find(p.dst, p.dstPort, p.src, p.srcPort);
    if (connection !== null) {
      const { log } = connection;
      if (log !== null) log.received(p);
      connection.receive(p);
      if (log !== null) log.settled();
    } else this.onUnclaimed(p);
    this.pool.give(p);
  }

  send(p: Packet): void {
    this.node.send(p);
  }

  /** RST in answer to `p` (RFC 9293 section 3.5.2). */
  reset(p: Packet): void {
    if (p.flags & Flag.rst) return;
    const r = this.pool.take();
    r.src = p.dst;
    r.dst = p.src;
    r.srcPort = p.dstPort;
    r.dstPort = p.srcPort;
    r.protocol = Protocol.tcp;
    r.flow = p.flow;
    r.length = 0;
    r.window = 0;
    if (p.flags & Flag.ack) {
      r.flags = Flag.rst;
      r.seq = p.ack;
      r.ack = 0;
    } else {
      r.flags = Flag.rst | Flag.ack;
      r.seq = 0;
      r.ack = p.seq + p.length + (p.flags & Flag.syn ? 1 : 0) + (p.flags & Flag.fin ? 1 : 0);
    }
    setSize(r);
    this.send(r);
  }

  /** Removes `connection` from the table. False if it was not there. */
  forget(connection: TcpConnection): boolean {
    const slot = this.slotOf(connection);
    let previous: TcpConnection | null = null;
    for (let c = this.table[slot] ?? null; c !== null; previous = c, c = c.chain) {
      if (c !== connection) continue;
      if (previous === null) this.table[slot] = c.chain;
      else previous.chain = c.chain;
      this.count--;
      return true;
    }
    return false;
  }

  onEstablished(_connection: TcpConnection): void {
    // nothing to do: applications are told by their delegate
  }

  /** A random stream for one connection. */
  random(endpoint: Endpoint): RandomStream {
    const { simulation } = this.node;
    return simulation.random.stream(
      `tcp:${this.node.name}:${endpoint.localPort}>${endpoint.remoteAddress}:${endpoint.remotePort}`,
    );
  }

  private onUnclaimed(p: Packet): void {
    const listener = this.listeners?.get(p.dstPort);
    if (listener === undefined || (p.flags & (Flag.syn | Flag.ack | Flag.rst)) !== Flag.syn) {
      this.reset(p);
      return;
    }
    const endpoint: Endpoint = {
      localAddress: p.dst,
      localPort: p.dstPort,
      remoteAddress: p.src,
      remotePort: p.srcPort,
    };
    const connection = new TcpConnection(this, endpoint, listener.config, listener.congestionControl, NO_DELEGATE);
    connection.flow = p.flow;
    connection.delegate = listener.accept(connection);
    this.add(connection);
    connection.log?.received(p);
    connection.accept(p, listener.fastOpen ?? null);
  }

  private ephemeralPort(remote: Address, port: number): number {
    for (let tries = 0; tries <= 65535 - EPHEMERAL_FIRST; tries++) {
      const candidate = this.nextPort;
      this.nextPort = candidate === 65535 ? EPHEMERAL_FIRST : candidate + 1;
      if (this.find(this.node.address, candidate, remote, port) === null) return candidate;
    }
    throw new Error(`${this.node.name}: no ephemeral port is free`);
  }

  private find(local: Address, localPort: number, remote: Address, remotePort: number): TcpConnection | null {
    const { table } = this;
    // most hosts have one connection
    let c = table[table.length === 1 ? 0 : hash(localPort, remote, remotePort) & (table.length - 1)]!;
    while (c !== null) {
      if (
        c.localPort === localPort &&
        c.remotePort === remotePort &&
        c.remoteAddress === remote &&
        c.localAddress === local
      ) {
        return c;
      }
      c = c.chain!;
    }
    return null;
  }

  private slotOf(e: Endpoint): number {
    return hash(e.localPort, e.remoteAddress, e.remotePort) & (this.table.length - 1);
  }

  private add(connection: TcpConnection): void {
    if (++this.count > this.table.length) this.growTable();
    const slot = this.slotOf(connection);
    connection.chain = this.table[slot]!;
    this.table[slot] = connection;
  }

  private growTable(): void {
    const old = this.table;
    this.table = new Array<TcpConnection | null>(2 * old.length).fill(null);
    for (let c of old) {
      while (c !== null) {
        const next: TcpConnection | null = c.chain;
        const slot = this.slotOf(c);
        c.chain = this.table[slot]!;
        this.table[slot] = c;
        c = next;
      }
    }
  }
}

const NO_DELEGATE: TcpDelegate = {};

/** For `Simulation.single`: who follows the TCP connections. */
export function newTcpLogging(): ConnectionLogging<TcpConnection> {
  return new ConnectionLogging();
}

function hash(localPort: number, remote: Address, remotePort: number): number {
  // `| 0`: V8 would make doubles of them for `imul`
  let h =
    Math.imul(localPort | 0, 0x9e3779b1) ^ Math.imul(remote | 0, 0x85ebca6b) ^ Math.imul(remotePort | 0, 0xc2b2ae35);
  h ^= h >>> 15;
  return h;
}

export type { CloseReason };
