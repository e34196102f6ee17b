import type { Nanos } from '../core/event-queue';
import { size } from '../core/params';
import { goodput } from '../stats/measures';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';

/** One transfer from the client to the server. */
class Bulk implements App {
  received = 0;
  private startedAt: Nanos = -1;
  private finishedAt: Nanos = -1;
  private connection: ByteStream | null = null;

  constructor(
    private readonly host: AppHost,
    private readonly size: number,
  ) {}

  start(): void {
    this.startedAt = this.host.events.now;
    const connection = this.host.open({});
    this.connection = connection;
    connection.writeAll(this.size === 0 ? Infinity : this.size);
    if (this.size > 0) connection.shutdown();
  }

  stop(): void {
    this.connection?.abort();
  }

  accept(): StreamDelegate {
    return {
      onReadable: (connection) => {
        this.received += connection.read(Infinity);
        if (this.received === this.size && this.size > 0) this.finishedAt = this.host.events.now;
      },
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    if (this.finishedAt < 0) return [];
    const seconds = (this.finishedAt - this.startedAt) / 1e9;
    return [
      { metric: 'completionTime', unit: 's', value: seconds },
      { metric: 'transferRate', unit: 'bit/s', value: goodput(this.size, seconds) },
    ];
  }
}

export const bulk = defineApp({
  summary: 'one transfer from the session opener to the other end, as fast as it goes',
  reference: 'RFC 6349 section 3',
  transports: ['stream'],
  params: { size: size('bytes to send; 0 B = without end', '0 B') },
  create: ({ size }, host) => new Bulk(host, size),
});
