/** Where a node is drawn, in distances between neighbours. */
export interface Placed {
  readonly x: number;
  readonly y: number;
}

type Neighbours = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Places nodes in layers by their distance from one end of the network. The longest way goes straight from left to right;
 * what is beside it stands below, in the order in which it is reached.
 */
export function layered(links: readonly { readonly from: string; readonly to: string }[]): Map<string, Placed> {
  const neighbours = new Map<string, Set<string>>();
  for (const { from, to } of links) {
    for (const [a, b] of [[from, to], [to, from]] as const) neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b)); // prettier-ignore
  }
  const places = new Map<string, Placed>();
  let below = 0;
  for (const name of neighbours.keys()) {
    if (places.has(name)) continue;
    const layers = straightened(layersFrom(endOf(name, neighbours), neighbours), neighbours);
    layers.forEach((layer, x) => {
      layer.forEach((node, i) => places.set(node, { x, y: below - i }));
    });
    below -= Math.max(...layers.map((layer) => layer.length));
  }
  const lowest = Math.min(...[...places.values()].map(({ y }) => y));
  return new Map([...places].map(([name, { x, y }]) => [name, { x, y: y - lowest }]));
}

/** Puts a way from the first layer to the last at the head of each of them. */
function straightened(layers: readonly (readonly string[])[], neighbours: Neighbours): string[][] {
  let next: string | undefined;
  const reversed = [...layers].reverse().map((layer) => {
    const here = layer.find((node) => next === undefined || neighbours.get(next)!.has(node))!;
    next = here;
    return [here, ...layer.filter((node) => node !== here)];
  });
  return reversed.reverse();
}

/** One end of the longest way that begins where the way furthest from `start` ends: the one that is named first. */
function endOf(start: string, neighbours: Neighbours): string {
  const end = layersFrom(start, neighbours).at(-1)![0]!;
  const other = layersFrom(end, neighbours).at(-1)!;
  const names = [...neighbours.keys()];
  return names.find((name) => name === end || other.includes(name))!;
}

function layersFrom(start: string, neighbours: Neighbours): string[][] {
  const seen = new Set([start]);
  const layers = [[start]];
  for (;;) {
    const next = layers
      .at(-1)!
      .flatMap((node) => [...neighbours.get(node)!].filter((other) => !seen.has(other) && seen.add(other)));
    if (next.length === 0) return layers;
    layers.push(next);
  }
}
