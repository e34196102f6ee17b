import { apps } from '../apps';
import type { App, AppHost, EmptyPath, UdpPair } from '../apps/app';
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
import type { UdpDelegate } from '../udp/socket';
import { UdpStack } from '../udp/stack';
import { RunningSession } from './running-session';
import type { Scenario, Session } from './scenario';

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
    const path = pathOf(nodeOf(spec.from), nodeOf(spec.to));
    const session = new RunningSession(spec, i + 1, emptyPath(path));
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
  const { events } = simulation;
  session.app = factoryOf(
    apps,
    spec.app,
  )({
    warmup,
    path: session.path,
    events,
    random: simulation.random.stream(`session:${spec.name}`),
    transport: spec.transport.protocol,
    open: spec.transport.protocol === 'tcp' ? overTcp(session, hops, ports) : refuse(spec, 'tcp'),
    bind: spec.transport.protocol === 'udp' ? overUdp(session, hops, ports) : refuse(spec, 'udp'),
  });
  const { earliest, latest } = spec.start;
  const start =
    earliest === latest ? earliest : simulation.random.stream(`session:${spec.name}/start`).integer(earliest, latest);
  new Timer(events, () => session.app.start()).arm(start);
  if (spec.stop !== undefined) new Timer(events, () => session.app.stop()).arm(spec.stop);
}

/** Listeners at the server and at the relays, and what opens a connection to the first of them. */
function overTcp(session: RunningSession, hops: readonly Node[], ports: Ports): AppHost['open'] {
  const { spec } = session;
  const client = hops[0]!;
  const server = hops[hops.length - 1]!;
  const endOptions = optionsOf(spec);
  const relayOptions = optionsOf(spec, spec.relay.buffer);

  const serverPort = ports.next(server);
  TcpStack.of(server).listen(serverPort, endOptions, (connection) => accept(session.app, connection));
  let next = { address: server.address, port: serverPort };
  for (const node of hops.slice(1, -1).reverse()) {
    const relay = new SpliceRelay(TcpStack.of(node), next.address, next.port, relayOptions);
    session.relays.unshift(relay);
    const port = ports.next(node);
    TcpStack.of(node).listen(port, relayOptions, (connection) => relay.accept(connection));
    next = { address: node.address, port };
  }
  return (delegate: TcpDelegate): TcpConnection => {
    const connection = TcpStack.of(client).connect(next.address, next.port, endOptions, delegate, session.flow);
    session.opened(connection);
    return connection;
  };
}

function accept(app: App, connection: TcpConnection): TcpDelegate {
  if (app.accept === undefined) throw new Error('the application accepts no connections');
  return app.accept(connection);
}

function overUdp(session: RunningSession, hops: readonly Node[], ports: Ports): AppHost['bind'] {
  const client = hops[0]!;
  const server = hops[hops.length - 1]!;
  return (ofClient: UdpDelegate, ofServer: UdpDelegate): UdpPair => {
    const port = ports.next(server);
    const pair = {
      client: UdpStack.of(client).bind(ofClient, session.flow),
      server: UdpStack.of(server).bind(ofServer, session.flow, port),
    };
    pair.client.connect(server.address, port);
    return pair;
  };
}

function refuse(spec: Session, transport: string): () => never {
  return () => {
    throw new Error(`session ${spec.name} runs over ${spec.transport.protocol}, not over ${transport}`);
  };
}

/** What an application may know of its path: the slowest rate there, the propagation there and back. */
function emptyPath(nodes: readonly Node[]): EmptyPath {
  const ends = nodes[nodes.length - 1]!;
  let rate = Infinity;
  let rtt = 0;
  for (const node of nodes.slice(0, -1)) {
    const link = node.linkTo(ends.address)!;
    rate = Math.min(rate, link.rate);
    rtt += link.delay;
  }
  for (const back of pathOf(ends, nodes[0]!).slice(0, -1)) rtt += back.linkTo(nodes[0]!.address)!.delay;
  return { rate, rtt };
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
