import { Capture } from '../../sim/capture/capture';
import { Simulation } from '../../sim/net/simulation';
import type { TcpConfig } from '../../sim/tcp/config';
import type { TcpConnection } from '../../sim/tcp/connection';
import { TcpStack } from '../../sim/tcp/stack';
import { dropTail, linkOf, losing, PORT, SECOND, SEED, tcp } from './network';

export const BYTES = 3_000_000;
/** Segments of the data direction that are lost, by their number on the link. */
export const LOST = new Set([40, 41, 45, 90, 300, 301, 302, 900, 1500, 1501, 1800]);

export interface Transfer {
  /** What the sender sent and received, pcapng. */
  readonly file: Uint8Array;
  readonly client: TcpConnection;
}

/** A transfer with losses over one link, captured at the sender. */
export function transfer(
  config: Partial<TcpConfig>,
  congestionControl: Parameters<typeof tcp>[1] = 'reno',
  follow: (simulation: Simulation) => void = () => undefined,
): Transfer {
  const simulation = new Simulation(SEED);
  const a = simulation.addNode('a');
  const b = simulation.addNode('b');
  const there = linkOf({ queue: dropTail(60), impairments: losing((p, n) => p.length > 0 && LOST.has(n)) });
  simulation.connect(a, b, there, linkOf());
  follow(simulation);
  const parts: Uint8Array[] = [];
  new Capture(simulation, (part) => parts.push(part)).host(a);
  TcpStack.of(b).listen(PORT, tcp(config), (connection) => ({
    onReadable: () => connection.read(Infinity),
    onRemoteClosed: () => connection.close(),
  }));
  const client = TcpStack.of(a).connect(b.address, PORT, tcp(config, congestionControl), {}, 1);
  client.writeAll(BYTES);
  client.shutdown();
  simulation.run(60 * SECOND);
  return { file: Buffer.concat(parts), client };
}
