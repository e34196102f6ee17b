import type { EventQueue, EventSource, Nanos, Wakeup } from '../../sim/core/event-queue';
import { type Packet, Protocol } from '../../sim/core/packet';
import { bind, type Factory } from '../../sim/core/plugin';
import { fields } from '../../sim/core/choice';
import type { SeedWords } from '../../sim/core/random';
import type { NamedImpairment } from '../../sim/net/impairment';
import type { Link, LinkOptions } from '../../sim/net/link';
import type { LinkTap } from '../../sim/net/link-tap';
import type { Node, Transport } from '../../sim/net/node';
import { Drop } from '../../sim/net/queue';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation } from '../../sim/net/simulation';
import { type CongestionControlName, congestionControls } from '../../sim/tcp/cc';
import { type TcpConfig, tcpParams } from '../../sim/tcp/config';
import type { CongestionControl, FlowInfo } from '../../sim/tcp/cc/congestion-control';
import type { TcpConnection, TcpDelegate } from '../../sim/tcp/connection';
import { type TcpOptions, TcpStack } from '../../sim/tcp/stack';

export const MS = 1e6;
export const SECOND = 1e9;
export const SEED: SeedWords = [1, 2, 3, 4];
export const PORT = 80;

/** A drop-tail buffer: packets and bytes that may wait. */
export function dropTail(maxPackets = Infinity, maxBytes = Infinity): LinkOptions['queue'] {
  return () => ({ kind: 'drop-tail', maxPackets, maxBytes });
}

/** Loses what `choose` chooses; `n` counts the packets of the link from 1. */
export function losing(choose: (p: Packet, n: number) => boolean): readonly NamedImpairment[] {
  const create: NamedImpairment['create'] = () => {
    let n = 0;
    return { kind: 'filter', filter: { judge: (p) => (choose(p, ++n) ? Drop.loss : Drop.none) } };
  };
  return [{ name: 'chosen', create }];
}

/** Link options: 10 Mbit/s, 10 ms, 1000 packets, unless told otherwise. */
export function linkOf(options: Partial<LinkOptions> = {}): LinkOptions {
  return { rate: 10e6, delay: 10 * MS, queue: dropTail(1000), ...options };
}

const DEFAULTS: TcpConfig = fields(tcpParams).parse({});

/** Parameters of an endpoint: the defaults, changed; in nanoseconds and bytes. */
export function tcpConfig(changes: Partial<TcpConfig> = {}): TcpConfig {
  return { ...DEFAULTS, ...changes };
}

export function congestionControl(
  name: CongestionControlName,
  params: object = {},
): Factory<FlowInfo, CongestionControl> {
  return bind(congestionControls[name] as never, params);
}

export function tcp(changes: Partial<TcpConfig> = {}, name: CongestionControlName = 'cubic'): TcpOptions {
  return { config: tcpConfig(changes), congestionControl: congestionControl(name) };
}

/** What went over a link, as plain data. */
export interface Seen {
  readonly at: Nanos;
  readonly flags: number;
  readonly seq: number;
  readonly ack: number;
  readonly length: number;
  readonly size: number;
  readonly window: number;
  readonly ecn: number;
  readonly mss: number;
  readonly windowScale: number;
  readonly tsEcr: number;
  /** SACK blocks, in order. */
  readonly sack: readonly number[];
}

/** Writes down what a link carries. */
export class Capture implements LinkTap {
  readonly sent: Seen[] = [];
  readonly arrived: Seen[] = [];
  readonly dropped: (Seen & { readonly reason: Drop })[] = [];

  constructor(private readonly events: EventQueue) {}

  static on(link: Link): Capture {
    const capture = new Capture(link.from.simulation.events);
    link.tap = capture;
    return capture;
  }

  onSend(p: Packet): void {
    this.sent.push(this.seen(p));
  }

  onArrive(p: Packet): void {
    this.arrived.push(this.seen(p));
  }

  onDrop(p: Packet, _link: Link, reason: Drop): void {
    this.dropped.push({ ...this.seen(p), reason });
  }

  private seen(p: Packet): Seen {
    const { flags, seq, ack, length, size, window, ecn, mss, windowScale, tsEcr } = p;
    const sack = p.sack.slice(0, 2 * p.sackCount);
    return { at: this.events.now, flags, seq, ack, length, size, window, ecn, mss, windowScale, tsEcr, sack };
  }
}

/** Takes every datagram and gives it back to the pool. */
export class Sink implements Transport {
  received = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly onPacket: (p: Packet) => void = () => undefined,
  ) {}

  receive(p: Packet): void {
    this.received++;
    this.onPacket(p);
    this.simulation.pool.give(p);
  }

  static on(node: Node, onPacket?: (p: Packet) => void): Sink {
    const sink = new Sink(node.simulation, onPacket);
    node.transports[Protocol.udp] = sink;
    return sink;
  }
}

/** Sends datagrams from one node to another whenever its next time has come. */
export class Source implements EventSource {
  sent = 0;
  private readonly wakeup: Wakeup;

  constructor(
    private readonly from: Node,
    private readonly to: Node,
    /** When the next is due, or Infinity. Asked once per packet. */
    private readonly nextAt: () => Nanos,
    private readonly nextSize: () => number,
  ) {
    this.wakeup = from.simulation.events.register(this);
    this.wait();
  }

  fire(): void {
    const p = this.from.simulation.pool.take();
    p.src = this.from.address;
    p.dst = this.to.address;
    p.protocol = Protocol.udp;
    p.size = this.nextSize();
    p.seq = this.sent++;
    p.ack = 0;
    this.wait();
    this.from.send(p);
  }

  private wait(): void {
    const at = this.nextAt();
    if (at !== Infinity) this.from.simulation.events.arm(this.wakeup, at);
  }
}

/** Two hosts and a link between them. */
export interface Pair {
  readonly simulation: Simulation;
  readonly events: EventQueue;
  readonly a: Node;
  readonly b: Node;
  /** From a to b, and back. */
  readonly there: Link;
  readonly back: Link;
}

/** Two hosts; `back` defaults to what `there` is, without its losses. */
export function pair(there: Partial<LinkOptions> = {}, back?: Partial<LinkOptions>, seed = SEED): Pair {
  const simulation = new Simulation(seed);
  const a = simulation.addNode('a');
  const b = simulation.addNode('b');
  const { rate, delay, queue } = linkOf(there);
  const [forward, backward] = simulation.connect(a, b, linkOf(there), linkOf(back ?? { rate, delay, queue }));
  computeRoutes(simulation);
  return { simulation, events: simulation.events, a, b, there: forward, back: backward };
}

/** Hosts and routers in a row, joined by equal links. */
export function row(names: readonly string[], link: Partial<LinkOptions> = {}, seed = SEED): Simulation {
  const simulation = new Simulation(seed);
  const nodes = names.map((name) => simulation.addNode(name));
  nodes.slice(1).forEach((node, i) => simulation.connect(nodes[i]!, node, linkOf(link)));
  computeRoutes(simulation);
  return simulation;
}

/** One side of a connection as a test sees it. */
export class End implements TcpDelegate {
  connection: TcpConnection | null = null;
  readonly log: string[] = [];
  /** Bytes read. */
  received = 0;

  constructor(
    /** Reads whatever arrives at once. */
    private readonly reads = true,
    /** Closes when the peer has closed. */
    private readonly closes = true,
    private readonly hooks: TcpDelegate = {},
  ) {}

  onEstablished(connection: TcpConnection): void {
    this.log.push('established');
    this.hooks.onEstablished?.(connection);
  }

  onReadable(connection: TcpConnection): void {
    if (this.reads) this.received += connection.read(Infinity);
    this.hooks.onReadable?.(connection);
  }

  onWritable(connection: TcpConnection): void {
    this.hooks.onWritable?.(connection);
  }

  onRemoteClosed(connection: TcpConnection): void {
    this.log.push('remote closed');
    if (this.closes) connection.close();
    this.hooks.onRemoteClosed?.(connection);
  }

  onClosed(connection: TcpConnection, reason: 'finished' | 'reset' | 'timeout' | 'refused' | 'aborted'): void {
    this.log.push(reason);
    this.hooks.onClosed?.(connection, reason);
  }
}

/** A connection from a to b of a pair: the client has sent its SYN, the server listens. */
export function connect(
  net: Pick<Pair, 'a' | 'b'>,
  client: End,
  server: End,
  options: TcpOptions = tcp(),
  serverOptions: TcpOptions = options,
): TcpConnection {
  TcpStack.of(net.b).listen(PORT, serverOptions, (connection) => {
    server.connection = connection;
    return server;
  });
  client.connection = TcpStack.of(net.a).connect(net.b.address, PORT, options, client, 1);
  return client.connection;
}
