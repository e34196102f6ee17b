import { type Nanos, Timer } from '../core/event-queue';
import { FifoList } from '../core/fifo-list';
import { choice, duration, integer, size } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { SipRequest } from '../sip/message';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Population, populationParams, type UserPair } from './population';
import { Durations } from './samples';

const pagingParams = {
  ...populationParams,
  messages: integer('messages of each user; 0 = until the session ends', 10, 0, 1_000_000_000),
  size: size('bytes of content in a message', '100 B'),
  gap: duration('mean time between the messages of a user', '10 s'),
  gaps: choice('how the gaps vary', ['fixed', 'exponential'], 'exponential'),
};

/** What a user has still to say: when each message was written that could not be sent yet. */
interface Pager {
  readonly pair: UserPair;
  readonly timer: Timer;
  readonly waiting: FifoList<Nanos>;
  written: number;
  /** When the message was written that waits for its final response; -1 for none. */
  pending: Nanos;
}

/**
 * Every message is a MESSAGE of its own through the signalling servers (RFC 3428). A user sends none to whom the last one is
 * not answered ("SHOULD NOT ... while one is pending", section 8): what it writes meanwhile waits.
 */
class Paging implements App {
  received = 0;
  private readonly population: Population;
  private readonly pagers: Pager[] = [];
  private readonly delay = new Durations();
  private readonly transaction = new Durations();
  private readonly body: string;
  private sent = 0;
  private delivered = 0;
  private failed = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof pagingParams>,
  ) {
    this.body = 'x'.repeat(params.size);
    this.population = new Population(host, params, (i) => ({ onMessage: (request) => this.receive(i, request) }));
  }

  start(): void {
    this.population.start((pair, i) => {
      const pager: Pager = {
        pair,
        timer: new Timer(this.host.events, () => this.write(pager)),
        waiting: new FifoList(),
        written: 0,
        pending: -1,
      };
      this.pagers[i] = pager;
      this.write(pager);
    });
  }

  stop(): void {
    this.population.stop();
    for (const pager of this.pagers) pager?.timer.disarm();
  }

  metrics(): AppMetric[] {
    const { delivered } = this;
    const rows: AppMetric[] = [
      { metric: 'messagesSent', unit: '', value: this.sent },
      { metric: 'messagesDelivered', unit: '', value: delivered },
      { metric: 'messagesFailed', unit: '', value: this.failed },
      { metric: 'registrations', unit: '', value: this.population.registered },
    ];
    if (delivered > 0) rows.push({ metric: 'bytesPerMessage', unit: 'B', value: this.population.sipBytes / delivered });
    return [...rows, ...this.delay.metrics('messageDelay'), ...this.transaction.metrics('transactionTime')];
  }

  private write(pager: Pager): void {
    const { messages, gap, gaps } = this.params;
    const { now } = this.host.events;
    pager.waiting.push(now);
    pager.written++;
    if (messages === 0 || pager.written < messages) {
      pager.timer.arm(now + (gaps === 'fixed' ? gap : Math.round(this.host.random.exponential(gap))));
    }
    this.sendNext(pager);
  }

  private sendNext(pager: Pager): void {
    if (pager.pending >= 0 || pager.waiting.length === 0) return;
    const { events, warmup } = this.host;
    pager.pending = pager.waiting.shift()!;
    const sentAt = events.now;
    this.sent++;
    pager.pair.caller.message(pager.pair.callee.address, this.body, (status) => {
      if (status >= 300) this.failed++;
      else if (sentAt >= warmup) this.transaction.add(events.now - sentAt);
      pager.pending = -1;
      this.sendNext(pager);
    });
  }

  private receive(i: number, { body }: SipRequest): void {
    const { events, warmup } = this.host;
    const writtenAt = this.pagers[i]?.pending ?? -1;
    this.received += body.length;
    this.delivered++;
    if (writtenAt >= warmup) this.delay.add(events.now - writtenAt);
  }
}

export const paging = defineApp({
  summary: 'instant messages, each a MESSAGE through the signalling servers',
  reference: 'RFC 3428; draft-mankin-im-session-guide-00 section 2.2',
  transports: ['datagram'],
  params: pagingParams,
  create: (chosen, host) => new Paging(host, chosen),
});
