import { boundRow, type Check, mean, type Row } from '../check';
import { type Measured, replicate, scenario, type SessionText, type Written } from '../scenario';

/*
 * Floyd and Fall's network: three TCP flows and UDP over 1.5 Mbit/s. Tables 1.1 to 1.5 of test/reference/published.md, in
 * Mbit/s of the link: our goodput counts payload and is scaled up by the headers.
 */

const SEEDS = 3;
const CAPACITY = 1.5;
/** TCP as the reference has it: ns-2's SACK of 1996, the timer of RFC 2988, Karn's algorithm instead of timestamps. */
const TCP = {
  lossRecovery: 'sack-1996',
  mss: 1000,
  delayedAckSegments: 1,
  timestamps: false,
  prr: false,
  limitedTransmit: false,
  frto: false,
  minRto: '1 s',
  rtoGranularity: '100 ms',
  initialRto: '3 s',
};
/** Bytes of payload in a packet of 1040 and of 1000 bytes: what ns-2 counts as 1 is 1.04 / 1.00 on the link. */
const TCP_PAYLOAD = 1000 / 1040;
const UDP_PAYLOAD = 972 / 1000;

const QUEUES: Readonly<Record<string, Written>> = {
  'drop-tail': { 'drop-tail': { limit: '50 packets' } },
  RED: { red: { minTh: '5 packets', maxTh: '15 packets', wait: true, limit: '50 packets' } },
  DRR: { drr: { limit: '50 packets' } },
};

interface Case {
  readonly queue: Written;
  /** Mbit/s: what UDP sends in all, and what the link after the congested one carries. */
  readonly sending: number;
  readonly last: number;
  readonly flows?: number;
  readonly mss?: number;
}

function runs({ queue, sending, last, flows = 1, mss = 1000 }: Case): Measured[] {
  const link = (from: string, to: string, rate: number, delay: number, more: object = {}) => ({
    between: [from, to],
    rate: `${rate} Mbit/s`,
    delay: `${delay} ms`,
    ...more,
  });
  const graph = {
    nodes: ['s1', 's2', 'r1', 'r2', 's3', 's4'],
    links: [
      link('s1', 'r1', 10, 2),
      link('s2', 'r1', 10, 3),
      link('r1', 'r2', CAPACITY, 20, { queue }),
      link('r2', 's3', 10, 4),
      link('r2', 's4', last, 5, { queue: { 'drop-tail': { limit: '50 packets' } } }),
    ],
  };
  const tcp = (n: number): SessionText => ({
    name: `tcp-${n}`,
    from: 's1',
    to: 's3',
    congestionControl: 'newreno',
    tcp: { ...TCP, mss },
  });
  const udp = (n: number): SessionText => ({
    name: `udp-${n}`,
    from: 's2',
    to: 's4',
    congestionControl: 'newreno',
    app: {
      cbr: { rate: `${(sending * UDP_PAYLOAD * 1000) / flows} kbit/s`, size: `${mss - 28} B`, spacing: 'uniform' },
    },
  });
  const numbers = Array.from({ length: flows }, (_, i) => i + 1);
  return replicate(scenario({ graph }, [...[1, 2, 3].map(tcp), ...numbers.map(udp)], '120 s', '20 s'), SEEDS);
}

const total = (run: Measured, kind: string, count: number): number =>
  Array.from({ length: count }, (_, i) => run.get(`${kind}-${i + 1}`, 'goodput') / 1e6).reduce((a, b) => a + b, 0);

/** Mbit/s of the link that TCP's packets and UDP's have taken to the end. */
function delivered(which: Case): { readonly tcp: number; readonly udp: number } {
  const found = runs(which);
  return {
    tcp: mean(found.map((run) => total(run, 'tcp', 3) / TCP_PAYLOAD)),
    udp: mean(found.map((run) => total(run, 'udp', which.flows ?? 1) / UDP_PAYLOAD)),
  };
}

function unfairness(queue: string, sending: number, published: number, above: number): Check {
  const name = `${queue}, UDP sends ${sending} Mbit/s: TCP total, Mbit/s`;
  return {
    name,
    run: () => {
      const { tcp } = delivered({ queue: QUEUES[queue]!, sending, last: 10 });
      return [boundRow(name, published.toFixed(3), tcp, Math.max(0, published - 0.05), published + above, 3)];
    },
  };
}

/** Goodput of all over the capacity, against the law. */
function collapse(queue: string, sending: number, published: number, above: number): Check {
  const name = `last hop 128 kbit/s, ${queue}, UDP sends ${sending} Mbit/s: all that arrives / C`;
  return {
    name,
    run: () => {
      const { tcp, udp } = delivered({ queue: QUEUES[queue]!, sending, last: 0.128 });
      const law = (Math.max(0, CAPACITY - sending) + Math.min(sending, 0.128)) / CAPACITY;
      return [
        boundRow(
          name,
          `${published.toFixed(3)}, law ${law.toFixed(3)}`,
          (tcp + udp) / CAPACITY,
          law - 0.01,
          law + above,
          3,
        ),
      ];
    },
  };
}

const scheduled: Check = {
  name: 'DRR: UDP held to a quarter, and the collapse to its share',
  run: (): Row[] => {
    const fair = delivered({ queue: QUEUES['DRR']!, sending: 1.2, last: 10 });
    const last = delivered({ queue: QUEUES['DRR']!, sending: 1.2, last: 0.128 });
    return [
      boundRow('DRR, UDP sends 1.2 Mbit/s: UDP, Mbit/s', '0.375', fair.udp, 0.375 * 0.99, 0.375 * 1.01, 4),
      boundRow('DRR, UDP sends 1.2 Mbit/s: TCP total, Mbit/s', '1.125', fair.tcp, 1.125 * 0.99, 1.125 * 1.01, 3),
      boundRow(
        'last hop 128 kbit/s, DRR: all that arrives / C',
        '0.8353',
        (last.tcp + last.udp) / CAPACITY,
        0.8253,
        0.8453,
        4,
      ),
    ];
  },
};

function manyFlows(flows: number, published: string, law: number): Check {
  const name = `last hop 128 kbit/s, DRR, 2 Mbit/s from ${flows} UDP flows: all that arrives / C`;
  return {
    name,
    run: () => {
      const { tcp, udp } = delivered({
        queue: { drr: { limit: '100 packets' } },
        sending: 2,
        last: 0.128,
        flows,
        mss: 500,
      });
      // Headers of 500-byte packets: 500 of 540 and 472 of 500 bytes are payload.
      const all = (tcp * TCP_PAYLOAD) / (500 / 540) + (udp * UDP_PAYLOAD) / (472 / 500);
      return [boundRow(name, published, all / CAPACITY, law - 0.02, law + 0.02, 4)];
    },
  };
}

export const floydFall = {
  title: 'Unresponsive flows: unfairness and congestion collapse',
  source: 'Floyd and Fall, IEEE/ACM ToN 1999, their network in ns-2.35; `test/reference/published.md` 1.1 to 1.5',
  method:
    `Three SACK flows and UDP with random spacing over 1.5 Mbit/s, 120 s, the first 20 left out, mean of ${SEEDS} seeds, as rates of the ` +
    'link. Tolerances: 1.1 ± 0.05 Mbit/s (RED + 0.06), 1.2 ± 1 %, 1.3 the law - 0.01 … + 0.05 (RED + 0.10), 1.4 ± 0.01, 1.5 ± 0.02.',
  checks: [
    unfairness('drop-tail', 0.3, 1.203, 0.05),
    unfairness('drop-tail', 0.6, 0.906, 0.05),
    unfairness('drop-tail', 1.2, 0.351, 0.05),
    unfairness('drop-tail', 1.8, 0.001, 0.05),
    unfairness('RED', 0.6, 0.924, 0.05),
    unfairness('RED', 1.2, 0.409, 0.05),
    unfairness('RED', 1.5, 0.198, 0.06),
    unfairness('RED', 1.8, 0.031, 0.06),
    scheduled,
    collapse('drop-tail', 0.6, 0.689, 0.05),
    collapse('drop-tail', 1.2, 0.32, 0.05),
    collapse('drop-tail', 1.8, 0.086, 0.05),
    collapse('RED', 0.6, 0.701, 0.05),
    collapse('RED', 1.2, 0.358, 0.1),
    collapse('RED', 1.8, 0.106, 0.05),
    manyFlows(1, '0.8353', 0.8353),
    manyFlows(10, '0.3161 (measured 0.3355)', 0.3161),
  ],
};
