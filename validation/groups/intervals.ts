import { RandomStream } from '../../sim/core/random';
import { batchMeans } from '../../sim/stats/batch-means';
import { bcaJain, bcaMean, bcaPercentile, bcaRatio } from '../../sim/stats/bootstrap';
import { compareObservations } from '../../sim/stats/compare';
import { estimateMean, type Estimate } from '../../sim/stats/estimate';
import { jainIndex } from '../../sim/stats/measures';
import { meanOf } from '../../sim/stats/moments';
import { progressOf, type StoppingRule } from '../../sim/stats/sequential';
import { boundRow, type Check, type Group, type Row } from '../check';
import { sojournTimes } from '../queue';

const EXPERIMENTS = 2000;

/** Something to estimate: replications that never end, and one long run. */
interface Process {
  readonly name: string;
  /** What every interval should hold. */
  readonly truth: number;
  /** Stopping rules to try: the least number of replications, and the half-width as part of the mean. */
  readonly rules: readonly { readonly min: number; readonly relative: number }[];
  /** The mean of one replication; another for every `index`. */
  replication(index: number): number;
  /** Observations of one long stationary run. */
  run(index: number): number[];
}

const LOAD = 0.5;

/** The queue forgets its start within some 12 service times at this load: (1 - sqrt(load))^-2. */
const mm1: Process = {
  name: `M/M/1, load ${LOAD}`,
  truth: 1 / (1 - LOAD),
  rules: [
    { min: 10, relative: 0.05 },
    { min: 5, relative: 0.05 },
  ],
  replication: (index) => meanOf(sojournTimes(LOAD, 1000, 60, [index, 1, 5, 9])),
  run: (index) => sojournTimes(LOAD, 10_000, 60, [index, 2, 6, 5]),
};

const PHI = 0.8;

const ar1: Process = {
  name: `AR(1), phi ${PHI}`,
  truth: 10,
  rules: [
    { min: 10, relative: 0.02 },
    { min: 5, relative: 0.02 },
  ],
  replication: (index) => meanOf(autoregressive(200, index, 'replication')),
  run: (index) => autoregressive(4000, index, 'run'),
};

/** x(i+1) = phi x(i) + normal noise around 10, from its stationary distribution on. */
function autoregressive(length: number, index: number, name: string): number[] {
  const random = new RandomStream([index, 3, 1, 4], name);
  let x = random.normal(0, 1 / Math.sqrt(1 - PHI * PHI));
  return Array.from({ length }, () => {
    const before = x;
    x = PHI * x + random.normal(0, 1);
    return 10 + before;
  });
}

/** Share of the experiments in percent, with the band that the intervals have to keep. */
function coverageRow(what: string, covered: number): Row {
  return boundRow(what, '95 %', (100 * covered) / EXPERIMENTS, 93, 97, 1);
}

function holds({ low, high }: Estimate, truth: number): boolean {
  return low <= truth && truth <= high;
}

/** How often an interval holds the truth; `experiment` makes one from fresh random numbers. */
function coverageOf(what: string, truth: number, experiment: (index: number) => Estimate): Row {
  let covered = 0;
  for (let i = 0; i < EXPERIMENTS; i++) if (holds(experiment(i), truth)) covered++;
  return coverageRow(what, covered);
}

/** Experiments share no replication; the methods do. */
function replicationRows(process: Process): Row[] {
  const counts = { student: 0, few: 0, many: 0, different: 0 };
  const stopped = process.rules.map(() => ({ covered: 0, replications: 0 }));
  let next = 0;
  for (let i = 0; i < EXPERIMENTS; i++) {
    const samples: number[] = [];
    const first = (n: number): number[] => {
      while (samples.length < n) samples.push(process.replication(next++));
      return samples.slice(0, n);
    };
    if (holds(estimateMean(first(10)), process.truth)) counts.student++;
    if (holds(bcaMean(first(10)), process.truth)) counts.few++;
    if (holds(bcaMean(first(20)), process.truth)) counts.many++;
    if (calledDifferent(first(10), first(20).slice(10))) counts.different++;
    process.rules.forEach(({ min, relative }, r) => {
      const rule = { halfWidth: { relative }, confidence: 0.95, min, max: 1000 };
      const { n, estimate } = stopping(first, rule);
      stopped[r]!.replications += n;
      if (holds(estimate, process.truth)) stopped[r]!.covered++;
    });
  }
  const { name } = process;
  return [
    coverageRow(`${name}: Student over 10 replications`, counts.student),
    // With so few, resamples are not much spread: shown to warn.
    { ...coverageRow(`${name}: BCa over 10 replications`, counts.few), expected: '95 %', verdict: 'no band' },
    coverageRow(`${name}: BCa over 20 replications`, counts.many),
    ...stopped.map(({ covered, replications }, r) => {
      const { min, relative } = process.rules[r]!;
      const mean = (replications / EXPERIMENTS).toFixed(1);
      return coverageRow(`${name}: stopped at ± ${relative * 100} %, ${min} replications or more (${mean})`, covered);
    }),
    boundRow(`${name}: identical variants called different`, '5 %', (100 * counts.different) / EXPERIMENTS, 3, 7, 1),
  ];
}

function stopping(first: (n: number) => number[], rule: StoppingRule): { n: number; estimate: Estimate } {
  for (let n = 0; ;) {
    const { more, estimate } = progressOf(first(n), rule);
    if (more === 0) return { n, estimate };
    n += more;
  }
}

/** As `hopwise compare` does it. */
function calledDifferent(a: readonly number[], b: readonly number[]): boolean {
  const rows = (values: readonly number[]) =>
    values.map((value, i) => ({ factors: {}, flow: 'A', metric: 'delay', unit: 's', replication: i + 1, value }));
  const [found] = compareObservations(rows(a), rows(b), { paired: true });
  return found!.verdict === 'higher' || found!.verdict === 'lower';
}

/** Two flows whose goodputs share the luck of a replication: A around 4, B around 8, skewed. */
function flows(index: number, n: number): [number, number][] {
  const random = new RandomStream([index, 2, 7, 1], 'flows');
  return Array.from({ length: n }, () => {
    const luck = random.exponential(1);
    return [3 + luck * (0.5 + random.uniform()), 9 - luck * (0.5 + random.uniform())];
  });
}

/** Of flows: E[A] = 4, E[B] = 8. */
const RATIO = 0.5;
const JAIN = jainIndex([4, 8]);

function exponentials(index: number, n: number): number[] {
  const random = new RandomStream([index, 8, 2, 8], 'exponentials');
  return Array.from({ length: n }, () => random.exponential(1));
}

function statisticRows(): Row[] {
  const a = (pairs: readonly (readonly [number, number])[]) => pairs.map(([x]) => x);
  const b = (pairs: readonly (readonly [number, number])[]) => pairs.map(([, y]) => y);
  return [
    coverageOf('ratio of two goodputs, 30 replications: BCa', RATIO, (i) => {
      const pairs = flows(i, 30);
      return bcaRatio(a(pairs), b(pairs));
    }),
    coverageOf("Jain's index of two goodputs, 30 replications: BCa", JAIN, (i) => bcaJain(flows(i, 30))),
    coverageOf('median of exponential samples, n = 30: BCa', Math.LN2, (i) => bcaPercentile(exponentials(i, 30), 0.5)),
    coverageOf('90th percentile of exponential samples, n = 100: BCa', Math.LN10, (i) =>
      bcaPercentile(exponentials(i, 100), 0.9),
    ),
  ];
}

const checks: readonly Check[] = [
  { name: 'intervals over replications of M/M/1', run: () => replicationRows(mm1) },
  {
    name: 'batch means of M/M/1',
    run: () => [
      coverageOf(`${mm1.name}: batch means, one run of 10 000 customers`, mm1.truth, (i) => batchMeans(mm1.run(i))),
    ],
  },
  {
    name: 'intervals of AR(1)',
    run: () => [
      ...replicationRows(ar1),
      coverageOf(`${ar1.name}: batch means, one run of 4000 observations`, ar1.truth, (i) => batchMeans(ar1.run(i))),
    ],
  },
  { name: 'bootstrap intervals of ratios, percentiles and Jain’s index', run: statisticRows },
];

export const intervals: Group = {
  title: 'Intervals: how often they hold the truth',
  source: 'Kleinrock, Queueing Systems, vol. 1 (1975), section 3.2: mean time in an M/M/1 queue, 1 / (1 - load)',
  method: `${EXPERIMENTS} experiments each, all with other random numbers. A 95 % interval must hold the truth in 93 to 97 % of
them (chance alone moves it by 0.5), and two variants that are the same must be called different in 3 to 7 %. M/M/1 is a link
of the simulator with Poisson arrivals of packets with exponential sizes. In brackets: replications made, on average.`,
  checks,
};
