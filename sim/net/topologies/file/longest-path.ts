import type { Nanos } from '../../../core/event-queue';

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly delay: Nanos;
}

/** Delay of the longest of all shortest paths, one way; parts that are not joined do not count. */
export function longestPath(nodes: readonly string[], edges: readonly Edge[]): Nanos {
  const index = new Map(nodes.map((node, i) => [node, i]));
  const neighbours: { readonly to: number; readonly delay: Nanos }[][] = nodes.map(() => []);
  for (const { from, to, delay } of edges) {
    neighbours[index.get(from)!]!.push({ to: index.get(to)!, delay });
    neighbours[index.get(to)!]!.push({ to: index.get(from)!, delay });
  }
  let longest = 0;
  nodes.forEach((_, from) => {
    for (const delay of delaysFrom(from, neighbours)) if (delay < Infinity && delay > longest) longest = delay;
  });
  return longest;
}

/** Dijkstra, without a heap: networks have hundreds of nodes. */
function delaysFrom(start: number, neighbours: readonly (readonly { readonly to: number; readonly delay: Nanos }[])[]) {
  const delays = new Float64Array(neighbours.length).fill(Infinity);
  const open = new Set([start]);
  delays[start] = 0;
  while (open.size > 0) {
    let nearest = -1;
    for (const node of open) if (nearest < 0 || delays[node]! < delays[nearest]!) nearest = node;
    open.delete(nearest);
    for (const { to, delay } of neighbours[nearest]!) {
      if (delays[nearest]! + delay >= delays[to]!) continue;
      delays[to] = delays[nearest]! + delay;
      open.add(to);
    }
  }
  return delays;
}
