import type { Choice } from '../core/choice';
import { type Nanos, Timer } from '../core/event-queue';
import type { Link } from '../net/link';
import type { Node } from '../net/node';
import { computeRoutes } from '../net/routing';
import type { Network } from '../net/topologies/topology';
import type { DownTime } from './failure-schedule';
import type { PlacedProcess, Site } from './paths/site';

/** `network` whose links are down when they are to be, both directions at once. What is on the wire by then arrives. */
export function withLinkFailures(network: Network, times: readonly DownTime[]): Network {
  const nameOf = (node: string): string => network.aliases[node] ?? node;
  const broken = times.filter(({ kind }) => kind === 'link');
  if (broken.length === 0) return network;
  const links = network.links.map((link) => {
    const own = broken.filter(({ at }) => {
      const ends = at.map(nameOf);
      return ends.includes(nameOf(link.from)) && ends.includes(nameOf(link.to));
    });
    if (own.length === 0) return link;
    const down = merge(own);
    const outage: Choice = { name: 'outage', params: { down, repeat: 0, packets: 'are-lost' } };
    const back = { ...link.back, impairments: [...(link.back?.impairments ?? []), outage] };
    return { ...link, impairments: [...(link.impairments ?? []), outage], back };
  });
  return { ...network, links };
}

/** Times that do not touch, in order, as pairs. */
function merge(times: readonly DownTime[]): readonly (readonly [Nanos, Nanos])[] {
  const merged: [Nanos, Nanos][] = [];
  for (const { from, to } of [...times].sort((a, b) => a.from - b.from)) {
    const last = merged[merged.length - 1];
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/**
 * Makes nodes and relays fail and come back at these times. A node that is down loses every packet and all its
 * connections; a relay that is down is a dead process on a living host, which resets its connections and refuses new
 * ones. `reroute` after any change of nodes or links the routes avoid what is down; undefined: never.
 */
export function layFailures(site: Site, times: readonly DownTime[], reroute: Nanos | undefined): void {
  const { simulation } = site;
  const { events } = simulation;
  const downLinks = new Map<Link, number>();
  const isUsable = (link: Link): boolean => link.from.up && link.to.up && !downLinks.get(link);
  const routes = new Timer(events, () => computeRoutes(simulation, isUsable));
  for (const time of times) {
    const nodes = time.at.map((name) => site.node(name));
    const change = (isDown: boolean): void => {
      if (time.kind === 'relay') setRelays(site, nodes[0]!, isDown);
      else if (time.kind === 'node') setNode(site, nodes[0]!, isDown);
      else {
        for (const link of linksBetween(nodes)) downLinks.set(link, (downLinks.get(link) ?? 0) + (isDown ? 1 : -1));
      }
      if (time.kind !== 'relay' && reroute !== undefined) routes.arm(events.now + reroute);
    };
    new Timer(events, () => change(true)).arm(time.from);
    if (time.to < Infinity) new Timer(events, () => change(false)).arm(time.to);
  }
}

function setNode(site: Site, node: Node, isDown: boolean): void {
  if (!isDown) {
    node.restart();
    return;
  }
  // first, so that nothing that ends now can tell a peer
  node.up = false;
  for (const { process } of processesOn(site, node)) process.crash();
  node.fail();
}

function setRelays(site: Site, node: Node, isDown: boolean): void {
  for (const { process, listening } of processesOn(site, node)) {
    if (isDown) {
      process.crash();
      listening.stop();
    } else listening.start();
  }
}

function processesOn({ relays, processes }: Site, at: Node): PlacedProcess[] {
  const all = [...relays.map(({ node, relay, listening }) => ({ node, process: relay, listening })), ...processes];
  return all.filter(({ node }) => node === at);
}

function linksBetween([a, b]: readonly Node[]): Link[] {
  return [...a!.links.filter((link) => link.to === b), ...b!.links.filter((link) => link.to === a)];
}
