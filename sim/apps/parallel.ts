import type { Nanos } from '../core/event-queue';
import { integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';

const parallelParams = {
  connections: integer('connections', 4, 1, 10_000),
  size: size('bytes to send over all of them; 0 B = without end', '0 B'),
};

/** Bytes that a connection holds ready beyond its window. */
const CHUNK = 16_384;

/** One transfer over several connections: each takes from what is left whenever it has room. */
class Parallel implements App {
  received = 0;
  private left: number;
  private startedAt: Nanos = -1;
  private finishedAt: Nanos = -1;
  private connections: ByteStream[] = [];

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof parallelParams>,
  ) {
    this.left = params.size;
  }

  start(): void {
    this.startedAt = this.host.events.now;
    const delegate: StreamDelegate = { onWritable: (connection) => this.feed(connection) };
    for (let i = 0; i < this.params.connections; i++) this.connections.push(this.host.open(delegate));
    for (const connection of this.connections) {
      if (this.params.size === 0) connection.writeAll(Infinity);
      else this.feed(connection);
    }
  }

  stop(): void {
    for (const connection of this.connections) connection.abort();
  }

  accept(): StreamDelegate {
    return {
      onReadable: (connection) => {
        this.received += connection.read(Infinity);
        if (this.received === this.params.size) this.finishedAt = this.host.events.now;
      },
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    if (this.finishedAt < 0) return [];
    return [{ metric: 'completionTime', unit: 's', value: (this.finishedAt - this.startedAt) / 1e9 }];
  }

  /** Keeps a connection supplied with more than its window takes; when nothing is left, all are to end. */
  private feed(connection: ByteStream): void {
    if (this.params.size === 0 || this.left === 0) return;
    const { sender } = connection;
    const wanted = sender === null ? CHUNK : sender.cc.cwnd + CHUNK - connection.unacknowledged;
    const bytes = Math.min(this.left, Math.ceil(wanted), connection.writable);
    if (bytes < 1) return;
    this.left -= bytes;
    connection.writeAll(bytes);
    if (this.left === 0) for (const each of this.connections) each.shutdown();
  }
}

export const parallel = defineApp({
  summary: 'one transfer over several connections at once',
  reference: 'Hacker, Athey and Noble 2002; RFC 3124 section 1',
  transports: ['stream'],
  params: parallelParams,
  create: (chosen, host) => new Parallel(host, chosen),
});
