import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, StreamDelegate, StreamMessage } from '../transport/byte-stream';
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

/** One message under way. */
class Message implements StreamMessage {
  constructor(
    readonly size: number,
    readonly writtenAt: Nanos,
  ) {}
}

/** Messages from the client to the server over one connection; their delay is measured from writing to the last byte read. */
class Messages implements App {
  received = 0;
  private readonly delay = new Durations();
  private readonly timer: Timer;
  private connection: ByteStream | null = null;
  private sent = 0;
  private delivered = 0;

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

  accept(): StreamDelegate {
    return {
      onReadable: (connection) => this.receive(connection),
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    return [
      { metric: 'messagesSent', unit: '', value: this.sent },
      { metric: 'messagesDelivered', unit: '', value: this.delivered },
      ...this.delay.metrics('messageDelay'),
    ];
  }

  private wait(): void {
    const { gap, gaps } = this.params;
    const wait = gaps === 'fixed' ? gap : Math.round(this.host.random.exponential(gap));
    this.timer.arm(this.host.events.now + wait);
  }

  private send(): void {
    this.sent++;
    this.connection!.writeMessage(new Message(this.nextSize(), this.host.events.now));
    this.wait();
  }

  private receive(connection: ByteStream): void {
    this.received += connection.read(Infinity);
    for (let m = connection.takeMessage(); m !== null; m = connection.takeMessage()) {
      this.delivered++;
      const { writtenAt } = m as Message;
      if (writtenAt >= this.host.warmup) this.delay.add(this.host.events.now - writtenAt);
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
  transports: ['stream'],
  params: messagesParams,
  create: (chosen, host) => new Messages(host, chosen),
});
