import { type Nanos, Timer } from '../core/event-queue';
import { choice, duration, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, CloseReason, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Durations } from './samples';

const messagesParams = {
  size: size('mean size of a message', '300 B'),
  sizes: choice('how sizes vary', ['fixed', 'exponential', 'pareto'], 'exponential'),
  gap: duration('mean time between messages', '1 s'),
  gaps: choice('how the gaps vary', ['fixed', 'exponential'], 'exponential'),
  reconnect: duration(
    'time from the loss of the connection to a new one; it doubles with every attempt that fails, up to 32 times; 0 s = never',
    '0 s',
  ),
};

/** Tail index of Pareto sizes: finite mean, infinite variance. */
const PARETO_SHAPE = 1.5;
const MOST_DOUBLINGS = 5;

/** Why a message was reported as failed: its connection ended so, or there was none. */
type FailureReason = CloseReason | 'unconnected';

/** One message. */
class Message implements StreamMessage {
  fate: 'under way' | 'delivered' | 'failed' = 'under way';

  constructor(
    readonly size: number,
    readonly writtenAt: Nanos,
  ) {}
}

/**
 * Messages from the client to the server over one connection; their delay is measured from writing to the last byte read.
 * Every message is delivered, or reported as failed when its connection is lost or there is none, or still under way.
 */
class Messages implements App {
  received = 0;
  private readonly delay = new Durations();
  private readonly reconnection = new Durations();
  private readonly timer: Timer;
  private readonly opening: Timer;
  private connection: ByteStream | null = null;
  private outstanding = new Set<Message>();
  private sent = 0;
  private delivered = 0;
  /** Reported as failed, and delivered all the same. */
  private late = 0;
  private readonly failed = new Map<FailureReason, number>();
  private lostConnections = 0;
  private attempts = 0;
  private lostAt: Nanos = -1;
  private stopped = false;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof messagesParams>,
  ) {
    this.timer = new Timer(host.events, () => this.send());
    this.opening = new Timer(host.events, () => this.open());
  }

  start(): void {
    this.open();
    this.wait();
  }

  stop(): void {
    this.stopped = true;
    this.timer.disarm();
    this.opening.disarm();
    this.connection?.close();
  }

  accept(): StreamDelegate {
    return {
      onReadable: (stream) => this.receive(stream),
      onRemoteClosed: (stream) => stream.close(),
    };
  }

  metrics(): AppMetric[] {
    const failures = [...this.failed.values()].reduce((a, b) => a + b, 0);
    const count = (metric: string, value: number): AppMetric => ({ metric, unit: '', value });
    const settled = this.delivered + failures;
    return [
      count('messagesSent', this.sent),
      count('messagesDelivered', this.delivered),
      count('messagesFailed', failures),
      count('messagesUnderWay', this.sent - settled),
      ...[...this.failed].map(([reason, n]) => count(`messagesFailed.${reason}`, n)),
      ...(this.late > 0 ? [count('messagesLate', this.late)] : []),
      ...(settled > 0 ? [count('deliveredShare', this.delivered / settled)] : []),
      ...(this.lostConnections > 0 ? [count('connectionsLost', this.lostConnections)] : []),
      ...this.delay.metrics('messageDelay'),
      ...this.reconnection.metrics('reconnectionTime'),
    ];
  }

  private open(): void {
    this.outstanding = new Set();
    this.connection = this.host.open({
      onEstablished: () => {
        this.attempts = 0;
        if (this.lostAt >= 0) this.reconnection.add(this.host.events.now - this.lostAt);
        this.lostAt = -1;
      },
      onRemoteClosed: (stream) => stream.close(),
      onClosed: (_, reason) => this.onLost(reason),
    });
  }

  private onLost(reason: CloseReason): void {
    this.connection = null;
    if (reason !== 'finished') {
      for (const message of this.outstanding) this.fail(message, reason);
      this.outstanding.clear();
    }
    if (this.stopped) return;
    const { now } = this.host.events;
    if (this.lostAt < 0) {
      this.lostAt = now;
      this.lostConnections++;
      this.host.disconnected(reason);
    }
    if (this.params.reconnect === 0) return;
    this.opening.arm(now + this.params.reconnect * (1 << Math.min(this.attempts++, MOST_DOUBLINGS)));
  }

  private wait(): void {
    const { gap, gaps } = this.params;
    const wait = gaps === 'fixed' ? gap : Math.round(this.host.random.exponential(gap));
    this.timer.arm(this.host.events.now + wait);
  }

  private send(): void {
    this.sent++;
    const message = new Message(this.nextSize(), this.host.events.now);
    if (this.connection === null) this.fail(message, 'unconnected');
    else {
      this.outstanding.add(message);
      this.connection.writeMessage(message);
    }
    this.wait();
  }

  private fail(message: Message, reason: FailureReason): void {
    message.fate = 'failed';
    this.failed.set(reason, (this.failed.get(reason) ?? 0) + 1);
  }

  private receive(stream: ByteStream): void {
    this.received += stream.read(Infinity);
    for (let m = stream.takeMessage(); m !== null; m = stream.takeMessage()) this.deliver(m as Message);
  }

  private deliver(message: Message): void {
    const { now } = this.host.events;
    const delay = now - message.writtenAt;
    this.host.delivered(message, delay);
    if (message.fate === 'failed') {
      this.late++;
      return;
    }
    message.fate = 'delivered';
    this.delivered++;
    this.outstanding.delete(message);
    if (message.writtenAt >= this.host.warmup) this.delay.add(delay);
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
