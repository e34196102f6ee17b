import { type Choice, factoryOf } from '../core/choice';
import type { Nanos } from '../core/event-queue';
import { topologies } from '../net/topologies';
import type { Network } from '../net/topologies/topology';

/** The nodes and links that a topology stands for. */
export function networkOf(choice: Choice): Network {
  return factoryOf(topologies, choice)();
}

/** The networks of many points; those with the same choice share one. */
export class Networks {
  private readonly networks = new Map<Choice, Network>();
  private readonly parts = new Map<Network, ReadonlyMap<string, number>>();

  of(choice: Choice): Network {
    let network = this.networks.get(choice);
    if (network === undefined) this.networks.set(choice, (network = networkOf(choice)));
    return network;
  }

  /** As the function of this name. */
  partsOf(network: Network): ReadonlyMap<string, number> {
    let parts = this.parts.get(network);
    if (parts === undefined) this.parts.set(network, (parts = partsOf(network)));
    return parts;
  }
}

/** Nodes of the shortest path as drawings show it, ends included, by delay and then by links; empty when there is none. */
export function routeOf(network: Network, from: string, to: string): readonly string[] {
  const start = network.aliases[from] ?? from;
  const end = network.aliases[to] ?? to;
  const best = new Map<string, Reached>([[start, { delay: 0, path: [start] }]]);
  const open = new Set([start]);
  while (open.size > 0) {
    let nearest: string | undefined;
    for (const node of open) if (nearest === undefined || isNearer(best.get(node)!, best.get(nearest)!)) nearest = node;
    open.delete(nearest!);
    const here = best.get(nearest!)!;
    if (nearest === end) return here.path;
    for (const link of network.links) {
      const next = link.from === nearest ? link.to : link.to === nearest ? link.from : undefined;
      if (next === undefined) continue;
      const reached = { delay: here.delay + link.delay, path: [...here.path, next] };
      const known = best.get(next);
      if (known !== undefined && !isNearer(reached, known)) continue;
      best.set(next, reached);
      open.add(next);
    }
  }
  return [];
}

interface Reached {
  readonly delay: Nanos;
  readonly path: readonly string[];
}

function isNearer(a: Reached, b: Reached): boolean {
  return a.delay < b.delay || (a.delay === b.delay && a.path.length < b.path.length);
}

/** For each node a number that it shares with exactly the nodes that it can reach. */
export function partsOf({ nodes, links }: Network): ReadonlyMap<string, number> {
  const neighbours = new Map<string, string[]>(nodes.map((node) => [node, []]));
  for (const { from, to } of links) {
    neighbours.get(from)?.push(to);
    neighbours.get(to)?.push(from);
  }
  const parts = new Map<string, number>();
  nodes.forEach((node, part) => {
    const open = [node];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (parts.has(at) || !neighbours.has(at)) continue;
      parts.set(at, part);
      open.push(...neighbours.get(at)!);
    }
  });
  return parts;
}
