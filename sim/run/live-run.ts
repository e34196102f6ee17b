import type { Nanos } from '../core/event-queue';
import type { Link } from '../net/link';
import type { Simulation } from '../net/simulation';
import { type BuiltScenario, build } from '../scenario/build';
import type { PlacedRelay } from '../scenario/paths/site';
import type { RunningSession } from '../scenario/running-session';
import type { Scenario } from '../scenario/scenario';
import type { Server } from '../signalling/server';
import { DetailMeter } from './detail-meter';
import type { Installed } from '../middlebox/install';
import { FailureMeter } from './failure-meter';
import { MessageMeter } from './message-meter';
import type { MetricRow, RunReply, RunRequest } from './messages';
import { Meter } from './meter';
import { checkPhysics } from './physics';
import { RelayMeter } from './relay-meter';
import { SeriesRecorder } from './series';
import { SignallingMeter } from './signalling-meter';

/**
 * A run that goes on as far as it is told: for those who watch. Where it is stopped changes nothing: it ends with the same
 * reply as a run in one go.
 */
export class LiveRun {
  private readonly built: BuiltScenario;
  private readonly meter: Meter;
  private readonly details: DetailMeter;
  private readonly signalling: SignallingMeter;
  private readonly extras: readonly { metrics(): MetricRow[] }[];
  private readonly recorder: SeriesRecorder | null;

  constructor(private readonly request: RunRequest) {
    const { scenario, seed, record } = request;
    this.built = build(scenario, seed);
    const { simulation, sessions } = this.built;
    this.meter = new Meter(simulation, sessions, scenario.run.warmup);
    this.details = new DetailMeter(simulation, sessions, scenario);
    this.signalling = new SignallingMeter(this.built, scenario.run.warmup);
    const wanted = new Set<string>(scenario.measure);
    this.extras = [
      ...(wanted.has('delay-attribution') ? [new MessageMeter(this.built, scenario)] : []),
      ...(wanted.has('relay-memory') ? [new RelayMeter(this.built, scenario)] : []),
      ...(wanted.has('failures') ? [new FailureMeter(this.built, scenario.run.warmup)] : []),
    ];
    this.recorder = record ? new SeriesRecorder(simulation, sessions, scenario.record) : null;
  }

  get scenario(): Scenario {
    return this.request.scenario;
  }

  get simulation(): Simulation {
    return this.built.simulation;
  }

  get sessions(): readonly RunningSession[] {
    return this.built.sessions;
  }

  get links(): readonly Link[] {
    return this.built.simulation.links;
  }

  /** Of all sessions, with the nodes they are on. */
  get relays(): readonly PlacedRelay[] {
    return this.built.relays;
  }

  get middleboxes(): readonly Installed[] {
    return this.built.middleboxes;
  }

  /** Signalling servers, with the nodes they are on. */
  get servers(): readonly Server[] {
    return this.built.signalling?.servers ?? [];
  }

  get now(): Nanos {
    return this.simulation.events.now;
  }

  get end(): Nanos {
    return this.request.scenario.run.duration;
  }

  get isFinished(): boolean {
    return this.now >= this.end;
  }

  /** Runs to `until`, or to the end of the scenario if that is earlier. */
  advance(until: Nanos): void {
    this.simulation.run(Math.min(until, this.end));
  }

  /** Fires one event, if there is one before the end. */
  step(): void {
    this.simulation.events.run(this.end, true);
  }

  /** What a finished run found. Throws if physics was broken. */
  reply(): RunReply {
    const { simulation, meter, details, extras, recorder } = this;
    checkPhysics(simulation);
    const metrics = [...meter.metrics(this.end), ...this.signalling.metrics(this.end)];
    return {
      metrics: [
        ...metrics,
        ...details.metrics(metrics),
        ...extras.flatMap((extra) => extra.metrics()),
        ...this.built.middleboxes.flatMap(middleboxMetrics),
      ],
      series: recorder?.tables() ?? [],
      fingerprint: simulation.fingerprint.toString(),
      counters: {
        events: simulation.events.fired,
        packetHops: simulation.packetHops,
        packetsMade: simulation.pool.made,
      },
    };
  }
}

/** What the middlebox on a node found, under the name of the node. */
function middleboxMetrics({ node, middlebox }: Installed): MetricRow[] {
  return (middlebox.metrics?.() ?? []).map((metric) => ({ flow: node.name, ...metric }));
}
