import type { LabLink, LabNode } from './protocol';

/** Places of nodes in a unit square. */
export interface Placed {
  readonly x: number;
  readonly y: number;
}

/**
 * Places the nodes of a network: columns by distance from the first node with one neighbour (or the first of all), and
 * within a column in the order of their neighbours, so that few lines cross. Deterministic.
 */
export function layOut(nodes: readonly LabNode[], links: readonly Pick<LabLink, 'from' | 'to'>[]): Placed[] {
  if (nodes.length === 0) return [];
  const neighbours = nodes.map((): number[] => []);
  for (const { from, to } of links) if (!neighbours[from]!.includes(to)) neighbours[from]!.push(to);
  const spine = longestPath(neighbours);
  const column = columnsAlong(spine, neighbours);
  const last = Math.max(...column);
  const byColumn = Array.from({ length: last + 1 }, (_, c) => [...nodes.keys()].filter((i) => column[i] === c));
  const y = new Array<number>(nodes.length).fill(0.5);
  for (const list of byColumn) {
    const onSpine = list.filter((i) => spine.includes(i));
    const others = list.filter((i) => !spine.includes(i));
    // the spine stays on one line when it can; the others stand around it
    const order = onSpine.length === 1 ? around(onSpine[0]!, others) : list;
    for (const [k, i] of order.entries()) y[i] = (k + 1) / (order.length + 1);
    if (onSpine.length === 1 && others.length > 0) spread(onSpine[0]!, order, y);
  }
  return nodes.map((_, i) => ({ x: last === 0 ? 0.5 : column[i]! / last, y: y[i]! }));
}

/** Puts the member of the spine in the middle, the others evenly above and below. */
function spread(centre: number, order: readonly number[], y: number[]): void {
  const at = order.indexOf(centre);
  for (const [k, i] of order.entries()) {
    const side = k < at ? at : order.length - 1 - at;
    const distance = Math.abs(k - at);
    y[i] = k === at ? 0.5 : 0.5 + (Math.sign(k - at) * 0.44 * distance) / side;
  }
}

function around(centre: number, others: readonly number[]): number[] {
  const half = Math.ceil(others.length / 2);
  return [...others.slice(0, half), centre, ...others.slice(half)];
}

/** A longest shortest path of a tree-like network, as node indices: two breadth-first searches. */
function longestPath(neighbours: readonly (readonly number[])[]): number[] {
  const far = (start: number): { end: number; cameFrom: number[] } => {
    const cameFrom = new Array<number>(neighbours.length).fill(-1);
    cameFrom[start] = start;
    const queue = [start];
    for (let head = 0; head < queue.length; head++) {
      for (const next of neighbours[queue[head]!]!) {
        if (cameFrom[next] !== -1) continue;
        cameFrom[next] = queue[head]!;
        queue.push(next);
      }
    }
    return { end: queue[queue.length - 1]!, cameFrom };
  };
  const start = far(far(0).end).end;
  const { end, cameFrom } = far(start);
  const path = [end];
  while (path[path.length - 1] !== start) path.push(cameFrom[path[path.length - 1]!]!);
  // read from left to right as the scenario names its nodes
  return path[0]! <= path[path.length - 1]! ? path : path.reverse();
}

/** Column of each node: its place along the spine, or that of the member of the spine it hangs from, one to the outside. */
function columnsAlong(spine: readonly number[], neighbours: readonly (readonly number[])[]): number[] {
  const column = new Array<number>(neighbours.length).fill(-1);
  for (const [c, i] of spine.entries()) column[i] = c;
  const queue = [...spine];
  const middle = (spine.length - 1) / 2;
  for (let head = 0; head < queue.length; head++) {
    const at = queue[head]!;
    for (const next of neighbours[at]!) {
      if (column[next] !== -1) continue;
      const c = column[at]!;
      const outside = c === 1 && spine.length > 2 ? 0 : c === spine.length - 2 && c > middle ? c + 1 : c;
      column[next] = outside;
      queue.push(next);
    }
  }
  return column.map((c) => Math.max(0, c));
}
