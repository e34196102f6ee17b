import type { MetricRow, PointResult, SeriesTable, StudyResult } from '../../sim/run/messages';
import type { Scenario, Study } from '../../sim/scenario/scenario';

/*
 * Results as a study of hops, path and congestion control would give them, made without the engine: the numbers are
 * simple functions of the factors, so that tests know where they must be drawn.
 */

const HOPS = [1, 2, 4, 8];
const PATHS = ['end-to-end', 'relayed'] as const;
const CCS = ['cubic', 'reno'] as const;

/** Goodput of `long` in replication r: its mean plus a deviation that averages to nothing over 2, 4, ... replications. */
export function longGoodput(hops: number, path: string, cc: string, replication: number): number {
  const mean = path === 'end-to-end' ? 5e6 : 4e6 / hops;
  const deviation = (replication % 2 === 0 ? 1 : -1) * (cc === 'cubic' ? 4e5 : 2e5);
  return mean + (cc === 'reno' ? 3e5 / hops : 0) + deviation;
}

export function fakeStudy(replications = 10): StudyResult {
  const points = HOPS.flatMap((hops) => PATHS.flatMap((path) => CCS.map((cc) => ({ hops, path, cc }))));
  const scenario = studyOf(
    points.map((factors) => ({ factors, scenario: scenarioOf() })),
    replications,
  );
  return {
    scenario,
    seed: 1,
    version: '0.1.0',
    points: points.map((factors): PointResult => ({
      factors,
      replications: Array.from({ length: replications }, (_, i) => i + 1).map((replication) => {
        const long = longGoodput(factors.hops, factors.path, factors.cc, replication);
        return {
          replication,
          seed: [1, 2, 3, replication],
          reply: {
            metrics: [
              { flow: 'A', metric: 'goodput', unit: 'bit/s', value: 9.6e6 - long },
              { flow: 'long', metric: 'goodput', unit: 'bit/s', value: long },
              { flow: 'network', metric: 'utilisation', unit: '', value: 0.99 + 0.001 * (replication % 2) },
              ...linkMetrics(factors.hops),
              ...delayMetrics(factors.hops),
            ],
            series: replication === 1 ? seriesOf(factors.path) : [],
            fingerprint: `f${factors.hops}${factors.path[0]}${factors.cc[0]}${replication}`,
            counters: { events: 1000 + replication, packetHops: 500 },
          },
        };
      }),
    })),
  };
}

/** A chain of two links, the second of which is used half as much, and hardly anything on the way back. */
function linkMetrics(hops: number): MetricRow[] {
  const used = { 'n0>n1': 0.96, 'n1>n2': 0.48, 'n1>n0': 0.04 / hops, 'n2>n1': 0 };
  return Object.entries(used).map(([flow, value]) => ({ flow, metric: 'utilisation', unit: '', value }));
}

/** Where the delay of messages of `long` went: more hops, more queues and relays. */
function delayMetrics(hops: number): MetricRow[] {
  const parts = {
    delaySetup: 0,
    delayPropagation: 0.04,
    delaySerialisation: 0.001,
    delayQueueing: 0.03 * hops,
    'delayQueueing.n0>n1': 0.02 * hops,
    'delayQueueing.n1>n2': 0.01 * hops,
    delayRelayBuffer: 0.01 * (hops - 1),
  };
  return Object.entries(parts).map(([metric, value]) => ({ flow: 'long', metric, unit: 's', value }));
}

/** Saw teeth of two flows, and the queue between them, sampled each 100 ms for 60 s. */
function seriesOf(path: string): SeriesTable[] {
  const times = Array.from({ length: 600 }, (_, i) => i / 10);
  const tooth = (period: number, low: number, high: number) =>
    times.map((t) => low + ((t % period) / period) * (high - low));
  const relayed = path === 'relayed';
  const flow = (name: string, cwnd: number[]): SeriesTable => ({
    name,
    columns: [
      { name: 'time_s', values: times },
      { name: 'cwnd_bytes', values: cwnd },
      { name: 'srtt_s', values: cwnd.map((bytes) => 0.08 + bytes / 4e6) },
    ],
  });
  return [
    flow('A', tooth(relayed ? 3 : 9, relayed ? 60e3 : 70e3, relayed ? 150e3 : 130e3)),
    flow('long', tooth(relayed ? 7 : 11, relayed ? 5e3 : 60e3, relayed ? 30e3 : 120e3)),
    {
      name: 'n0>n1',
      columns: [
        { name: 'time_s', values: times },
        { name: 'queue_packets', values: tooth(relayed ? 3 : 9, 10, 67).map(Math.round) },
      ],
    },
  ];
}

function studyOf(points: Study['points'], replications: number): Study {
  return {
    name: 'hop-by-hop-vs-end-to-end',
    title: 'Hop by hop against end to end',
    question: 'Does a chain of relays starve a long flow?',
    source: { title: 'Hop by hop against end to end', run: { duration: '60 s' } },
    seed: 1,
    replications,
    recorded: [1],
    factors: [
      { name: 'hops', values: HOPS },
      { name: 'path', values: PATHS },
      { name: 'cc', values: CCS },
    ],
    points,
    charts: [],
    expect: [],
    breaks: [],
  };
}

function scenarioOf(): Scenario {
  return {
    title: 'Hop by hop against end to end',
    network: { name: 'chain', params: {} },
    middleboxes: {},
    sessions: [],
    run: { duration: 60e9, warmup: 10e9 },
    failures: [],
    measure: [],
    record: { every: 100e6, series: [] },
  };
}
