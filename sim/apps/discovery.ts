import type { Nanos } from '../core/event-queue';
import { choice, duration, integer } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { Finding } from '../probe/finding';
import { compareTraces } from '../probe/hop-limits';
import { countElements } from '../probe/max-forwards';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp } from './app';
import { EncryptedLook } from './encrypted-look';
import type { Look } from './look';
import { NotesLook } from './notes-look';
import { Population } from './population';

/** What an end can do to find out who is between it and the other end. */
export const METHODS = {
  'hop-limits': 'packets that may make few hops: echo requests to the other end, SYNs to where the session goes',
  'max-forwards': 'OPTIONS that few elements of the signalling may pass on',
  notes: 'a connection, of which the ends tell each other what they sent and saw, and when',
  encrypted: 'two sessions, of which one is encrypted: whoever needs to read it shows by its failure',
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
  wait: duration('how long a session may take until a message, or a note, has arrived', '150 s'),
  register: duration('how often callees register; 0 s = never: they are known from the beginning', '0 s'),
};
type Params = ParamsOf<typeof discoveryParams>;

const LOOKS: Readonly<Record<Method, (host: AppHost, params: Params) => Look>> = {
  'hop-limits': hopLimits,
  'max-forwards': maxForwards,
  notes: (host, { wait }) => new NotesLook(host, wait),
  encrypted: (host, { wait, register }) => new EncryptedLook(host, wait, register),
};

/** The client looks for whoever stands between it and the server's end, once. */
class Discovery implements App {
  readonly received = 0;
  finding: Finding | null = null;
  private startedAt: Nanos = 0;
  private endedAt: Nanos = 0;
  private readonly look: Look;

  constructor(
    private readonly host: AppHost,
    params: Params,
  ) {
    this.look = LOOKS[params.method](host, params);
  }

  start(): void {
    this.startedAt = this.host.events.now;
    this.look.start((finding) => {
      this.finding = finding;
      this.endedAt = this.host.events.now;
    });
  }

  stop(): void {
    // what was asked is answered or not
  }

  /** Without sessions: half-open connections of probes, which are reset. */
  accept(stream: ByteStream): StreamDelegate {
    return this.look.accept?.(stream) ?? {};
  }

  metrics(): AppMetric[] {
    const counted = this.look.metrics();
    if (this.finding === null) return counted;
    const { isExposed, place, names } = this.finding;
    return [
      ...counted,
      { metric: 'exposed', unit: '', value: isExposed ? 1 : 0 },
      { metric: 'named', unit: '', value: names.length > 0 ? 1 : 0 },
      { metric: 'place', unit: '', value: place },
      { metric: 'probeTime', unit: 's', value: (this.endedAt - this.startedAt) / 1e9 },
    ];
  }
}

function hopLimits(host: AppHost, params: Params): Look {
  if (host.probed === undefined) throw new Error('this path has no way that packets could trace');
  const probed = host.probed(params.patience);
  return {
    start: (done) => compareTraces(probed, params, done),
    metrics: () => [{ metric: 'probes', unit: '', value: probed.tracer.sent }],
  };
}

function maxForwards(host: AppHost, { register }: Params): Look {
  let elements = 0;
  let probes = 0;
  const population = new Population(host, { users: 1, spread: 0, register }, () => ({}));
  return {
    start: (done) =>
      population.start(({ caller, callee }) =>
        countElements(
          (hops, answer) => {
            probes++;
            caller.options(callee.address, hops, answer);
          },
          (finding, found) => {
            elements = found;
            done(finding);
          },
        ),
      ),
    metrics: () => [
      { metric: 'probes', unit: '', value: probes },
      { metric: 'elementsFound', unit: '', value: elements },
    ],
  };
}

export const discovery = defineApp({
  summary: 'the client looks for intermediaries on the way to the other end, in one of several ways',
  reference: 'draft-mankin-im-session-guide-00 section 4.5; RFC 3261 section 16.3; RFC 1812 section 5.3.1',
  transports: ['stream'],
  params: discoveryParams,
  create: (chosen, host) => new Discovery(host, chosen),
});
