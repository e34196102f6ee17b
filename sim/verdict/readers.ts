import type { Report } from './check';
import type { Content } from './legs';

const READABLE: readonly Content[] = ['msrp', 'sip', 'circuit', 'turn', 'opaque'];

/** Who ends a leg whose content can be read there, passes such messages on, or gets copies of them. */
export function readersIn({ sessions }: Report): string[] {
  const names = new Set<string>();
  for (const { interposed, legs, copies } of sessions) {
    const readable = legs.filter(({ contents }) => READABLE.some((kind) => contents.has(kind)));
    for (const { node, acts } of interposed) {
      const isEnd = readable.some(({ nodes }) => nodes.includes(node));
      if (isEnd || acts.has('passes')) names.add(node.name);
    }
    for (const { nodes } of copies) names.add(nodes[1]!.name);
  }
  return [...names].sort();
}
