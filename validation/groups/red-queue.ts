import { boundRow, type Check, mean } from '../check';
import { replicate, scenario, type SessionText, type Written } from '../scenario';

/** N flows over Floyd's network with RED, RED with ECN and drop-tail: test/reference/published.md 8.1. */

const SEEDS = 3;

/** Mean queue in packets, drop rate and goodput over the capacity of RED; drop rate with ECN; mean queue of drop-tail. */
const PUBLISHED: readonly (readonly [n: number, queue: number, drop: number, ecnDrop: number, tail: number])[] = [
  [1, 6.2, 0.004, 0, 42.7],
  [2, 7.5, 0.012, 0, 46.7],
  [4, 10.2, 0.031, 0, 49.3],
  [8, 15.0, 0.066, 0.04, 50.7],
  [16, 17.1, 0.139, 0.128, 53.6],
  [32, 18.4, 0.196, 0.196, 57.2],
];

const RED = {
  minTh: '5 packets',
  maxTh: '15 packets',
  wq: 0.002,
  maxP: 0.1,
  gentle: true,
  wait: true,
  limit: '60 packets',
};

function measure(n: number, queue: Written, ecn: 'off' | 'classic') {
  const graph = {
    nodes: ['s1', 's2', 'r1', 'r2', 's3'],
    links: [
      { between: ['s1', 'r1'], rate: '10 Mbit/s', delay: '2 ms' },
      { between: ['s2', 'r1'], rate: '10 Mbit/s', delay: '3 ms' },
      { between: ['r1', 'r2'], rate: '1.5 Mbit/s', delay: '20 ms', queue },
      { between: ['r2', 's3'], rate: '10 Mbit/s', delay: '4 ms' },
    ],
  };
  const flows = Array.from({ length: n }, (_, i): SessionText => ({
    name: `f${i}`,
    from: i % 2 === 0 ? 's1' : 's2',
    to: 's3',
    congestionControl: 'newreno',
    tcp: { lossRecovery: 'sack', mss: 1000, delayedAckSegments: 1, ecn },
  }));
  const runs = replicate(scenario({ graph }, flows, '120 s', '20 s'), SEEDS);
  return {
    queue: mean(runs.map((run) => run.get('r1>r2', 'queue'))),
    dropped: mean(runs.map((run) => run.get('r1>r2', 'dropped'))),
  };
}

function row([n, queue, drop, ecnDrop, tail]: (typeof PUBLISHED)[number]): Check {
  const flows = `${n} flow${n === 1 ? '' : 's'}`;
  return {
    name: `RED, ${flows}`,
    run: () => {
      const red = measure(n, { red: RED }, 'off');
      const marking = measure(n, { red: RED }, 'classic');
      const dropTail = measure(n, { 'drop-tail': { limit: '60 packets' } }, 'off');
      const ecn = n <= 4 ? ([0, 0] as const) : ([ecnDrop / 1.25, ecnDrop * 1.25] as const);
      return [
        boundRow(`RED, ${flows}: mean queue, packets`, queue.toFixed(1), red.queue, queue * 0.85, queue * 1.15, 1),
        boundRow(`RED, ${flows}: drop rate`, drop.toFixed(3), red.dropped, drop / 1.25, drop * 1.25, 4),
        boundRow(`RED with ECN, ${flows}: drop rate`, ecnDrop.toFixed(3), marking.dropped, ...ecn, 4),
        boundRow(
          `drop-tail, ${flows}: mean queue, packets`,
          tail.toFixed(1),
          dropTail.queue,
          tail * 0.85,
          tail * 1.15,
          1,
        ),
      ];
    },
  };
}

export const redQueue = {
  title: "RED's average queue and drop rate",
  source: "Floyd and Jacobson 1993, Floyd's network in ns-2.35; `test/reference/published.md` 8.1",
  method:
    `N SACK flows over 1.5 Mbit/s, thresholds 5 and 15, w_q 0.002, max_p 0.1, gentle, buffer 60, mean of ${SEEDS} seeds. Tolerance: ` +
    'queue ± 15 %, drop rate within a factor of 1.25, no drops with ECN up to four flows.',
  checks: PUBLISHED.map(row),
};
