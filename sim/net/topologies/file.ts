import * as z from 'zod';
import { pluginChoice } from '../../core/choice';
import { DataFile } from '../../core/data-file';
import { duration, number, rate } from '../../core/params';
import { queues } from '../queues';
import { greatCircle, type Place } from './file/distance';
import { parseGml } from './file/gml';
import type { ImportedGraph, ImportedNode } from './file/graph';
import { parseGraphml } from './file/graphml';
import { longestPath } from './file/longest-path';
import { defineTopology } from './topology';

/** Who reads a file, by the end of its name. */
const FORMATS: Readonly<Record<string, (text: string) => ImportedGraph>> = {
  '.graphml': parseGraphml,
  '.gml': parseGml,
};

const graph = z.string().transform((name, context): DataFile<ImportedGraph> | ImportedGraph => {
  const parse = Object.entries(FORMATS).find(([extension]) => name.toLowerCase().endsWith(extension))?.[1];
  if (parse !== undefined) return new DataFile(name, parse);
  const message = `expected the name of a file that ends with ${Object.keys(FORMATS).join(' or ')}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

export const file = defineTopology({
  summary: 'a network from a GraphML or GML file, such as those of the Topology Zoo',
  reference:
    'Knight et al. 2011, The Internet Topology Zoo, IEEE JSAC 29(9); Brandes et al. 2001 (GraphML); Himsolt 1996 (GML)',
  params: {
    graph: graph.describe('name of the file, beside the scenario'),
    rate: rate('rate of links of which the file tells none', '1 Gbit/s'),
    scale: number(
      'what rates in the file are multiplied by: 0.01 makes a slower network of the same shape',
      1,
      1e-9,
      1e9,
    ),
    delay: duration('one-way propagation of links of which neither it nor the places of both ends are told', '1 ms'),
    speed: number('how fast light is between places, m/s; along the great circle', 2e8, 1, 299_792_458),
    queue: pluginChoice(queues, 'buffer of every link', 'drop-tail'),
    rtt: duration(
      'round trip that a buffer of 1 BDP is sized for; 0 s = twice the longest of the shortest paths',
      '0 s',
    ),
  },
  create: ({ graph, rate, scale, delay, speed, queue, rtt }) => {
    if (graph instanceof DataFile) throw new Error(`the file ${graph.name} has not been read`);
    const nodes = graph.nodes.map(({ name }) => name);
    const places = new Map(graph.nodes.map((node) => [node.name, node]));
    const links = graph.edges.map((edge) => ({
      from: edge.from,
      to: edge.to,
      rate: edge.rate === undefined ? rate : edge.rate * scale,
      delay: edge.delay ?? delayBetween(places.get(edge.from)!, places.get(edge.to)!, speed) ?? delay,
      queue,
    }));
    const named = new Set(nodes);
    const ids = graph.nodes.flatMap(({ id, name }) => (named.has(id) ? [] : [[id, name] as const]));
    return {
      nodes,
      aliases: { first: nodes[0]!, last: nodes.at(-1)!, ...Object.fromEntries(ids) },
      links,
      rtt: rtt > 0 ? rtt : 2 * longestPath(nodes, links),
    };
  },
});

/** ns; undefined where a place is not known. */
function delayBetween(a: ImportedNode, b: ImportedNode, speed: number): number | undefined {
  if (!isPlaced(a) || !isPlaced(b)) return undefined;
  return Math.round((greatCircle(a, b) / speed) * 1e9);
}

function isPlaced(node: ImportedNode): node is ImportedNode & Place {
  return node.latitude !== undefined && node.longitude !== undefined;
}
