import type { Scenario } from '../sim/scenario/scenario';
import { type Group, judge, mean, median, type Row } from './check';
import { type Band, bandOf, referenceTable } from './reference';
import { type Measured, replicate, scenario, type SessionText, type Written } from './scenario';

/** One table of test/reference/linux-tcp.md and how to measure the same. */
export interface Experiment {
  /** How its heading begins. */
  readonly heading: string;
  readonly method?: string;
  readonly replications: number;
  /** The scenario of a row, from the row's first cell. */
  scenarioOf(label: string): Scenario;
  /** By column: the number of one run in the unit of the table; NaN where a row has none. */
  readonly columns: Readonly<Record<string, (run: Measured, label: string) => number>>;
}

const FILE = 'linux-tcp.md';

/** Every row that the table has, each a check of its own. */
export function linuxGroup(experiment: Experiment): Group {
  const table = referenceTable(FILE, experiment.heading);
  const id = experiment.heading;
  return {
    title: `Linux 6.18: ${table.heading}`,
    source: `Linux 6.18 end hosts over emulated links, \`test/reference/${FILE}\``,
    method:
      `Median [min-max] of ${experiment.replications} replications beside the median [min-max] of the Linux runs; our median ` +
      'is judged. Inside: in the band as printed; near: outside by no more than the width of the band, or 2 %.' +
      (experiment.method === undefined ? '' : ` ${experiment.method}`),
    checks: [...table.rows].map(([label, cells]) => ({
      name: `${id} ${label}`,
      run: () => rowsOf(experiment, label, cells),
    })),
  };
}

function rowsOf(experiment: Experiment, label: string, cells: Readonly<Record<string, string>>): Row[] {
  const runs = replicate(experiment.scenarioOf(label), experiment.replications);
  return Object.entries(experiment.columns).flatMap(([column, measure]) => {
    const expected = cells[column];
    if (expected === undefined) throw new Error(`${experiment.heading} has no column ${column}`);
    if (expected === '-') return [];
    const values = runs.map((run) => measure(run, label));
    const what = `${experiment.heading} ${label}: ${column}`;
    const band = bandOf(expected);
    return [band === undefined ? unjudged(what, expected, values) : judged(what, expected, band, values)];
  });
}

function judged(what: string, expected: string, band: Band, values: readonly number[]): Row {
  const { low, high, decimals } = band;
  const show = (value: number): string => value.toFixed(decimals);
  const middle = median(values);
  return {
    what,
    expected,
    ours: `${show(middle)} [${show(Math.min(...values))}-${show(Math.max(...values))}]`,
    verdict: judge(middle, low, high, decimals),
  };
}

function unjudged(what: string, expected: string, values: readonly number[]): Row {
  return { what, expected, ours: median(values).toFixed(0), verdict: 'no band' };
}

/** Payload and packet of a full segment with timestamps, bytes. */
const SEGMENT = 1448;
const PACKET = 1500;

export interface Path {
  readonly segments?: number;
  /** Mbit/s and milliseconds, all segments together. */
  readonly rate: number;
  readonly rtt: number;
  /** Packets that may wait. */
  readonly limit: number;
  /** Share lost on the last segment. */
  readonly loss?: number;
}

/** `n` BDP as the reference counts them: packets. */
export function packetsOf(bdp: number, rate: number, rtt: number): number {
  return Math.round((bdp * rate * 1e6 * rtt * 1e-3) / 8 / PACKET);
}

/** The path of the reference: 60 s, measured from 10 s on. A loss reduces cwnd, as in Linux, and not FlightSize. */
export function linuxScenario(path: Path, sessions: readonly SessionText[]): Scenario {
  const chain: Written = {
    chain: {
      segments: path.segments ?? 1,
      rate: `${path.rate} Mbit/s`,
      rtt: `${path.rtt} ms`,
      queue: { 'drop-tail': { limit: `${path.limit} packets` } },
      lastLoss: path.loss ?? 0,
    },
  };
  const asLinux = sessions.map((session) => ({ ...session, tcp: { reducedFrom: 'cwnd', ...session.tcp } }));
  return scenario(chain, asLinux, '60 s', '10 s');
}

/** As Linux has them: BBR is version 1; CUBIC counts whole segments, and it has HyStart, not HyStart++. */
export function controlOf(name: string): Written {
  if (name === 'bbr') return 'bbr1';
  return name === 'cubic' ? { cubic: { counting: 'linux', hystart: 'hystart' } } : name;
}

/** Readings of one run, in the units of the tables. */
export const read = {
  mbit: (run: Measured, flow: string): number => run.get(flow, 'goodput') / 1e6,
  utilisation: (run: Measured, link = 'n0>n1'): number => run.get(link, 'utilisation'),
  queue: (run: Measured, link = 'n0>n1'): number => run.get(link, 'queue'),
  retransmitted: (run: Measured, flow: string): number => 100 * run.get(flow, 'retransmitted'),
  srtt: (run: Measured, flow: string): number => 1e3 * run.get(flow, 'srtt'),
  cwnd: (run: Measured, flow: string): number => run.get(flow, 'cwnd') / SEGMENT,
  /** Of several flows: segments retransmitted of all segments; every flow counts by what it carried. */
  retransmittedOf: (run: Measured, flows: readonly string[]): number => {
    const carried = flows.map((flow) => read.mbit(run, flow));
    const total = carried.reduce((a, b) => a + b, 0);
    return flows.reduce((sum, flow, i) => sum + (read.retransmitted(run, flow) * carried[i]!) / total, 0);
  },
  meanSrtt: (run: Measured, flows: readonly string[]): number => mean(flows.map((flow) => read.srtt(run, flow))),
} as const;
