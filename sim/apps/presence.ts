import { type Nanos, Timer } from '../core/event-queue';
import { duration, integer } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import { pidfOf, versionOf } from '../sip/events';
import type { SipRequest } from '../sip/message';
import { uriText } from '../sip/uri';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Population, populationParams, type UserPair } from './population';
import { Durations } from './samples';

const presenceParams = {
  ...populationParams,
  watched: integer('callees that each caller watches', 5, 1, 10_000),
  every: duration('mean time between two changes of a callee that it publishes; 0 s = the first state alone', '60 s'),
  expires: duration('how long subscriptions and publications hold', '600 s'),
};

/** What a callee has published last. */
interface Presentity {
  readonly pair: UserPair;
  readonly timer: Timer;
  version: number;
  publishedAt: Nanos;
}

/** Callees publish how they are, callers watch some of them, through the presence agent of the callees' domain. */
class Presence implements App {
  received = 0;
  private readonly population: Population;
  private readonly presentities: Presentity[] = [];
  private readonly byName = new Map<string, Presentity>();
  private readonly delay = new Durations();
  private readonly counts = { publications: 0, publicationsFailed: 0, subscriptions: 0, subscriptionsFailed: 0, notifications: 0 }; // prettier-ignore
  private isOver = false;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof presenceParams>,
  ) {
    this.population = new Population(host, params, () => ({}));
  }

  start(): void {
    this.population.start((pair, i) => {
      const presentity: Presentity = {
        pair,
        timer: new Timer(this.host.events, () => this.publish(presentity)),
        version: 0,
        publishedAt: -1,
      };
      this.presentities.push(presentity);
      this.byName.set(pair.callee.user, presentity);
      this.publish(presentity);
      this.watch(pair, i);
    });
  }

  stop(): void {
    this.isOver = true;
    this.population.stop();
    for (const { timer } of this.presentities) timer.disarm();
  }

  metrics(): AppMetric[] {
    const counts = Object.entries(this.counts).map(([metric, value]) => ({ metric, unit: '' as const, value }));
    const { notifications } = this.counts;
    const bytes: AppMetric[] = notifications === 0 ? [] : [{ metric: 'bytesPerNotification', unit: 'B', value: this.population.sipBytes / notifications }]; // prettier-ignore
    return [...counts, ...bytes, ...this.delay.metrics('notifyDelay')];
  }

  private publish(presentity: Presentity): void {
    if (this.isOver) return;
    const { callee } = presentity.pair;
    const { events, random } = this.host;
    const { every, expires } = this.params;
    presentity.version++;
    presentity.publishedAt = events.now;
    const body = pidfOf(uriText(callee.address), presentity.version % 2 === 1 ? 'open' : 'closed', presentity.version);
    this.counts.publications++;
    callee.publish(body, Math.ceil(expires / 1e9), (status) => {
      if (status >= 300) this.counts.publicationsFailed++;
    });
    if (every > 0) presentity.timer.arm(events.now + Math.round(random.exponential(every)));
  }

  /** A caller watches its own callee, and those after it. */
  private watch({ caller }: UserPair, i: number): void {
    const { pairs } = this.population;
    const { watched, expires } = this.params;
    for (let k = 0; k < Math.min(watched, pairs.length); k++) {
      // the first NOTIFY answers the SUBSCRIBE, and so does one that tells nothing new
      let seen = Infinity;
      caller.watch(pairs[(i + k) % pairs.length]!.callee.address, Math.ceil(expires / 1e9), {
        onActive: () => this.counts.subscriptions++,
        onNotify: (request) => {
          const version = versionOf(request.body);
          this.receive(request, version > seen ? version : -1);
          seen = version;
        },
        onEnd: () => this.counts.subscriptionsFailed++,
      });
    }
  }

  /** `news`: the version that it tells, for the delay of the newest from its PUBLISH; -1 for none. */
  private receive({ from, body }: SipRequest, news: number): void {
    const { events, warmup } = this.host;
    this.counts.notifications++;
    this.received += body.length;
    const presentity = this.byName.get(from.uri.user);
    if (presentity?.version === news && presentity.publishedAt >= warmup)
      this.delay.add(events.now - presentity.publishedAt);
  }
}

export const presence = defineApp({
  summary: 'users publish how they are, others watch them: SUBSCRIBE, NOTIFY, PUBLISH through a presence agent',
  reference: 'RFC 3856, RFC 3903, RFC 6665, RFC 3863',
  transports: ['datagram'],
  params: presenceParams,
  create: (chosen, host) => new Presence(host, chosen),
});
