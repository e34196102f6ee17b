import { apps } from '../apps';
import type { AppHost, EmptyPath } from '../apps/app';
import { factoryOf } from '../core/choice';
import { Timer } from '../core/event-queue';
import type { SeedWords } from '../core/random';
import { type Installed, installMiddleboxes } from '../middlebox/install';
import { formatIpv4 } from '../net/addressing';
import type { Node } from '../net/node';
import { Simulation } from '../net/simulation';
import { topologies } from '../net/topologies';
import { buildNetwork } from '../net/topologies/build';
import type { Network } from '../net/topologies/topology';
import { SynWatch } from '../probe/syn-watch';
import { type Destination, Tracer } from '../probe/tracer';
import { signallingSchema } from '../signalling/params';
import { Signalling } from '../signalling/signalling';
import { type DownTime, downTimes } from './failure-schedule';
import { layFailures, withLinkFailures } from './failures';
import { paths } from './paths';
import { guardsOf, protectedLine } from './paths/protection';
import { pathOf, type PlacedRelay, Site } from './paths/site';
import { RunningSession } from './running-session';
import type { Scenario, Session } from './scenario';
import { endsOf, placedServers } from './servers';
import { transports } from './transports';
import { tcpOptions } from './transports/tcp';

export { pathOf } from './paths/site';

/** A scenario ready to run. */
export interface BuiltScenario {
  readonly simulation: Simulation;
  readonly sessions: readonly RunningSession[];
  readonly middleboxes: readonly Installed[];
  /** Null where nothing needs it. */
  readonly signalling: Signalling | null;
  readonly relays: readonly PlacedRelay[];
  readonly failures: readonly DownTime[];
  /** The node of that name or alias. Throws if there is none. */
  nodeOf(this: void, name: string): Node;
}

/** Makes the simulation that a scenario describes: network, sessions with their applications and paths, start times. */
export function build(scenario: Scenario, seed: SeedWords): BuiltScenario {
  const simulation = new Simulation(seed);
  const network = factoryOf(topologies, scenario.network)();
  const failures = downTimes(scenario.failures, scenario.run.duration, simulation.random);
  buildNetwork(simulation, withLinkFailures(network, failures));
  const site = new Site(simulation, scenario, network.aliases);
  const placements = Object.entries(scenario.middleboxes).map(([name, choice]) => ({ node: site.node(name), choice }));
  const middleboxes = installMiddleboxes(simulation, placements);
  for (const { node, middlebox } of middleboxes) {
    if (middlebox.control !== undefined) site.processes.push({ node, ...middlebox.control });
  }
  let signalling = scenario.signalling === undefined ? null : signallingOf(site, network);
  const sessions = scenario.sessions.map((spec, i) => {
    const route = pathOf(site.node(spec.from), site.node(spec.to));
    const session = new RunningSession(spec, i + 1, emptyPath(spec, route));
    session.route = route;
    const ends = () => (signalling ??= signallingOf(site, network)).between(site.node(spec.from), site.node(spec.to));
    addSession(site, session, ends);
    return session;
  });
  layFailures(site, failures, scenario.reroute);
  return {
    simulation,
    sessions,
    relays: site.relays,
    failures,
    middleboxes,
    signalling,
    nodeOf: (name) => site.node(name),
  };
}

/** The servers of the scenario on their nodes; without a block, user agents alone. */
function signallingOf(site: Site, network: Network): Signalling {
  const { scenario, simulation } = site;
  const fields = scenario.signalling ?? signallingSchema.parse({});
  const { signalling } = scenario;
  // small messages that follow one another are not to wait for ACKs
  const tcp = signalling?.transport === 'tcp' ? tcpOptions({ tcp: { ...signalling.tcp, nagle: false } }) : null;
  const placed = placedServers(fields, network, endsOf(scenario.sessions));
  const servers = placed.map((server) => ({ node: site.node(server.node), fields: server.fields }));
  return new Signalling(simulation, fields, servers, (name) => site.node(name), tcp);
}

function addSession(site: Site, session: RunningSession, signalling: AppHost['signalling']): void {
  const { spec, flow } = session;
  const { events, random } = site.simulation;
  const line = protectedLine(site, session, paths[spec.path].lay(site, session));
  const { target } = line;
  session.app = factoryOf(
    apps,
    spec.app,
  )({
    warmup: site.scenario.run.warmup,
    path: session.path,
    events,
    random: random.stream(`session:${spec.name}`),
    transport: transports[spec.transport.protocol].kind,
    protocol: spec.transport.protocol,
    signalling,
    delivered: (message, delay) => session.events.onDelivered?.(message, delay),
    disconnected: (reason) => session.events.onDisconnected?.(reason),
    ...(target === undefined ? {} : probing(site.node(spec.from), site.node(spec.to), target, flow)),
    ...guardsOf(site, session),
    ...line,
  });
  const { earliest, latest } = spec.start;
  const start = earliest === latest ? earliest : random.stream(`session:${spec.name}/start`).integer(earliest, latest);
  const begin = () => session.app.start();
  new Timer(events, () => (line.whenReady === undefined ? begin() : line.whenReady(begin))).arm(start);
  if (spec.stop !== undefined) new Timer(events, () => session.app.stop()).arm(spec.stop);
}

/** How the ends can look along their session's way. */
function probing(from: Node, to: Node, target: Destination, flow: number): Pick<AppHost, 'probed' | 'watched'> {
  const { simulation } = from;
  return {
    probed: (patience) => ({
      simulation,
      tracer: new Tracer(from, flow, patience),
      peer: { address: to.address },
      target,
    }),
    watched: () => ({
      client: new SynWatch(from, flow),
      server: new SynWatch(to, flow),
      textOf: (address) => formatIpv4(simulation.addressing.ipv4(address)),
    }),
  };
}

/** What an application may know of its path: the slowest rate there, the propagation there and back, what packets hold. */
function emptyPath({ transport }: Session, nodes: readonly Node[]): EmptyPath {
  const ends = nodes[nodes.length - 1]!;
  let rate = Infinity;
  let rtt = 0;
  for (const node of nodes.slice(0, -1)) {
    const link = node.linkTo(ends.address)!;
    rate = Math.min(rate, link.rate);
    rtt += link.delay;
  }
  for (const back of pathOf(ends, nodes[0]!).slice(0, -1)) rtt += back.linkTo(nodes[0]!.address)!.delay;
  return { rate, rtt, ...transports[transport.protocol].packet(transport) };
}
