import type { ServerFields, SignallingFields } from '../signalling/params';
import type { Network } from '../net/topologies/topology';

/** A signalling server with the node that it is on. */
export interface PlacedServer {
  /** Name, no alias. */
  readonly node: string;
  readonly fields: ServerFields;
}

/** `between` in `on`. */
export const BETWEEN = 'between';

/** The servers of a signalling block, one per node. `ends` are the nodes where sessions begin and end. */
export function placedServers(
  { servers }: SignallingFields,
  { nodes, aliases }: Pick<Network, 'nodes' | 'aliases'>,
  ends: readonly string[],
): PlacedServer[] {
  const nameOf = (name: string) => aliases[name] ?? name;
  const atEnds = new Set(ends.map(nameOf));
  return servers.flatMap((fields) => {
    const { on } = fields;
    const names = on === BETWEEN ? nodes.filter((node) => !atEnds.has(node)) : typeof on === 'string' ? [on] : on;
    return names.map((name) => ({ node: nameOf(name), fields }));
  });
}

/** Where sessions begin and end. */
export function endsOf(sessions: readonly { readonly from: string; readonly to: string }[]): string[] {
  return sessions.flatMap(({ from, to }) => [from, to]);
}
