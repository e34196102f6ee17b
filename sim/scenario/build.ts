import { apps } from '../apps';
import type { App } from '../apps/app';
import { factoryOf } from '../core/choice';
import { type Nanos, Timer } from '../core/event-queue';
import type { SeedWords } from '../core/random';
import type { Node } from '../net/node';
import { Simulation } from '../net/simulation';
import { topologies } from '../net/topologies';
import { buildNetwork } from '../net/topologies/build';
import { SpliceRelay } from '../relay/splice';
import { congestionControls } from '../tcp/cc';
import type { TcpConnection, TcpDelegate } from '../tcp/connection';
import { type TcpOptions, TcpStack } from '../tcp/stack';
import type { Scenario, Session } from './scenario';

/** A session in a simulation: its application, relays and the connections that carry it. */
export class RunningSession {
  app!: App;
  /** In order from client to server. */
  readonly relays: SpliceRelay[] = [];
  /** The connection that the client has open now, or had last. */
  current: TcpConnection | null = null;
  /** Data segments sent and retransmitted by connections of the client that are gone. */
  private sentBefore = 0;
  private retransmittedBefore = 0;

  constructor(
    readonly spec: Session,
    readonly flow: number,
  ) {}

  /** The client opens a connection. */
  opened(connection: TcpConnection): void {
    this.sentBefore = this.segmentsSent;
    this.retransmittedBefore = this.retransmittedSegments;
    this.current = connection;
  }

  /** Data segments that the client has sent, retransmissions included. */
  get segmentsSent(): number {
    return this.sentBefore + (this.current?.sender?.segmentsSent ?? 0);
  }

  get retransmittedSegments(): number {
    return this.retransmittedBefore + (this.current?.sender?.retransmittedSegments ?? 0);
  }

  /** Bytes that the relays hold. */
  get relayBuffered(): number {
    let sum = 0;
    for (const relay of this.relays) sum += relay.buffered;
    return sum;
  }
}

/** A scenario ready to run. */
export interface BuiltScenario {
  readonly simulation: Simulation;
  readonly sessions: readonly RunningSession[];
}

const FIRST_PORT = 1024;

/** Makes the simulation that a scenario describes: network, sessions with their applications and relays, start times. */
export function build(scenario: Scenario, seed: SeedWords): BuiltScenario {
  const simulation = new Simulation(seed);
  const network = factoryOf(topologies, scenario.network)();
  buildNetwork(simulation, network);
  const nodeOf = (name: string): Node => {
    const node = simulation.findNode(network.aliases[name] ?? name);
    if (node === undefined) throw new Error(`no node is called ${name}`);
    return node;
  };
  const ports = new Ports();
  const sessions = scenario.sessions.map((spec, i) => {
    const session = new RunningSession(spec, i + 1);
    const path = pathOf(nodeOf(spec.from), nodeOf(spec.to));
    const hops = spec.path === 'end-to-end' ? [path[0]!, path[path.length - 1]!] : legs(path, spec.via, nodeOf);
    addSession(simulation, session, hops, ports, scenario.run.warmup);
    return session;
  });
  return { simulation, sessions };
}

/** Nodes from `from` to `to` as the routes have them, ends included. Throws if there is no route. */
export function pathOf(from: Node, to: Node): Node[] {
  const path = [from];
  for (let at = from; at !== to;) {
    const link = at.linkTo(to.address);
    if (link === null || path.length > 10_000) throw new Error(`no route from ${from.name} to ${to.name}`);
    at = link.to;
    path.push(at);
  }
  return path;
}

function legs(path: Node[], via: Session['via'], nodeOf: (name: string) => Node): Node[] {
  if (via === 'all') return path;
  return [path[0]!, ...via.map(nodeOf), path[path.length - 1]!];
}

function addSession(
  simulation: Simulation,
  session: RunningSession,
  hops: readonly Node[],
  ports: Ports,
  warmup: Nanos,
): void {
  const { spec } = session;
  const client = hops[0]!;
  const server = hops[hops.length - 1]!;
  const endOptions = optionsOf(spec);
  const relayOptions = optionsOf(spec, spec.relay.buffer);

  const serverPort = ports.next(server);
  TcpStack.of(server).listen(serverPort, endOptions, (connection) => session.app.accept(connection));
  let next = { address: server.address, port: serverPort };
  for (const node of hops.slice(1, -1).reverse()) {
    const relay = new SpliceRelay(TcpStack.of(node), next.address, next.port, relayOptions);
    session.relays.unshift(relay);
    const port = ports.next(node);
    TcpStack.of(node).listen(port, relayOptions, (connection) => relay.accept(connection));
    next = { address: node.address, port };
  }

  const open = (delegate: TcpDelegate): TcpConnection => {
    const connection = TcpStack.of(client).connect(next.address, next.port, endOptions, delegate, session.flow);
    session.opened(connection);
    return connection;
  };
  const random = simulation.random.stream(`session:${spec.name}`);
  session.app = factoryOf(apps, spec.app)({ events: simulation.events, random, warmup, open });

  const { earliest, latest } = spec.start;
  const start =
    earliest === latest ? earliest : simulation.random.stream(`session:${spec.name}/start`).integer(earliest, latest);
  new Timer(simulation.events, () => session.app.start()).arm(start);
  if (spec.stop !== undefined) new Timer(simulation.events, () => session.app.stop()).arm(spec.stop);
}

function optionsOf(spec: Session, buffer?: number): TcpOptions {
  const { congestionControl, ...config } = spec.transport.tcp;
  return {
    config: buffer === undefined ? config : { ...config, sendBuffer: buffer, receiveBuffer: buffer },
    congestionControl: factoryOf(congestionControls, congestionControl),
  };
}

/** Ports that listeners take, by node. */
class Ports {
  private readonly taken = new Map<Node, number>();

  next(node: Node): number {
    const port = this.taken.get(node) ?? FIRST_PORT;
    this.taken.set(node, port + 1);
    return port;
  }
}
