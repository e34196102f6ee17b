import type { Address } from '../core/packet';
import type { Simulation } from '../net/simulation';
import type { TraceHead } from './trace';

/** Both ends of a connection, as one of them sees them. */
export interface Ends {
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
}

/** What a trace says of its connection, its node apart, and the name of its file: `long.n0-49152.n2-80.client`. */
export function headOf(
  protocol: TraceHead['protocol'],
  isClient: boolean,
  session: string,
  simulation: Simulation,
  { localAddress, localPort, remoteAddress, remotePort }: Ends,
): { readonly head: Omit<TraceHead, 'node'>; readonly name: string } {
  const local = `${simulation.ownerOf(localAddress).name}-${localPort}`;
  const remote = `${remoteAddress < 0 ? 'nowhere' : simulation.ownerOf(remoteAddress).name}-${remotePort}`;
  const title = `${session}: ${local} to ${remote}`;
  const role = isClient ? 'client' : 'server';
  return { head: { title, group: session, protocol, isClient }, name: `${session}.${local}.${remote}.${role}` };
}
