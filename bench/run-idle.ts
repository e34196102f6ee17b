/** Memory of connections that are established and idle; prints one line of JSON. Needs --expose-gc. */
import { bind } from '../sim/core/plugin';
import { dropTail } from '../sim/net/queues/drop-tail';
import { computeRoutes } from '../sim/net/routing';
import { Simulation } from '../sim/net/simulation';
import type { TcpConnection } from '../sim/tcp/connection';
import { TcpStack } from '../sim/tcp/stack';
import { tcpOptions } from './flow';
import type { IdleResult } from './idle';

declare const gc: () => void;

/** Ephemeral ports that one listening port is asked from. */
const PER_PORT = 16_000;
/** Opened, or sending their message, at a time. */
const BATCH = 1000;
const MESSAGE = 1000;
/** Many windows, of fewer connections at a time: packets are to be few beside connections. */
const TRANSFER = 100_000;
const TRANSFERRING = 100;

function main(connections: number): IdleResult {
  const simulation = new Simulation([1, 2, 3, 4]);
  const a = simulation.addNode('a');
  const b = simulation.addNode('b');
  simulation.connect(a, b, { rate: 10e9, delay: 1e6, queue: bind(dropTail, { limit: '1000000 packets' }) });
  computeRoutes(simulation);
  const options = tcpOptions(2 ** 16);
  const ports = Math.ceil(connections / PER_PORT);
  const reader = { onReadable: (c: TcpConnection) => void c.read(Infinity) };
  for (let port = 1; port <= ports; port++) TcpStack.of(b).listen(port, options, () => reader);
  const before = heap();
  const opened: TcpConnection[] = [];
  let until = 0;
  for (let i = 0; i < connections; i++) {
    opened.push(TcpStack.of(a).connect(b.address, 1 + (i % ports), options, {}, i));
    if (i % BATCH === BATCH - 1) simulation.run((until += 5e6));
  }
  simulation.run((until += 1e9));
  if (TcpStack.of(b).size !== connections) throw new Error('not all connections were established');
  const established = heap();
  opened.forEach((connection, i) => {
    connection.writeAll(MESSAGE);
    if (i % BATCH === BATCH - 1) simulation.run((until += 5e6));
  });
  simulation.run((until += 1e9));
  const used = heap();
  opened.forEach((connection, i) => {
    connection.writeAll(TRANSFER);
    if (i % TRANSFERRING === TRANSFERRING - 1) simulation.run((until += 50e6));
  });
  simulation.run((until += 1e9));
  if (opened.some((connection) => connection.unacknowledged > 0)) throw new Error('not all was transferred');
  const busy = heap();
  const perEnd = (bytes: number): number => (bytes - before) / connections / 2;
  return {
    connections,
    bytesEstablished: perEnd(established),
    bytesUsed: perEnd(used),
    bytesBusy: perEnd(busy),
  };
}

function heap(): number {
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

console.log(JSON.stringify(main(Number(process.argv[2]))));
