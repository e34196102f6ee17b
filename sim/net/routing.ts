import type { Link } from './link';
import type { Node } from './node';
import type { Simulation } from './simulation';

/** Which links routes may use. */
export type Usable = (link: Link) => boolean;

/**
 * Shortest paths from every node to every address, by total propagation delay, then by number of links; set as next hops.
 * A node with one link and one address needs no table. Ties go to the path that was found first.
 */
export function computeRoutes(simulation: Simulation, isUsable: Usable = () => true): void {
  const { nodes } = simulation;
  const index = new Map<Node, number>(nodes.map((node, i) => [node, i]));
  const addresses = new Map<Node, number>();
  for (let a = 0; a < simulation.addressCount; a++) {
    const node = simulation.ownerOf(a);
    addresses.set(node, (addresses.get(node) ?? 0) + 1);
  }
  const routers = nodes.filter((node) => node.links.length > 1 || addresses.get(node)! > 1);
  const tables = new Map(routers.map((node) => [node, new Int32Array(simulation.addressCount).fill(-1)]));
  const owner = Array.from({ length: simulation.addressCount }, (_, a) => index.get(simulation.ownerOf(a))!);
  for (const router of routers) {
    const first = firstLinks(router, index, isUsable);
    const table = tables.get(router)!;
    for (let a = 0; a < table.length; a++) table[a] = first[owner[a]!]!;
  }
  for (const node of nodes) node.setRoutes(tables.get(node) ?? null);
}

/** For each node, the index of the link by which the shortest path from `from` leaves; -1 if there is none. Dijkstra. */
function firstLinks(from: Node, index: ReadonlyMap<Node, number>, isUsable: Usable): Int32Array {
  const count = index.size;
  const distance = new Float64Array(count).fill(Infinity);
  const hops = new Int32Array(count).fill(0x7fffffff);
  const first = new Int32Array(count).fill(-1);
  const done = new Uint8Array(count);
  const heap = new Frontier(distance, hops);
  const start = index.get(from)!;
  distance[start] = 0;
  hops[start] = 0;
  heap.push(start, from);
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const at = entry.at;
    if (done[at]) continue;
    done[at] = 1;
    entry.node.links.forEach((link, port) => {
      if (!isUsable(link)) return;
      const to = index.get(link.to)!;
      const d = distance[at]! + link.delay;
      const h = hops[at]! + 1;
      if (d > distance[to]! || (d === distance[to]! && h >= hops[to]!)) return;
      distance[to] = d;
      hops[to] = h;
      first[to] = at === start ? port : first[at]!;
      // a leaf leads nowhere else
      if (link.to.links.length > 1) heap.push(to, link.to);
    });
  }
  return first;
}

/** Nodes to visit, nearest first. */
class Frontier {
  private readonly entries: { at: number; node: Node; distance: number; hops: number; order: number }[] = [];
  private pushed = 0;

  constructor(
    private readonly distance: Float64Array,
    private readonly hops: Int32Array,
  ) {}

  push(at: number, node: Node): void {
    const entry = { at, node, distance: this.distance[at]!, hops: this.hops[at]!, order: this.pushed++ };
    const { entries } = this;
    let i = entries.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, entries[parent]!)) break;
      entries[i] = entries[parent]!;
      i = parent;
    }
    entries[i] = entry;
  }

  pop(): { at: number; node: Node } | undefined {
    const { entries } = this;
    const top = entries[0];
    const last = entries.pop();
    if (entries.length === 0 || last === undefined) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1]!, entries[child]!)) child++;
      if (!before(entries[child]!, last)) break;
      entries[i] = entries[child]!;
      i = child;
    }
    entries[i] = last;
    return top;
  }
}

type Entry = { distance: number; hops: number; order: number };

function before(a: Entry, b: Entry): boolean {
  if (a.distance !== b.distance) return a.distance < b.distance;
  return a.hops !== b.hops ? a.hops < b.hops : a.order < b.order;
}
