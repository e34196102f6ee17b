import { build } from '../scenario/build';
import { DetailMeter } from './detail-meter';
import type { RunReply, RunRequest } from './messages';
import { Meter } from './meter';
import { checkPhysics } from './physics';
import { SeriesRecorder } from './series';

/** Runs one replication of one point. A pure function: the same request gives the same reply, anywhere. */
export function run(request: RunRequest): RunReply {
  const { scenario } = request;
  const { simulation, sessions } = build(scenario, request.seed);
  const meter = new Meter(simulation, sessions, scenario.run.warmup);
  const details = new DetailMeter(simulation, sessions, scenario);
  const recorder = request.record ? new SeriesRecorder(simulation, sessions, scenario.record) : null;
  simulation.run(scenario.run.duration);
  checkPhysics(simulation);
  const metrics = meter.metrics(scenario.run.duration);
  return {
    metrics: [...metrics, ...details.metrics(metrics)],
    series: recorder?.tables() ?? [],
    fingerprint: simulation.fingerprint.toString(),
    counters: {
      events: simulation.events.fired,
      packetHops: simulation.packetHops,
      packetsMade: simulation.pool.made,
    },
  };
}
