import { type Cost, median } from './measure';
import type { WorkloadReport } from './report';
import { hopwise, reportOf, type Simulator } from './simulators';
import type { WorkloadName } from './workloads';

/** One simulator on one workload: medians over the repetitions. */
export interface Result extends Cost {
  readonly simulator: string;
  readonly workload: WorkloadName;
  readonly simSeconds: number;
  readonly packetHops: number;
  /** Packet-hops per CPU second: median, smallest, largest. */
  readonly rate: number;
  readonly slowest: number;
  readonly fastest: number;
  /** Median over the repetitions of this simulator's rate over that of Hopwise in the same round. */
  readonly relative: number;
  readonly report: WorkloadReport;
}

export interface Plan {
  readonly workload: WorkloadName;
  /** Simulated seconds, by simulator: the slow ones get a shorter run of the same workload. */
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Runs the simulators in turn, `repetitions` times over, so that what else the machine does hits all of them alike.
 */
export function compare(
  plan: Plan,
  simulators: readonly Simulator[],
  repetitions: number,
  say: (line: string) => void,
): Result[] {
  const able = simulators.filter((simulator) => {
    const obstacle = simulator.obstacle(plan.workload);
    if (obstacle !== null) say(`${plan.workload}: ${obstacle}`);
    return obstacle === null;
  });
  const runs = new Map<Simulator, { cost: Cost; rate: number }[]>(able.map((simulator) => [simulator, []]));
  const reports = new Map<Simulator, WorkloadReport>();
  for (let round = 0; round < repetitions; round++) {
    for (const simulator of able) {
      const seconds = plan.seconds[simulator.name]!;
      const { report, cost } = reportOf(simulator.command(plan.workload, seconds));
      const counted = reports.get(simulator) ?? withHops(simulator, plan.workload, seconds, report);
      check(simulator.name, counted, report);
      reports.set(simulator, counted);
      const rate = counted.packetHops / cost.cpu;
      runs.get(simulator)!.push({ cost, rate });
      say(`${plan.workload} ${simulator.name}: ${(rate / 1e6).toFixed(3)} M/s, ${cost.cpu.toFixed(2)} s`);
    }
  }
  const own = runs.get(hopwise)!;
  return able.map((simulator) => {
    const all = runs.get(simulator)!;
    const rates = all.map(({ rate }) => rate);
    const report = reports.get(simulator)!;
    return {
      simulator: simulator.name,
      workload: plan.workload,
      simSeconds: report.simSeconds,
      packetHops: report.packetHops,
      cpu: median(all.map(({ cost }) => cost.cpu)),
      peak: Math.max(...all.map(({ cost }) => cost.peak)),
      rate: median(rates),
      slowest: Math.min(...rates),
      fastest: Math.max(...rates),
      relative: median(all.map(({ rate }, round) => own[round]!.rate / rate)),
      report,
    };
  });
}

function withHops(simulator: Simulator, w: WorkloadName, seconds: number, report: WorkloadReport): WorkloadReport {
  if (simulator.countCommand === undefined) return report;
  const { packetHops } = reportOf(simulator.countCommand(w, seconds)).report;
  return { ...report, packetHops };
}

/** All of these simulators are deterministic: a repetition that differs is a defect. */
function check(name: string, first: WorkloadReport, again: WorkloadReport): void {
  if (first.drops !== again.drops || first.goodputSumBps !== again.goodputSumBps) {
    throw new Error(`${name} gave two different results for ${first.w}`);
  }
  if (first.fingerprint !== again.fingerprint) throw new Error(`${name} took two different ways through ${first.w}`);
}
