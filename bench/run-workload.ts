/** One workload in a process of its own; prints one line of JSON, as the programs in bench/peers do. */
import { parseArgs } from 'node:util';
import type { WorkloadReport } from './report';
import { buildWorkload, type Workload, WORKLOADS, type WorkloadName } from './workloads';

function main(): void {
  const { values } = parseArgs({
    options: {
      w: { type: 'string', default: 'W1' },
      dur: { type: 'string', default: '0' },
      flows: { type: 'string', default: '0' },
      watched: { type: 'boolean', default: false },
    },
  });
  const started = process.cpuUsage();
  const name = WORKLOADS.find((w) => w === values.w) as WorkloadName | undefined;
  if (name === undefined) throw new Error(`expected one of ${WORKLOADS.join(', ')}, not ${values.w}`);
  const workload = buildWorkload(name, { seconds: Number(values.dur), flows: Number(values.flows) });
  const seen = { packets: 0 };
  if (values.watched) watch(workload, seen);
  const built = process.cpuUsage(started);
  const report = run(workload);
  const ran = process.cpuUsage(started);
  const seconds = (usage: NodeJS.CpuUsage): number => (usage.user + usage.system) / 1e6;
  console.log(
    JSON.stringify({
      ...report,
      events: workload.simulation.events.fired,
      cpuSetup: seconds(built),
      cpuRun: seconds(ran) - seconds(built),
      ...(values.watched ? { seen: seen.packets } : {}),
      fingerprint: workload.simulation.fingerprint.toString(),
    }),
  );
}

/** Puts a tap on every link, as captures do, that only counts. */
function watch({ simulation }: Workload, seen: { packets: number }): void {
  const tap = {
    onSend: () => void seen.packets++,
    onArrive: () => void seen.packets++,
    onDrop: () => void seen.packets++,
  };
  for (const link of simulation.links) link.tap = tap;
}

function run({ name, simulation, flows, bottlenecks, duration, warmup }: Workload): WorkloadReport {
  simulation.run(warmup);
  for (const flow of flows) flow.receivedInWarmup = flow.received;
  const before = bottlenecks.map((link) => link.transmittedBytes);
  simulation.run(duration);
  const measured = (duration - warmup) / 1e9;
  const goodputs = flows.map((flow) => (8 * (flow.received - flow.receivedInWarmup)) / measured);
  const sum = goodputs.reduce((total, g) => total + g, 0);
  const squares = goodputs.reduce((total, g) => total + g * g, 0);
  return {
    sim: 'hopwise',
    w: name,
    flows: flows.length,
    simSeconds: duration / 1e9,
    packetHops: simulation.packetHops,
    drops: simulation.links.reduce((total, link) => total + link.droppedPackets, 0),
    goodputSumBps: Math.round(sum),
    jain: squares === 0 ? 0 : (sum * sum) / (flows.length * squares),
    bottlenecks: bottlenecks.map((link, i) => ({
      util: (8 * (link.transmittedBytes - before[i]!)) / measured / link.rate,
      drops: link.droppedPackets,
      dropRate: link.droppedPackets / (link.droppedPackets + link.acceptedPackets),
    })),
    perFlow: flows.map((flow, i) => ({ kind: flow.kind, bps: Math.round(goodputs[i]!) })),
  };
}

main();
