import type { Address } from '../../sim/core/packet';
import type { Node } from '../../sim/net/node';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation } from '../../sim/net/simulation';
import { Drop } from '../../sim/net/queue';
import type { SipTap } from '../../sim/sip/endpoint';
import { Hosts } from '../../sim/sip/hosts';
import { LocationService } from '../../sim/sip/location';
import type { SipMessage } from '../../sim/sip/message';
import { Proxy } from '../../sim/sip/proxy';
import type { Routing } from '../../sim/sip/routing';
import { sipUri } from '../../sim/sip/uri';
import { UserAgents } from '../../sim/sip/user-agent';
import type { SipElement } from '../../sim/sip/element';
import { dropTail, MS, SEED } from './network';

export const CONFIG = { timers: { t1: 500 * MS, t2: 4e9, t4: 5e9 }, compact: false, rport: false };

/** What went over the wire: `alice>atlanta INVITE`. */
export class Tap implements SipTap {
  readonly log: string[] = [];
  readonly times: number[] = [];
  readonly sizes: number[] = [];

  constructor(private readonly simulation: Simulation) {}

  onSend(message: SipMessage, from: Node, to: Address, again: boolean, wire: { readonly size: number }): void {
    const what = message.kind === 'request' ? message.method : `${message.status} ${message.cseq.method}`;
    this.log.push(`${from.name}>${this.simulation.ownerOf(to).name} ${what}${again ? ' again' : ''}`);
    this.times.push(this.simulation.events.now / 1e9);
    this.sizes.push(wire.size);
  }

  onArrive(): void {
    // what is sent is enough
  }

  watch(element: SipElement): void {
    element.endpoint.tap = this;
  }
}

/** Nodes around one switch, 10 ms from each to each; `lose` loses the n-th SIP message, counted from 1. */
export function star(names: readonly string[], lose: (n: number) => boolean = () => false) {
  const simulation = new Simulation(SEED);
  const hub = simulation.addNode('hub');
  let sent = 0;
  const nodes = names.map((name) => {
    const node = simulation.addNode(name);
    const there = [{ name: 'chosen', create: () => ({ kind: 'filter' as const, filter: { judge: () => (lose(++sent) ? Drop.loss : Drop.none) } }) }]; // prettier-ignore
    const link = { rate: 1e9, delay: 5 * MS, queue: dropTail() };
    simulation.connect(node, hub, { ...link, impairments: there }, link);
    return node;
  });
  computeRoutes(simulation);
  const tap = new Tap(simulation);
  return { simulation, hosts: new Hosts(simulation), nodes, tap };
}

/** The SIP trapezoid of RFC 3261 figure 1: alice, atlanta.com, biloxi.com, bob. */
export function trapezoid(lose?: (n: number) => boolean, recordRoute = false) {
  const { simulation, hosts, nodes, tap } = star(['alice', 'atlanta', 'biloxi', 'bob'], lose);
  const [alice, atlanta, biloxi, bob] = nodes as [Node, Node, Node, Node];
  const location = new LocationService(simulation.events);
  hosts.name('atlanta.com', atlanta);
  hosts.name('biloxi.com', biloxi);
  const routing = (domain: string): Routing => ({ domains: new Set([domain]), location, next: null });
  const proxies = [
    new Proxy(atlanta, hosts, CONFIG, routing('atlanta.com'), recordRoute),
    new Proxy(biloxi, hosts, CONFIG, routing('biloxi.com'), recordRoute),
  ];
  const ofAlice = new UserAgents(alice, hosts, CONFIG);
  const ofBob = new UserAgents(bob, hosts, CONFIG);
  for (const { element } of [...proxies, ofAlice, ofBob]) tap.watch(element);
  location.bind(sipUri('bob', 'biloxi.com'), sipUri('bob', hosts.textOf(bob.address)), 3600);
  return { simulation, hosts, tap, location, ofAlice, ofBob, proxies, elements: [...proxies, ofAlice, ofBob] };
}
