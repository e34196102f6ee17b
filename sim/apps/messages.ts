import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { TcpConnection, TcpDelegate } from '../tcp/connection';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Durations } from './samples';

const messagesParams = {
  size: size('mean size of a message', '300 B'),
  sizes: choice('how sizes vary', ['fixed', 'exponential', 'pareto'], 'exponential'),
  gap: duration('mean time between messages', '1 s'),
  gaps: choice('how the gaps vary', ['fixed', 'exponential'], 'exponential'),
};

/** Tail index of Pareto sizes: finite mean, infinite variance. */
const PARETO_SHAPE = 1.5;

/** Messages from the client to the server over one connection; their delay is measured from writing to the last byte read. */
class Messages implements App {
  received = 0;
  private readonly delay = new Durations();
  private readonly timer: Timer;
  private connection: TcpConnection | null = null;
  private sent = 0;
  private written = 0;
  /** Messages under way: where each ends in the byte stream, and when it was written. */
  private readonly ends: number[] = [];
  private readonly writtenAt: Nanos[] = [];
  private oldest = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof messagesParams>,
  ) {
    this.timer = new Timer(host.events, () => this.send());
  }

  start(): void {
    this.connection = this.host.open({});
    this.wait();
  }

  stop(): void {
    this.timer.disarm();
    this.connection?.close();
  }

  accept(): TcpDelegate {
    return {
      onReadable: (connection) => this.receive(connection.read(Infinity)),
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    return [
      { metric: 'messagesSent', unit: '', value: this.sent },
      { metric: 'messagesDelivered', unit: '', value: this.oldest },
      ...this.delay.metrics('messageDelay'),
    ];
  }

  private wait(): void {
    const { gap, gaps } = this.params;
    const wait = gaps === 'fixed' ? gap : Math.round(this.host.random.exponential(gap));
    this.timer.arm(this.host.events.now + wait);
  }

  private send(): void {
    const bytes = this.nextSize();
    this.sent++;
    this.written += bytes;
    this.ends.push(this.written);
    this.writtenAt.push(this.host.events.now);
    this.connection!.writeAll(bytes);
    this.wait();
  }

  private receive(bytes: number): void {
    this.received += bytes;
    for (; this.oldest < this.ends.length && this.ends[this.oldest]! <= this.received; this.oldest++) {
      const at = this.writtenAt[this.oldest]!;
      if (at >= this.host.warmup) this.delay.add(this.host.events.now - at);
    }
  }

  private nextSize(): number {
    const { size, sizes } = this.params;
    if (sizes === 'fixed') return size;
    const drawn =
      sizes === 'exponential'
        ? this.host.random.exponential(size)
        : this.host.random.pareto((size * (PARETO_SHAPE - 1)) / PARETO_SHAPE, PARETO_SHAPE);
    return Math.max(1, Math.round(drawn));
  }
}

export const messages = defineApp({
  summary: 'messages of random size at random times over one connection',
  reference: 'draft-mankin-im-session-guide-00 section 2.1',
  transports: ['tcp'],
  params: messagesParams,
  create: (chosen, host) => new Messages(host, chosen),
});
