import { logChart } from './chart';
import { hopwise, reportOf } from './simulators';
import { table } from './table';

/** Workload S with this many flows. */
export interface ScaleResult {
  readonly flows: number;
  readonly simSeconds: number;
  readonly packetHops: number;
  /** CPU nanoseconds per packet-hop once built, and of building, per flow. */
  readonly nanosPerHop: number;
  readonly setupPerFlow: number;
  /** Peak resident bytes per flow, both ends, hosts and links, less those of a run with ten flows. */
  readonly bytesPerFlow: number;
}

const SIM_SECONDS = 0.4;

/** Workload S in growing numbers of flows. */
export function benchScale(
  options: { readonly quick: boolean; readonly repetitions: number },
  say: (line: string) => void,
): ScaleResult[] {
  const counts = options.quick ? [1000, 10_000] : [1000, 10_000, 100_000];
  const empty = runScale(10).peak;
  return counts.map((flows) => {
    const runs = Array.from({ length: options.repetitions }, () => runScale(flows));
    const best = runs.reduce((a, b) => (a.cpuRun < b.cpuRun ? a : b));
    say(`S ${flows}: ${((best.cpuRun / best.packetHops) * 1e9).toFixed(0)} ns per packet-hop`);
    return {
      flows,
      simSeconds: SIM_SECONDS,
      packetHops: best.packetHops,
      nanosPerHop: (best.cpuRun / best.packetHops) * 1e9,
      setupPerFlow: (best.cpuSetup / flows) * 1e9,
      bytesPerFlow: ((best.peak - empty) * 2 ** 20) / flows,
    };
  });
}

function runScale(flows: number) {
  const { report, cost } = reportOf([...hopwise.command('S', SIM_SECONDS), `--flows=${flows}`]);
  const { cpuRun, cpuSetup } = report as unknown as { cpuRun: number; cpuSetup: number };
  return { cpuRun, cpuSetup, packetHops: report.packetHops, peak: cost.peak };
}

export function scaleTable(results: readonly ScaleResult[]): string {
  return table(
    ['S: flows', 'sim. s', 'packet-hops', 'ns per hop', 'set-up us per flow', 'peak KiB per flow'],
    results.map((r) => [
      `${r.flows}`,
      `${r.simSeconds}`,
      `${(r.packetHops / 1e6).toFixed(2)} M`,
      r.nanosPerHop.toFixed(0),
      (r.setupPerFlow / 1e3).toFixed(1),
      (r.bytesPerFlow / 1024).toFixed(2),
    ]),
  );
}

export function scaleChart(results: readonly ScaleResult[]): string {
  const lines = [
    { label: 'ns per hop', values: results.map(({ nanosPerHop }) => nanosPerHop) },
    { label: 'bytes per flow', values: results.map(({ bytesPerFlow }) => bytesPerFlow) },
  ];
  const text = { title: 'Workload S', description: scaleTable(results), x: 'flows', y: 'ns, bytes' };
  return logChart(
    text,
    results.map(({ flows }) => String(flows)),
    lines,
    true,
  );
}
