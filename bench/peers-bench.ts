import { logChart } from './chart';
import { compare, type Plan, type Result } from './compare';
import { hopwise, installedPeers } from './simulators';
import { table } from './table';
import type { WorkloadName } from './workloads';

/** Debian's ns-3 on W1 on the machine that bench/peers/README.md was measured on; W4 has only an absolute target there. */
const REFERENCE_NS3_W1 = 0.187e6;
const W4_TARGET = 2.8e6;

const FULL: readonly Plan[] = [
  { workload: 'W1', seconds: { hopwise: 60, 'ns-3': 60, 'ns-2': 60 } },
  { workload: 'W2', seconds: { hopwise: 20, 'ns-3': 6, 'ns-2': 20 } },
  { workload: 'W3', seconds: { hopwise: 60, 'ns-3': 20, 'ns-2': 60 } },
  { workload: 'W4', seconds: { hopwise: 60, 'ns-3': 60, 'ns-2': 60 } },
];

/** The two slow ones run less; Hopwise and ns-2 need their length to outweigh their start. */
const QUICK: readonly Plan[] = [
  { workload: 'W1', seconds: { hopwise: 60, 'ns-3': 20, 'ns-2': 60 } },
  { workload: 'W2', seconds: { hopwise: 10, 'ns-3': 3, 'ns-2': 10 } },
  { workload: 'W3', seconds: { hopwise: 30, 'ns-3': 6, 'ns-2': 30 } },
  { workload: 'W4', seconds: { hopwise: 60, 'ns-3': 60, 'ns-2': 60 } },
];

export interface PeersOptions {
  readonly quick: boolean;
  readonly repetitions: number;
  readonly workloads: readonly WorkloadName[];
}

/** W1 to W4 in Hopwise and in whatever else is installed. */
export function benchPeers(options: PeersOptions, say: (line: string) => void): Result[] {
  const simulators = [hopwise, ...installedPeers(say)];
  const plans = (options.quick ? QUICK : FULL).filter(({ workload }) => options.workloads.includes(workload));
  return plans.flatMap((plan) => compare(plan, simulators, options.repetitions, say));
}

/** The results as text. */
export function peersTable(results: readonly Result[]): string {
  const rows = results.map((r) => [
    r.workload,
    r.simulator,
    `${r.simSeconds}`,
    r.cpu.toFixed(2),
    r.peak.toFixed(0),
    `${(r.packetHops / 1e6).toFixed(2)} M`,
    `${(r.rate / 1e6).toFixed(3)} M`,
    `${(r.slowest / 1e6).toFixed(2)}–${(r.fastest / 1e6).toFixed(2)}`,
    r.simulator === hopwise.name ? '' : `${r.relative.toFixed(2)} ×`,
    (r.report.goodputSumBps / 1e6).toFixed(2),
    r.report.jain.toFixed(3),
    mean(r.report.bottlenecks.map(({ util }) => util)).toFixed(4),
    `${(100 * mean(r.report.bottlenecks.map(({ dropRate }) => dropRate))).toFixed(3)} %`,
  ]);
  const heading = ['', 'simulator', 'sim. s', 'CPU s', 'peak MiB', 'hops', 'hops/CPU s', 'range', 'hopwise is'];
  const lines = [table([...heading, 'goodput Mbit/s', 'Jain', 'utilisation', 'drops'], rows)];
  const own = results.find(({ workload, simulator }) => workload === 'W4' && simulator === hopwise.name);
  const ns3 = results.find(({ workload, simulator }) => workload === 'W1' && simulator === 'ns-3');
  if (own && ns3) {
    const target = (W4_TARGET * ns3.rate) / REFERENCE_NS3_W1;
    lines.push(
      `W4: ${(own.rate / 1e6).toFixed(2)} M/s; 2.8 M/s there is ${(target / 1e6).toFixed(2)} M/s on this machine.`,
    );
  }
  return lines.join('\n');
}

export function peersChart(results: readonly Result[]): string {
  const names = [...new Set(results.map(({ simulator }) => simulator))];
  const workloads = [...new Set(results.map(({ workload }) => workload))];
  const lines = names.map((label) => ({
    label,
    values: workloads.map((w) => {
      const found = results.find(({ workload, simulator }) => workload === w && simulator === label);
      return found && found.rate / 1e6;
    }),
  }));
  const text = {
    title: 'Packet-hops per CPU second',
    description: peersTable(results),
    x: 'workload',
    y: 'million packet-hops per CPU s',
  };
  return logChart(text, workloads, lines, false);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
