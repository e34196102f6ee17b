import type { Nanos } from '../core/event-queue';
import { choice, duration, integer } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { Finding } from '../probe/finding';
import { compareTraces } from '../probe/hop-limits';
import { countElements } from '../probe/max-forwards';
import type { StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { Population } from './population';

/** What an end can do to find out who is between it and the other end. */
export const METHODS = {
  'hop-limits': 'packets that may make few hops: echo requests to the other end, SYNs to where the session goes',
  'max-forwards': 'OPTIONS that few elements of the signalling may pass on',
} as const;
export type Method = keyof typeof METHODS;

const discoveryParams = {
  method: choice(
    'what the client does to find intermediaries',
    Object.keys(METHODS) as [Method, ...Method[]],
    'hop-limits',
  ),
  patience: duration('how long an answer to a packet is waited for', '1 s'),
  tries: integer('packets for each number of hops, until one is answered', 2, 1, 100),
  most: integer('hops beyond which nobody is looked for', 30, 1, 255),
};
type Params = ParamsOf<typeof discoveryParams>;

/** The client looks for whoever stands between it and the server's end, once. */
class Discovery implements App {
  readonly received = 0;
  private finding: Finding | null = null;
  private startedAt: Nanos = 0;
  private endedAt: Nanos = 0;
  private readonly counts = new Map<string, () => number>();
  private readonly look: (done: (finding: Finding) => void) => void;

  constructor(
    private readonly host: AppHost,
    private readonly params: Params,
  ) {
    this.look = params.method === 'hop-limits' ? this.hopLimits() : this.maxForwards();
  }

  start(): void {
    this.startedAt = this.host.events.now;
    this.look((finding) => {
      this.finding = finding;
      this.endedAt = this.host.events.now;
    });
  }

  stop(): void {
    // what was asked is answered or not
  }

  /** Half-open connections of probes, which are reset. */
  accept(): StreamDelegate {
    return {};
  }

  metrics(): AppMetric[] {
    const count = (metric: string, value: number): AppMetric => ({ metric, unit: '', value });
    const counted = [...this.counts].map(([metric, value]) => count(metric, value()));
    if (this.finding === null) return counted;
    const { isExposed, place, name } = this.finding;
    return [
      ...counted,
      count('exposed', isExposed ? 1 : 0),
      count('named', name === '' ? 0 : 1),
      count('place', place),
      { metric: 'probeTime', unit: 's', value: (this.endedAt - this.startedAt) / 1e9 },
    ];
  }

  private hopLimits(): Discovery['look'] {
    const { host, params } = this;
    if (host.probed === undefined) throw new Error('this path has no way that packets could trace');
    const probed = host.probed(params.patience);
    this.counts.set('probes', () => probed.tracer.sent);
    return (done) => compareTraces(probed, params, done);
  }

  private maxForwards(): Discovery['look'] {
    let elements = 0;
    let probes = 0;
    this.counts.set('probes', () => probes).set('elementsFound', () => elements);
    const population = new Population(this.host, { users: 1, spread: 0, register: 0 }, () => ({}));
    return (done) =>
      population.start(({ caller, callee }) =>
        countElements(
          (maxForwards, answer) => {
            probes++;
            caller.options(callee.address, maxForwards, answer);
          },
          (finding, found) => {
            elements = found;
            done(finding);
          },
        ),
      );
  }
}

export const discovery = defineApp({
  summary: 'the client looks for intermediaries on the way to the other end, in one of several ways',
  reference: 'draft-mankin-im-session-guide-00 section 4.5; RFC 3261 section 16.3; RFC 1812 section 5.3.1',
  transports: ['stream'],
  params: discoveryParams,
  create: (chosen, host) => new Discovery(host, chosen),
});
