import { factoryOf } from '../../core/choice';
import { impairmentsOf } from '../impairments/list';
import type { LinkOptions } from '../link';
import { queues } from '../queues';
import { computeRoutes } from '../routing';
import type { Simulation } from '../simulation';
import type { Network, NetworkLink } from './topology';

/** Builds the nodes and links of `network` and computes the routes. */
export function buildNetwork(simulation: Simulation, network: Network): void {
  const nodes = new Map(network.nodes.map((name) => [name, simulation.addNode(name)]));
  const nodeOf = (name: string) => {
    const node = nodes.get(network.aliases[name] ?? name);
    if (node === undefined) throw new Error(`no node is called ${name}`);
    return node;
  };
  for (const link of network.links) {
    const back = { ...link, loss: 0, impairments: [], ...link.back };
    simulation.connect(nodeOf(link.from), nodeOf(link.to), optionsOf(link, network.rtt), optionsOf(back, network.rtt));
  }
  computeRoutes(simulation);
}

function optionsOf(
  link: Pick<NetworkLink, 'rate' | 'delay' | 'queue' | 'loss' | 'impairments'>,
  rtt: number,
): LinkOptions {
  return {
    rate: link.rate,
    delay: link.delay,
    bdp: (link.rate * rtt) / 8e9,
    queue: factoryOf(queues, link.queue),
    impairments: impairmentsOf(link.loss ?? 0, link.impairments ?? []),
  };
}
