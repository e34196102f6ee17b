import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, flag, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Durations } from './samples';

const requestResponseParams = {
  request: size('bytes of a request', '8 B'),
  response: size('bytes of a response', '10 kB'),
  think: duration('time between the end of a response and the next request', '1 s'),
  count: integer('exchanges; 0 = until the session ends', 0),
  serverCloses: flag('with a new connection each, the server ends its direction after the response', true),
  connections: choice('a connection for each exchange, or one for all', ['new', 'kept'], 'new'),
};

/** The client asks, the server answers; times run from the first SYN (new) or the request (kept) to the last byte. */
class RequestResponse implements App {
  received = 0;
  private readonly connect = new Durations();
  private readonly completion = new Durations();
  private readonly timer: Timer;
  private connection: ByteStream | null = null;
  private askedAt: Nanos = 0;
  private missing = 0;
  private exchanges = 0;
  private failures = 0;
  private stopped = false;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof requestResponseParams>,
  ) {
    this.timer = new Timer(host.events, () => this.exchange());
  }

  start(): void {
    this.exchange();
  }

  stop(): void {
    this.stopped = true;
    this.timer.disarm();
    this.connection?.abort();
  }

  accept(): StreamDelegate {
    let asked = 0;
    return {
      onReadable: (connection) => {
        const got = connection.read(Infinity);
        this.received += got;
        asked += got;
        for (; asked >= this.params.request; asked -= this.params.request) {
          connection.writeAll(this.params.response);
          if (this.params.connections === 'new' && this.params.serverCloses) connection.shutdown();
        }
      },
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    return [
      { metric: 'exchanges', unit: '', value: this.completion.count },
      { metric: 'failures', unit: '', value: this.failures },
      ...this.connect.metrics('connectTime'),
      ...this.completion.metrics('completionTime'),
    ];
  }

  private exchange(): void {
    this.exchanges++;
    this.askedAt = this.host.events.now;
    this.missing = this.params.response;
    if (this.connection === null) this.connection = this.host.open(this.client());
    this.connection.writeAll(this.params.request);
  }

  private client(): StreamDelegate {
    return {
      onEstablished: () => this.note(this.connect),
      onReadable: (connection) => {
        const got = connection.read(Infinity);
        this.received += got;
        this.missing -= got;
        if (this.missing === 0) this.onResponse(connection);
      },
      onRemoteClosed: (connection) => connection.close(),
      onClosed: (connection) => {
        if (this.connection !== connection) return;
        this.connection = null;
        if (this.missing > 0 && !this.stopped) {
          this.failures++;
          this.next();
        }
      },
    };
  }

  private onResponse(connection: ByteStream): void {
    this.note(this.completion);
    if (this.params.connections === 'new') {
      this.connection = null;
      connection.close();
    }
    this.next();
  }

  private next(): void {
    if (this.stopped || (this.params.count > 0 && this.exchanges >= this.params.count)) return;
    this.timer.arm(this.host.events.now + this.params.think);
  }

  private note(durations: Durations): void {
    if (this.askedAt >= this.host.warmup) durations.add(this.host.events.now - this.askedAt);
  }
}

export const requestResponse = defineApp({
  summary: 'the session opener asks, the other end answers, after a pause again',
  reference: 'RFC 9743 section 5.1.5 (short flows)',
  transports: ['stream'],
  params: requestResponseParams,
  create: (chosen, host) => new RequestResponse(host, chosen),
});
