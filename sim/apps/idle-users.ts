import { type Nanos, Timer } from '../core/event-queue';
import { duration, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Durations } from './samples';

const idleUsersParams = {
  users: integer('users, each with a stream of its own that stays open', 1000, 1, 10_000_000),
  gap: duration('mean time between two messages of a user, a Poisson process', '60 s'),
  size: size('bytes of a message', '300 B'),
};

class Message implements StreamMessage {
  constructor(
    readonly size: number,
    readonly writtenAt: Nanos,
  ) {}
}

/**
 * Very many users who are idle most of the time: one object for all of them, one timer, and a stream each, opened with the
 * user's first message. All Poisson processes together are one, of which each arrival belongs to a random user.
 */
class IdleUsers implements App {
  received = 0;
  private readonly delay = new Durations();
  private readonly timer: Timer;
  private readonly streams: (ByteStream | null)[];
  private sent = 0;
  private delivered = 0;
  private active = 0;
  private readonly client: StreamDelegate = {};
  private readonly server: StreamDelegate = {
    onReadable: (stream) => this.receive(stream),
    onRemoteClosed: (stream) => stream.close(),
  };

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof idleUsersParams>,
  ) {
    this.timer = new Timer(host.events, () => this.send());
    this.streams = new Array<ByteStream | null>(params.users).fill(null);
  }

  start(): void {
    this.wait();
  }

  stop(): void {
    this.timer.disarm();
    for (const stream of this.streams) stream?.close();
  }

  accept(): StreamDelegate {
    return this.server;
  }

  metrics(): AppMetric[] {
    return [
      { metric: 'usersActive', unit: '', value: this.active },
      { metric: 'messagesSent', unit: '', value: this.sent },
      { metric: 'messagesDelivered', unit: '', value: this.delivered },
      ...this.delay.metrics('messageDelay'),
    ];
  }

  private wait(): void {
    const gap = this.host.random.exponential(this.params.gap / this.params.users);
    this.timer.arm(this.host.events.now + Math.max(1, Math.round(gap)));
  }

  private send(): void {
    const user = this.host.random.integer(0, this.params.users - 1);
    let stream = this.streams[user]!;
    if (stream === null) {
      this.active++;
      this.streams[user] = stream = this.host.open(this.client);
    }
    this.sent++;
    stream.writeMessage(new Message(this.params.size, this.host.events.now));
    this.wait();
  }

  private receive(stream: ByteStream): void {
    this.received += stream.read(Infinity);
    for (let m = stream.takeMessage(); m !== null; m = stream.takeMessage()) {
      this.delivered++;
      const { writtenAt } = m as Message;
      if (writtenAt >= this.host.warmup) this.delay.add(this.host.events.now - writtenAt);
    }
  }
}

export const idleUsers = defineApp({
  summary: 'very many users with a stream each, idle most of the time',
  reference: 'draft-mankin-im-session-guide-00 section 3.2 (aggregation for scalability)',
  transports: ['stream'],
  params: idleUsersParams,
  create: (chosen, host) => new IdleUsers(host, chosen),
});
