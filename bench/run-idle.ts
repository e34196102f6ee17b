/** Memory of connections that are idle, busy, and idle again; prints one line of JSON. Needs --expose-gc. */
import { bind } from '../sim/core/plugin';
import { dropTail } from '../sim/net/queues/drop-tail';
import { computeRoutes } from '../sim/net/routing';
import { Simulation } from '../sim/net/simulation';
import type { TcpConnection, TcpDelegate } from '../sim/tcp/connection';
import { TcpStack } from '../sim/tcp/stack';
import { tcpOptions } from './flow';
import type { IdleResult } from './idle';

declare const gc: () => void;

/** Ephemeral ports that one listening port is asked from. */
const PER_PORT = 16_000;
/** Opened, or sending their message, at a time. */
const BATCH = 1000;
const MESSAGE = 1000;
/** Connections that are busy at a time: each has a window in flight from the fourth round trip to its last byte. */
const MOST_BUSY = 10_000;
const WINDOW = 2 ** 16;
const TRANSFER = 5 * WINDOW;
const ROUND_TRIP = 200e6;
/** After it the stopped timers of handshakes and of messages have left the event queue. */
const QUIET = 2e9;
/** Packets to a connection that are made before anything is measured: they are not of its memory. */
const PACKETS = 60;
const SILENT: TcpDelegate = {};

function main(connections: number): IdleResult {
  const simulation = new Simulation([1, 2, 3, 4]);
  const { pool } = simulation;
  const a = simulation.addNode('a');
  const b = simulation.addNode('b');
  const queue = bind(dropTail, { limit: '1000000 packets' });
  simulation.connect(a, b, { rate: 100e9, delay: ROUND_TRIP / 2, queue });
  computeRoutes(simulation);
  const options = tcpOptions(WINDOW);
  const ports = Math.ceil(connections / PER_PORT);
  const reader = { onReadable: (c: TcpConnection) => void c.read(Infinity) };
  for (let port = 1; port <= ports; port++) TcpStack.of(b).listen(port, options, () => reader);
  const busyConnections = Math.min(connections, MOST_BUSY);
  const packets = Array.from({ length: PACKETS * busyConnections }, () => pool.take());
  for (const p of packets.splice(0)) pool.give(p);
  const { made } = pool;

  const before = heap();
  const opened: TcpConnection[] = [];
  let until = 0;
  for (let i = 0; i < connections; i++) {
    opened.push(TcpStack.of(a).connect(b.address, 1 + (i % ports), options, SILENT, i));
    if (i % BATCH === BATCH - 1) simulation.run((until += 5e6));
  }
  simulation.run((until += QUIET));
  if (TcpStack.of(b).size !== connections) throw new Error('not all connections were established');
  const established = heap();
  opened.forEach((connection, i) => {
    connection.writeAll(MESSAGE);
    if (i % BATCH === BATCH - 1) simulation.run((until += 5e6));
  });
  simulation.run((until += QUIET));
  const messaged = heap();

  const senders = opened.slice(0, busyConnections);
  for (const connection of senders) connection.writeAll(TRANSFER);
  simulation.run((until += 3.5 * ROUND_TRIP));
  const busy = heap();
  const inFlight = senders.reduce((bytes, connection) => bytes + connection.sender!.inFlight, 0) / busyConnections;
  simulation.run((until += QUIET));
  if (senders.some((connection) => connection.unacknowledged > 0)) throw new Error('not all was transferred');
  if (pool.made > made) throw new Error('packets were made while memory was measured');
  const after = heap();
  const perConnection = (messaged - before) / connections;
  return {
    connections,
    established: (established - before) / connections,
    messaged: perConnection,
    inFlight,
    busy: perConnection + (busy - messaged) / busyConnections,
    after: perConnection + (after - messaged) / busyConnections,
  };
}

function heap(): number {
  gc();
  // what held the arrays that the first time has found unused
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

console.log(JSON.stringify(main(Number(process.argv[2]))));
