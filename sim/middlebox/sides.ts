import type { Address } from '../core/packet';
import type { Link } from '../net/link';
import type { Node } from '../net/node';
import type { Simulation } from '../net/simulation';

/** Which part of the network is inside of a middlebox: behind it, seen from the rest. */
export class Sides {
  constructor(
    private readonly simulation: Simulation,
    readonly inside: ReadonlySet<Node>,
  ) {}

  /** Whether a packet that came over `link` comes from inside. */
  isFromInside(link: Link): boolean {
    return this.inside.has(link.from);
  }

  /** Whether a node inside has this address. Nobody has the negative ones. */
  isInside(address: Address): boolean {
    return address >= 0 && this.inside.has(this.simulation.ownerOf(address));
  }

  /**
   * The sides of `node`. Without it the network falls into parts; inside are those that the named neighbours are in. Without
   * names, all parts but the largest; where the largest have equal size, all but the last of these, in the order of the
   * nodes of the network. Throws if a name is not that of a neighbour, or if nothing is left outside.
   */
  static of(node: Node, names: readonly string[]): Sides {
    const { simulation } = node;
    const parts = partsWithout(node);
    const named = names.map((name) => {
      const part = parts.find(({ neighbours }) => neighbours.some((neighbour) => neighbour.name === name));
      if (part === undefined) throw new Error(`${name} is not a neighbour of ${node.name}`);
      return part;
    });
    const outside = parts.reduce(
      (largest, part) => (part.nodes.size >= largest.nodes.size ? part : largest),
      parts[0]!,
    );
    const inside = names.length > 0 ? parts.filter((part) => named.includes(part)) : parts.filter((p) => p !== outside);
    if (inside.length === 0 || inside.length === parts.length) {
      throw new Error(`nothing is ${inside.length === 0 ? 'inside' : 'outside'} of ${node.name}`);
    }
    return new Sides(simulation, new Set(inside.flatMap(({ nodes }) => [...nodes])));
  }
}

interface Part {
  readonly nodes: ReadonlySet<Node>;
  readonly neighbours: readonly Node[];
}

function partsWithout(node: Node): Part[] {
  const parts: Part[] = [];
  const seen = new Set<Node>([node]);
  const isNeighbour = new Set(node.links.map(({ to }) => to));
  for (const start of node.simulation.nodes) {
    if (!isNeighbour.has(start) || seen.has(start)) continue;
    const nodes = new Set<Node>([start]);
    seen.add(start);
    for (const at of nodes) {
      for (const { to } of at.links) {
        if (seen.has(to)) continue;
        seen.add(to);
        nodes.add(to);
      }
    }
    parts.push({ nodes, neighbours: [...nodes].filter((one) => isNeighbour.has(one)) });
  }
  return parts;
}
