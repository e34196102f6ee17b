import { type EventQueue, type Nanos, Timer } from '../core/event-queue';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { MidcomWire, type WrittenEnd } from './message';

export interface AgentConfig {
  /** Time that a rule is asked for. */
  readonly lifetime: Nanos;
  /** Time after which an answer no longer counts, and one that did not come is a failure. */
  readonly timeout: Nanos;
  /** Time before a lost control connection is made again. */
  readonly retry: Nanos;
}

/** Told the public end; null: there is none, or it is not known in time. */
export type OnEnabled = (end: WrittenEnd | null) => void;

interface Asked {
  readonly key: string;
  readonly since: Nanos;
  readonly timer: Timer;
  readonly waiting: OnEnabled[];
}

interface Rule {
  readonly end: WrittenEnd;
  readonly since: Nanos;
  readonly until: Nanos;
}

/**
 * The agent of a middlebox (RFC 3303 section 2.4): keeps a control connection, asks for rules, and remembers them while they
 * last. One that is used in the second half of its life is asked for again, so that it does not end in use.
 */
export class MidcomAgent {
  /** Rules asked for, and those that did not come: refused, too late, or without connection. */
  asked = 0;
  failed = 0;
  /** ns from asking to the answer, over all answers. */
  waited: Nanos = 0;
  answered = 0;
  private stream: ByteStream | null = null;
  private transactions = 0;
  private readonly open = new Map<number, Asked>();
  private readonly rules = new Map<string, Rule>();
  private readonly again: Timer;

  constructor(
    private readonly events: EventQueue,
    private readonly config: AgentConfig,
    private readonly dial: (delegate: StreamDelegate) => ByteStream,
  ) {
    this.again = new Timer(events, () => this.connect());
  }

  /** Opens the control connection. */
  connect(): void {
    this.stream = this.dial({
      onReadable: (stream) => this.read(stream),
      onRemoteClosed: (stream) => stream.close(),
      onClosed: () => {
        this.stream = null;
        // it may come back without the rules that it had
        this.rules.clear();
        for (const transaction of [...this.open.keys()]) this.end(transaction, null);
        this.again.arm(this.events.now + this.config.retry);
      },
    });
  }

  /** Gets a way in for an end behind the middlebox. */
  enable(end: WrittenEnd, onEnabled: OnEnabled): void {
    const { now } = this.events;
    const key = `${end.protocol}|${end.ipv4}:${end.port}`;
    const rule = this.rules.get(key);
    if (rule !== undefined && rule.until > now) {
      onEnabled(rule.end);
      if (now - rule.since < (rule.until - rule.since) / 2) return;
      onEnabled = () => undefined;
    }
    const asked = [...this.open.values()].find((one) => one.key === key);
    if (asked !== undefined) asked.waiting.push(onEnabled);
    else this.ask(key, end, onEnabled);
  }

  private ask(key: string, end: WrittenEnd, onEnabled: OnEnabled): void {
    this.asked++;
    if (this.stream === null) {
      this.failed++;
      onEnabled(null);
      return;
    }
    const { now } = this.events;
    const transaction = ++this.transactions;
    const timer = new Timer(this.events, () => this.end(transaction, null));
    timer.arm(now + this.config.timeout);
    this.open.set(transaction, { key, since: now, timer, waiting: [onEnabled] });
    const lifetime = Math.ceil(this.config.lifetime / 1e9);
    this.stream.writeMessage(new MidcomWire({ kind: 'enable', transaction, end, lifetime }));
  }

  private read(stream: ByteStream): void {
    stream.read(Infinity);
    for (let wire = stream.takeMessage(); wire !== null; wire = stream.takeMessage()) {
      if (!(wire instanceof MidcomWire)) continue;
      const { message } = wire;
      const asked = this.open.get(message.transaction);
      if (asked === undefined) continue;
      this.answered++;
      this.waited += this.events.now - asked.since;
      if (message.kind !== 'enabled') {
        this.end(message.transaction, null);
        continue;
      }
      const { end, lifetime } = message;
      this.rules.set(asked.key, { end, since: asked.since, until: asked.since + lifetime * 1e9 });
      this.end(message.transaction, end);
    }
  }

  private end(transaction: number, end: WrittenEnd | null): void {
    const asked = this.open.get(transaction)!;
    this.open.delete(transaction);
    asked.timer.release();
    if (end === null) this.failed++;
    for (const told of asked.waiting) told(end);
  }
}
