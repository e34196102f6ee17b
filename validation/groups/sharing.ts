import { boundRow, type Check, mean } from '../check';
import { type Measured, replicate, scenario, type SessionText, type Written } from '../scenario';

/** Who gets what: parallel connections, parking lots, relays, unequal round trips, TFRC, and the loss that n flows bring. */

const SEEDS = 3;
const TCP = { lossRecovery: 'sack', mss: 1000, delayedAckSegments: 1 };
/** Up to one packet time at 10 Mbit/s, so that nothing is in phase. */
const JITTER = { impairments: [{ jitter: { delay: { uniform: { from: '0 ms', to: '0.83 ms' } } } }] };

const flow = (name: string, from = 'first', to = 'last', more: Partial<SessionText> = {}): SessionText => ({
  name,
  from,
  to,
  congestionControl: 'newreno',
  tcp: TCP,
  ...more,
});

const QUEUES = {
  RED: { red: { minTh: '13 packets', maxTh: '40 packets', wait: true, limit: '80 packets' } },
  'drop-tail': { 'drop-tail': { limit: '80 packets' } },
} satisfies Record<string, Written>;

/** Hosts `near` and `far` behind one link of 10 Mbit/s to `right`. */
function twoHosts(queue: Written, nearMs: number, farMs: number): Written {
  const access = (from: string, ms: number) => ({
    between: [from, 'left'],
    rate: '100 Mbit/s',
    delay: `${ms} ms`,
    ...JITTER,
  });
  const bottleneck = { between: ['left', 'right'], rate: '10 Mbit/s', delay: '5 ms', queue };
  return {
    graph: {
      nodes: ['near', 'far', 'left', 'right'],
      links: [access('near', nearMs), access('far', farMs), bottleneck],
    },
  };
}

const sum = (run: Measured, names: readonly string[]): number =>
  names.reduce((t, name) => t + run.get(name, 'goodput'), 0);

function parallel(queue: keyof typeof QUEUES, n: number): Check {
  const law = n / (n + 1);
  const name = `${n} connections beside one, ${queue}: share of the ${n}`;
  return {
    name,
    run: () => {
      const many = Array.from({ length: n }, (_, i) => `many-${i}`);
      const sessions = [...many.map((one) => flow(one, 'near', 'right')), flow('one', 'far', 'right')];
      const runs = replicate(scenario(twoHosts(QUEUES[queue], 15, 15), sessions, '150 s', '30 s'), SEEDS);
      const share = mean(runs.map((run) => sum(run, many) / (sum(run, many) + run.get('one', 'goodput'))));
      return [boundRow(name, law.toFixed(3), share, law - 0.02, law + 0.02, 3)];
    },
  };
}

/** Rate of the near flow over that of the far one; the published value was itself measured, the exponent is judged. */
function roundTrips(queue: keyof typeof QUEUES, far: number, published: string): Check {
  const name = `RTT 20 and ${far} ms, ${queue}: exponent of the ratio of rates (published ratio ${published})`;
  return {
    name,
    run: () => {
      const network = twoHosts(QUEUES[queue], 5, far / 2 - 5);
      const runs = replicate(
        scenario(network, [flow('near', 'near', 'right'), flow('far', 'far', 'right')], '200 s', '50 s'),
        SEEDS,
      );
      const ratio = mean(runs.map((run) => run.get('near', 'goodput') / run.get('far', 'goodput')));
      const rtts = mean(runs.map((run) => run.get('far', 'srtt') / run.get('near', 'srtt')));
      const exponent = Math.log(ratio) / Math.log(rtts);
      return [
        {
          ...boundRow(name, '1 to 2', exponent, 0.8, 2.2, 2),
          ours: `${exponent.toFixed(2)} (ratio ${ratio.toFixed(2)})`,
        },
      ];
    },
  };
}

const LOT_RED = { red: { minTh: '6.7 packets', maxTh: '20 packets', wait: true, limit: '40 packets' } };

/** The long flow's part of what the first link delivers; 5 Mbit/s, 20 ms per hop. */
function parkingLot(hops: number, path: 'end-to-end' | 'relayed', published: number, low: number, high: number): Check {
  const name = `parking lot of ${hops}, long session ${path}: its share of the first link`;
  return {
    name,
    run: () => {
      const lot = { 'parking-lot': { hops, rate: '5 Mbit/s', delay: '20 ms', queue: LOT_RED } };
      const cross = Array.from({ length: hops }, (_, i) => flow(`cross-${i + 1}`, `x${i + 1}-1`, `y${i + 1}-1`));
      const via = Array.from({ length: Math.max(0, hops - 1) }, (_, i) => `n${i + 1}`);
      const long = path === 'relayed' && hops > 1 ? { path, via } : {};
      const runs = replicate(scenario(lot, [flow('long', 'first', 'last', long), ...cross], '150 s', '30 s'), SEEDS);
      const share = mean(
        runs.map((run) => run.get('long', 'goodput') / (run.get('long', 'goodput') + run.get('cross-1', 'goodput'))),
      );
      return [boundRow(name, published.toFixed(3), share, low, high, 3)];
    },
  };
}

/** TFRC's rate over TCP's: published.md 3.5, RFC 5348's factor of two. */
function tfrc(queue: 'RED' | 'drop-tail', n: number, published: number): Check {
  const name = `${n} TFRC beside ${n} TCP, ${queue}: TFRC / TCP`;
  return {
    name,
    run: () => {
      const red = { red: { minTh: '10 packets', maxTh: '30 packets', wait: true, limit: '60 packets' } };
      const limit = queue === 'RED' ? red : { 'drop-tail': { limit: '60 packets' } };
      const chain = { chain: { segments: 1, rate: '5 Mbit/s', rtt: '60 ms', queue: limit } };
      const names = (kind: string) => Array.from({ length: n }, (_, i) => `${kind}-${i}`);
      const sessions = [
        ...names('tcp').map((one) => flow(one)),
        ...names('tfrc').map((one) => flow(one, 'first', 'last', { app: 'tfrc' })),
      ];
      const runs = replicate(scenario(chain, sessions, '120 s', '30 s'), SEEDS);
      const ratio = mean(runs.map((run) => sum(run, names('tfrc')) / sum(run, names('tcp'))));
      return [boundRow(name, published.toFixed(2), ratio, 0.5, 2, 2)];
    },
  };
}

/** Loss grows with the number of flows: published.md 6.5. */
const lossOfMany: Check = {
  name: 'drop rate of 4, 16 and 64 flows',
  run: () =>
    (
      [
        ['RED', [0.0045, 0.032, 0.142]],
        ['drop-tail', [0.0018, 0.018, 0.087]],
      ] as const
    ).flatMap(([queue, published]) => {
      const rates = [4, 16, 64].map((n) => {
        const sessions = Array.from({ length: n }, (_, i) => flow(`f${i}`, i % 2 === 0 ? 'near' : 'far', 'right'));
        const runs = replicate(scenario(twoHosts(QUEUES[queue], 20, 20), sessions, '60 s', '20 s'), SEEDS);
        return mean(runs.map((run) => run.get('left>right', 'dropped')));
      });
      const slope = Math.log(rates[2]! / rates[0]!) / Math.log(16);
      return [
        ...[4, 16, 64].map((n, i) =>
          boundRow(
            `${n} flows, ${queue}: drop rate`,
            published[i]!.toFixed(4),
            rates[i]!,
            published[i]! / 1.5,
            published[i]! * 1.5,
            4,
          ),
        ),
        boundRow(`4 to 64 flows, ${queue}: slope of the drop rate`, '1.0 to 1.7', slope, 1, 1.7, 2),
      ];
    }),
};

export const sharing = {
  title: 'Shares: parallel connections, round trips, parking lots, relays, TFRC',
  source: '`test/reference/published.md` 3.5, 4.3, 5.4, 5.5, 6.1, 6.5: ns-2.35 and closed forms',
  method:
    `Mean of ${SEEDS} seeds, hosts with a jitter of up to a packet time. Tolerances: 6.1 ± 0.02; 4.3 the exponent of the ratio of rates over ` +
    'that of round trips, queue included, 0.8 to 2.2; 5.4 ± 25 %, 5.5 0.44 to 0.53; 3.5 a factor of two; 6.5 a factor of 1.5.',
  checks: [
    parallel('drop-tail', 2),
    parallel('drop-tail', 8),
    parallel('RED', 4),
    roundTrips('RED', 40, '1.5'),
    roundTrips('RED', 160, '4.6'),
    roundTrips('drop-tail', 80, '2.7 to 3.5'),
    parkingLot(2, 'end-to-end', 0.261, 0.261 * 0.75, 0.261 * 1.25),
    parkingLot(4, 'end-to-end', 0.111, 0.111 * 0.75, 0.111 * 1.25),
    parkingLot(8, 'end-to-end', 0.042, 0.042 * 0.75, 0.042 * 1.25),
    parkingLot(2, 'relayed', 0.49, 0.44, 0.53),
    parkingLot(4, 'relayed', 0.49, 0.44, 0.53),
    parkingLot(8, 'relayed', 0.49, 0.44, 0.53),
    tfrc('RED', 1, 0.98),
    tfrc('RED', 4, 1.1),
    tfrc('RED', 16, 0.86),
    tfrc('drop-tail', 1, 1.37),
    tfrc('drop-tail', 4, 1.23),
    tfrc('drop-tail', 16, 0.83),
    lossOfMany,
  ],
};
