import { factoryOf, pluginChoice } from '../core/choice';
import { type Nanos, Timer } from '../core/event-queue';
import { duration } from '../core/params';
import type { ParamsOf } from '../core/plugin';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { type App, type AppHost, type AppMetric, defineApp, type EmptyPath } from './app';
import { Durations, Samples } from './samples';
import { sizes, type SizeSource } from './sizes';

const webParams = {
  every: duration('mean time between the arrivals of two flows, which are a Poisson process', '100 ms'),
  sizes: pluginChoice(sizes, 'how large the flows are', 'bounded-pareto'),
};

/** Flows up to this many bytes are small, then medium, then large. */
const SMALL = 10e3;
const MEDIUM = 1e6;

/**
 * Flows of random size at random times from the client to the server, each over a connection of its own. A flow is complete
 * when the client learns that the server has read all of it: when the server's FIN arrives.
 */
class Web implements App {
  received = 0;
  private readonly nextSize: SizeSource;
  private readonly timer: Timer;
  private readonly live = new Set<ByteStream>();
  private readonly all = new FlowTimes();
  private readonly classes = { Small: new FlowTimes(), Medium: new FlowTimes(), Large: new FlowTimes() };
  private started = 0;
  private failed = 0;

  constructor(
    private readonly host: AppHost,
    private readonly params: ParamsOf<typeof webParams>,
  ) {
    this.nextSize = factoryOf(sizes, params.sizes)(host.random);
    this.timer = new Timer(host.events, () => this.arrive());
  }

  start(): void {
    this.wait();
  }

  stop(): void {
    this.timer.disarm();
    for (const connection of [...this.live]) connection.abort();
  }

  accept(): StreamDelegate {
    return {
      onReadable: (connection) => (this.received += connection.read(Infinity)),
      onRemoteClosed: (connection) => connection.close(),
    };
  }

  metrics(): AppMetric[] {
    return [
      { metric: 'flowsStarted', unit: '', value: this.started },
      { metric: 'flowsCompleted', unit: '', value: this.all.count },
      { metric: 'flowsFailed', unit: '', value: this.failed },
      ...this.all.metrics(''),
      ...Object.entries(this.classes).flatMap(([name, times]) => times.metrics(name)),
    ];
  }

  private wait(): void {
    const gap = this.host.random.exponential(this.params.every);
    this.timer.arm(this.host.events.now + Math.max(1, Math.round(gap)));
  }

  private arrive(): void {
    const { now } = this.host.events;
    const bytes = this.nextSize();
    const counts = now >= this.host.warmup;
    if (counts) this.started++;
    const connection = this.host.open({
      onRemoteClosed: (connection) => {
        if (counts) this.note(bytes, this.host.events.now - now);
        this.live.delete(connection);
      },
      onClosed: (connection) => {
        if (this.live.delete(connection) && counts) this.failed++;
      },
    });
    this.live.add(connection);
    connection.writeAll(bytes);
    connection.close();
    this.wait();
  }

  private note(bytes: number, took: Nanos): void {
    const slowdown = took / idealTime(bytes, this.host.path);
    this.all.add(took, slowdown);
    const { Small, Medium, Large } = this.classes;
    (bytes <= SMALL ? Small : bytes <= MEDIUM ? Medium : Large).add(took, slowdown);
  }
}

/** Completion times of flows, and their slow-downs. */
class FlowTimes {
  private readonly times = new Durations();
  private readonly slowdowns = new Samples('', 1);

  get count(): number {
    return this.times.count;
  }

  add(took: Nanos, slowdown: number): void {
    this.times.add(took);
    this.slowdowns.add(slowdown);
  }

  metrics(which: string): AppMetric[] {
    return [...this.times.metrics(`completionTime${which}`), ...this.slowdowns.metrics(`slowdown${which}`)];
  }
}

/**
 * The least time that a flow can take when it is alone: a round trip for the handshake, another for the last byte and the
 * FIN in answer, and the transmission of its segments at the slowest link. Slow start is not in it.
 */
function idealTime(bytes: number, path: EmptyPath): Nanos {
  const headers = Math.ceil(bytes / path.payload) * path.headers;
  return 2 * path.rtt + ((bytes + headers) * 8e9) / path.rate;
}

export const web = defineApp({
  summary: 'short flows of heavy-tailed size at Poisson times, a new connection each',
  reference: 'RFC 5166 section 2.1.3 (completion time); Dukkipati and McKeown 2006',
  transports: ['stream'],
  params: webParams,
  create: (chosen, host) => new Web(host, chosen),
});
