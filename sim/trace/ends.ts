import type { Address } from '../core/packet';
import type { Simulation } from '../net/simulation';

/** Both ends of a connection, as one of them sees them. */
export interface Ends {
  readonly localAddress: Address;
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
}

/** `n0-49152` and `n2-80`: the local end, then the other. */
function namesOf(simulation: Simulation, { localAddress, localPort, remoteAddress, remotePort }: Ends) {
  const remote = remoteAddress < 0 ? 'nowhere' : simulation.ownerOf(remoteAddress).name;
  return { local: `${simulation.ownerOf(localAddress).name}-${localPort}`, remote: `${remote}-${remotePort}` };
}

/** 'long: n0-49152 to n2-80' */
export function titleOf(session: string, simulation: Simulation, ends: Ends): string {
  const { local, remote } = namesOf(simulation, ends);
  return `${session}: ${local} to ${remote}`;
}

/** What the file of a trace is called: 'long.n0-49152.n2-80.client'. */
export function traceName(session: string, simulation: Simulation, ends: Ends, isClient: boolean): string {
  const { local, remote } = namesOf(simulation, ends);
  return `${session}.${local}.${remote}.${isClient ? 'client' : 'server'}`;
}
