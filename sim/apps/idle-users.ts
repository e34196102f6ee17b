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
  logIn: duration(
    'time in which all users open their streams, one after the other; 0 s = each opens it with its first message',
    '0 s',
  ),
};

class Message implements StreamMessage {
  constructor(
    readonly size: number,
    readonly writtenAt: Nanos,
  ) {}
}

/**
 * Very many users who are idle most of the time: one object for all of them, and a stream each. All Poisson processes
 * together are one, of which each arrival belongs to a random user.
 */
class IdleUsers implements App {
  received = 0;
  private readonly delay = new Durations();
  private readonly timer: Timer;
  private readonly logIn: Timer;
  private readonly streams: (ByteStream | null)[];
  private sent = 0;
  private delivered = 0;
  private active = 0;
  private loggedIn = 0;
  private startedAt: Nanos = 0;
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
    this.logIn = new Timer(host.events, () => this.logInNext());
    this.streams = new Array<ByteStream | null>(params.users).fill(null);
  }

  start(): void {
    this.startedAt = this.host.events.now;
    this.wait();
    if (this.params.logIn > 0) this.logInNext();
  }

  stop(): void {
    this.timer.disarm();
    this.logIn.disarm();
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

  private logInNext(): void {
    this.streamOf(this.loggedIn++);
    const { users, logIn } = this.params;
    if (this.loggedIn < users) this.logIn.arm(this.startedAt + Math.round((logIn * this.loggedIn) / users));
  }

  private streamOf(user: number): ByteStream {
    const present = this.streams[user]!;
    if (present !== null) return present;
    this.active++;
    return (this.streams[user] = this.host.open(this.client));
  }

  private send(): void {
    const stream = this.streamOf(this.host.random.integer(0, this.params.users - 1));
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
