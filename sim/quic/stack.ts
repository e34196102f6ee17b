import type { EventQueue } from '../core/event-queue';
import { type Address, type Packet, type PacketPool, Protocol } from '../core/packet';
import type { Factory } from '../core/plugin';
import type { Node } from '../net/node';
import { newAckSample } from '../tcp/ack-reader';
import type { AckSample, CongestionControl, FlowInfo } from '../tcp/cc/congestion-control';
import { newSenderCommons } from '../tcp/commons';
import type { SegmentPool } from '../tcp/segment-pool';
import type { StreamDelegate } from '../transport/byte-stream';
import { ConnectionLogging } from '../transport/connection-log';
import { type ContentWatching, newContentWatching } from '../transport/content-watching';
import type { UdpSocket } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import type { QuicConfig } from './config';
import { QuicConnection } from './connection';
import { type FrameStore, newFrameStore, PacketType } from './frames';
import type { QuicStream } from './stream';

/** Options of an endpoint: parameters and congestion control. */
export interface QuicOptions {
  readonly config: QuicConfig;
  readonly congestionControl: Factory<FlowInfo, CongestionControl>;
}

/** Makes the delegate of a stream that the peer opened. */
export type StreamAcceptor = (stream: QuicStream) => StreamDelegate;

interface Listener extends QuicOptions {
  readonly accept: StreamAcceptor;
  readonly socket: UdpSocket;
}

const PORTS = 65536;

/** QUIC on one node: over UDP sockets, connections found by their ID (RFC 9000 section 5.2). */
export class QuicStack {
  readonly events: EventQueue;
  readonly pool: PacketPool;
  readonly sample: AckSample;
  readonly segments: SegmentPool;
  readonly watching: ContentWatching;
  readonly logging: ConnectionLogging<QuicConnection>;
  readonly frames: FrameStore;
  private readonly connections = new Map<number, QuicConnection>();
  /** Connections whose client does not know our ID yet, by the client's address, port and ID. */
  private readonly early = new Map<string, QuicConnection>();
  private readonly keys = new Map<QuicConnection, string>();
  private readonly listeners = new Map<number, Listener>();
  private readonly sockets = new Map<QuicConnection, UdpSocket>();
  private nextId = 0;

  constructor(readonly node: Node) {
    this.events = node.simulation.events;
    this.pool = node.simulation.pool;
    this.sample = node.simulation.single(newAckSample);
    this.segments = node.simulation.single(newSenderCommons).segments;
    this.watching = node.simulation.single(newContentWatching);
    this.logging = node.simulation.single(newQuicLogging);
    this.frames = node.simulation.single(newFrameStore);
  }

  /** The stack of `node`, made on first use. */
  static of(node: Node): QuicStack {
    const stacks = node.simulation.single(newStacks);
    let stack = stacks.get(node);
    if (stack === undefined) stacks.set(node, (stack = new QuicStack(node)));
    return stack;
  }

  /** Connections that exist, closing ones included. */
  get size(): number {
    return this.connections.size;
  }

  listen(port: number, options: QuicOptions, accept: StreamAcceptor): void {
    const socket = UdpStack.of(this.node).bind({ onDatagram: (p) => this.receive(p) }, 0, port);
    this.listeners.set(port, { ...options, accept, socket });
  }

  unlisten(port: number): void {
    this.listeners.get(port)?.socket.close();
    this.listeners.delete(port);
  }

  /** A new connection; its handshake begins with `connect`. */
  open(address: Address, port: number, options: QuicOptions, flow: number): QuicConnection {
    const socket = UdpStack.of(this.node).bind({ onDatagram: (p) => connection.receive(p) }, flow);
    const connection = this.make(true, socket.port, address, port, options, flow, null);
    this.sockets.set(connection, socket);
    return connection;
  }

  forget(connection: QuicConnection): void {
    this.connections.delete(connection.localId);
    const key = this.keys.get(connection);
    if (key !== undefined) this.early.delete(key);
    this.keys.delete(connection);
    this.sockets.get(connection)?.close();
    this.sockets.delete(connection);
  }

  randomOf(connection: QuicConnection) {
    return this.node.simulation.random.stream(`quic:${this.node.name}/${connection.localId}`);
  }

  newPacket(connection: QuicConnection): Packet {
    const p = this.pool.take();
    p.protocol = Protocol.udp;
    p.src = this.node.address;
    p.srcPort = connection.localPort;
    p.dst = connection.remoteAddress;
    p.dstPort = connection.remotePort;
    p.flow = connection.flow;
    p.flags = 0;
    p.seq = 0;
    p.ack = 0;
    p.window = 0;
    p.payload = connection;
    return p;
  }

  send(p: Packet): void {
    this.node.send(p);
  }

  /** A datagram for a port that listens. What belongs to no connection and does not open one is ignored (section 5.2.2). */
  private receive(p: Packet): void {
    const id = p.sack[0]!;
    const connection = id >= 0 ? this.connections.get(id) : this.accept(p);
    connection?.receive(p);
  }

  private accept(p: Packet): QuicConnection | undefined {
    const key = keyOf(p.src, p.srcPort, p.sack[1]!);
    const present = this.early.get(key);
    if (present !== undefined) return present;
    const listener = this.listeners.get(p.dstPort);
    if (listener === undefined || p.sack[2] !== PacketType.initial) return undefined;
    const connection = this.make(false, p.dstPort, p.src, p.srcPort, listener, p.flow, listener.accept);
    this.early.set(key, connection);
    this.keys.set(connection, key);
    return connection;
  }

  private make(
    isClient: boolean,
    localPort: number,
    address: Address,
    port: number,
    options: QuicOptions,
    flow: number,
    accept: StreamAcceptor | null,
  ): QuicConnection {
    const id = this.nextId++;
    const remote = { address, port };
    const { config, congestionControl } = options;
    const connection = new QuicConnection(
      this,
      isClient,
      id,
      localPort,
      remote,
      config,
      congestionControl,
      flow,
      accept,
    );
    this.connections.set(id, connection);
    return connection;
  }
}

function newStacks(): Map<Node, QuicStack> {
  return new Map();
}

/** For `Simulation.single`: who follows the QUIC connections. */
export function newQuicLogging(): ConnectionLogging<QuicConnection> {
  return new ConnectionLogging();
}

function keyOf(address: Address, port: number, id: number): string {
  return `${address * PORTS + port}/${id}`;
}
