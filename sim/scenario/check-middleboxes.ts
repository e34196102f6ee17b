import { oneOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import type { Network } from '../net/topologies/topology';
import { partsOf } from './network';
import { type Finding, printed } from './problem';
import type { ScenarioFile } from './schema';

/** Middleboxes on nodes that are not there, twice on one, or with nothing on one of their sides. */
export function checkMiddleboxes(placed: ScenarioFile['middleboxes'], network: Network): Finding[] {
  const { nodes, aliases } = network;
  const names = [...nodes, ...Object.keys(aliases)];
  const seen = new Set<string>();
  return Object.entries(placed).flatMap(([name, choice]) => {
    const refuse = (message: string): Finding[] => [{ path: ['middleboxes', name], part: 'name', message }];
    const node = nodes.includes(name) ? name : aliases[name];
    if (node === undefined) return refuse(`expected a node: ${oneOf(names)}${suggestion(name, names)}`);
    if (seen.has(node)) return refuse(`${printed(node)} is given twice`);
    seen.add(node);
    const inside = choice.params['inside'];
    if (!Array.isArray(inside)) return [];
    return checkSides(name, choice.name, node, inside as string[], network);
  });
}

function checkSides(name: string, kind: string, node: string, inside: readonly string[], network: Network): Finding[] {
  const others = network.links.filter(({ from, to }) => from !== node && to !== node);
  const parts = partsOf({ ...network, nodes: network.nodes.filter((one) => one !== node), links: others });
  const neighbours = network.links.flatMap(({ from, to }) => (from === node ? [to] : to === node ? [from] : []));
  const path = ['middleboxes', name, kind, 'inside'];
  const unknown = inside.findIndex((one) => !neighbours.includes(one));
  if (unknown >= 0) {
    const message = `found ${printed(inside[unknown])}; expected a neighbour of ${node}: ${oneOf(neighbours)}${suggestion(inside[unknown]!, neighbours)}`;
    return [{ path: [...path, unknown], part: 'value', message }];
  }
  const around = new Set(neighbours.map((one) => parts.get(one)));
  const behind = new Set(inside.map((one) => parts.get(one)));
  if (around.size < 2) {
    const message = `found ${printed(node)}; expected a node between parts of the network that meet nowhere else`;
    return [{ path: ['middleboxes', name], part: 'name', message }];
  }
  if (behind.size < around.size) return [];
  return [{ path, part: 'value', message: `all neighbours of ${node} are inside; expected one outside` }];
}
