import type { LinkTap } from '../../sim/net/link-tap';
import { build } from '../../sim/scenario/build';
import { boundRow, type Check, mean } from '../check';
import { lossOf } from '../queue';
import { type Measured, replicate, scenario, seedOf, type SessionText, type Written } from '../scenario';

/** Each queue discipline against a closed form, or a number of its RFC. Everything over 10 Mbit/s unless said. */

const SEEDS = 3;
/** A datagram of 972 bytes is 1000 on the link: 0.8 ms. */
const PAYLOAD = 972;
const SERVICE = 0.8e-3;
const RATE = 10e6;

interface Stream {
  readonly name: string;
  /** Part of the link that it sends. */
  readonly load: number;
  readonly payload?: number;
  readonly spacing?: 'fixed' | 'uniform' | 'exponential';
}

function udp({ name, load, payload = PAYLOAD, spacing = 'uniform' }: Stream): SessionText {
  const rate = (load * RATE * payload) / (payload + 28);
  const app = { cbr: { rate: `${rate} bit/s`, size: `${payload} B`, spacing } };
  return { name, congestionControl: 'reno', app, start: ['0 s', '100 ms'] };
}

function overLink(queue: Written, sessions: readonly SessionText[], seconds: number, seeds = SEEDS): Measured[] {
  const chain = { chain: { segments: 1, rate: '10 Mbit/s', rtt: '2 ms', queue } };
  return replicate(scenario(chain, sessions, `${seconds} s`, '10 s'), seeds);
}

/** Mean time in the queue, in service times of 0.8 ms: what is left of the one-way delay. */
function waiting(run: Measured, flow: string): number {
  return (run.get(flow, 'oneWayDelayMean') - SERVICE - 1e-3) / SERVICE;
}

function bulk(n: number, controls = 'cubic'): SessionText[] {
  return Array.from({ length: n }, (_, i) => ({ name: `f${i}`, congestionControl: controls }));
}

const dropTail: Check = {
  name: 'drop-tail: M/D/1 and M/M/1/K',
  run: () => [
    ...[0.5, 0.8].map((load) => {
      const law = load / (2 * (1 - load));
      const runs = overLink(
        { 'drop-tail': { limit: '100000 packets' } },
        [udp({ name: 'A', load, spacing: 'exponential' })],
        1210,
      );
      const found = mean(runs.map((run) => waiting(run, 'A')));
      return boundRow(
        `drop-tail, M/D/1, load ${load}: mean wait, service times`,
        law.toFixed(3),
        found,
        law * 0.98,
        law * 1.02,
        3,
      );
    }),
    ...(
      [
        [0.8, 0.02349],
        [1, 0.0909],
        [1.2, 0.1926],
      ] as const
    ).map(([load, law]) => {
      const found = mean([1, 2, 3].map((n) => lossOf(load, 10, 1_000_000, seedOf(n))));
      return boundRow(`drop-tail, M/M/1/10, load ${load}: loss`, law.toFixed(4), found, law * 0.98, law * 1.02, 4);
    }),
  ],
};

/** When CoDel drops, from the moment its queue is first above the target: ms. Under 12 Mbit/s that never yield. */
function codelDrops(): number[] {
  const chain = { chain: { segments: 1, rate: '10 Mbit/s', rtt: '2 ms', queue: 'codel' as const } };
  const stream = udp({ name: 'A', load: 1.2, spacing: 'fixed' });
  const { simulation } = build(scenario(chain, [{ ...stream, start: '0 s' }], '1 s', '0 s'), seedOf(1));
  const link = simulation.links.find(({ name }) => name === 'n0>n1')!;
  const entered: number[] = [];
  const drops: number[] = [];
  let above = -1;
  const tap: LinkTap = {
    onSend: () => void entered.push(simulation.events.now),
    onDrop: () => {
      // at the head, where CoDel drops
      entered.shift();
      drops.push(simulation.events.now);
    },
    onArrive: (p) => {
      const left = simulation.events.now - link.delay - (p.size * 8e9) / link.rate;
      if (above < 0 && left - entered[0]! >= 5e6) above = left;
      entered.shift();
    },
  };
  link.tap = tap;
  simulation.run(1e9);
  return drops.map((at) => (at - above) / 1e6);
}

const codelSchedule: Check = {
  name: 'CoDel: schedule of drops under a standing queue',
  run: () => {
    const drops = codelDrops();
    // RFC 8289 section 5.6: the next drop is 100 ms / sqrt(count) later
    let at = 0;
    return [1, 1, 2, 3, 4, 5, 6, 7].map((count, i) => {
      at += 100 / Math.sqrt(count);
      const what = `CoDel, standing queue: drop ${i + 1}, ms after the target is passed`;
      return boundRow(what, at.toFixed(1), drops[i] ?? NaN, at - SERVICE * 1e3, at + SERVICE * 1e3, 1);
    });
  },
};

const codel: Check = {
  name: 'CoDel: delay and use with long CUBIC flows',
  run: () =>
    [1, 4, 16].flatMap((n) => {
      const chain = { chain: { segments: 1, rate: '10 Mbit/s', rtt: '60 ms', queue: 'codel' as const } };
      const what = { ...scenario(chain, bulk(n), '60 s', '20 s'), measure: ['queueing-delay' as const] };
      const runs = replicate(what, SEEDS);
      const delay = mean(runs.map((run) => run.get('n0>n1', 'queueingDelayP50') * 1e3));
      const used = mean(runs.map((run) => run.get('n0>n1', 'utilisation')));
      return [
        boundRow(`CoDel, ${n} CUBIC: median delay, ms`, 'at most 10', delay, 0, 10, 2),
        boundRow(`CoDel, ${n} CUBIC: utilisation`, 'at least 0.90', used, 0.9, 1, 3),
      ];
    }),
};

const pie: Check = {
  name: 'PIE: delay',
  run: () =>
    [5, 20, 50].map((n) => {
      const chain = { chain: { segments: 1, rate: '10 Mbit/s', rtt: '60 ms', queue: 'pie' as const } };
      const what = { ...scenario(chain, bulk(n, 'newreno'), '60 s', '20 s'), measure: ['queueing-delay' as const] };
      const delay = mean(replicate(what, SEEDS).map((run) => run.get('n0>n1', 'queueingDelayMean') * 1e3));
      return boundRow(`PIE, ${n} flows: mean delay, ms`, '10 to 25', delay, 10, 25, 2);
    }),
};

const fqCodel: Check = {
  name: 'FQ-CoDel: equal shares, sparse flows, an unresponsive flow',
  run: () => {
    const access = (from: string, delay: string) => ({ between: [from, 'left'], rate: '100 Mbit/s', delay });
    const graph = {
      nodes: ['a', 'b', 'c', 'left', 'right'],
      links: [
        access('a', '1 ms'),
        access('b', '11 ms'),
        access('c', '31 ms'),
        { between: ['left', 'right'], rate: '10 Mbit/s', delay: '9 ms', queue: 'fq-codel' },
      ],
    };
    const sessions = ['a', 'b', 'c'].map((from) => ({ name: from, from, to: 'right', congestionControl: 'cubic' }));
    const shares = replicate(scenario({ graph }, sessions, '80 s', '20 s'), SEEDS).map((run) => {
      const rates = ['a', 'b', 'c'].map((flow) => run.get(flow, 'goodput'));
      return Math.max(...rates.map((rate) => Math.abs((3 * rate) / rates.reduce((x, y) => x + y) - 1)));
    });
    const sparse = overLink('fq-codel', [...bulk(4), udp({ name: 'call', load: 0.01, payload: 172 })], 40);
    const wait = mean(sparse.map((run) => run.get('call', 'oneWayDelayP95') - 1e-3 - 0.16e-3)) / 1.2e-3;
    const hog = overLink('fq-codel', [...bulk(3), udp({ name: 'hog', load: 1 })], 40);
    const share = mean(hog.map((run) => run.get('hog', 'goodput') / (RATE * (PAYLOAD / 1000))));
    return [
      boundRow(
        'FQ-CoDel, CUBIC with RTT 20, 40, 80 ms: largest deviation from a third',
        '± 2 %',
        mean(shares),
        0,
        0.02,
        4,
      ),
      boundRow(
        'FQ-CoDel, sparse flow beside four: 95th percentile of its wait, packet times',
        'at most 4',
        wait,
        0,
        4,
        2,
      ),
      boundRow('FQ-CoDel, UDP at the link rate beside three: its share', '0.25', share, 0.25 * 0.97, 0.25 * 1.03, 4),
    ];
  },
};

/** Heist's two CUBIC flows with RTT 160 and 10 ms, rates of the last of three minutes: splitting.md 4. */
const fqCodelRtt: Check = {
  name: 'FQ-CoDel: RTT 160 and 10 ms',
  run: () => {
    const access = (from: string, ms: number) => ({ between: [from, 'left'], rate: '1 Gbit/s', delay: `${ms} ms` });
    const bottleneck = { between: ['left', 'right'], rate: '50 Mbit/s', delay: '1 ms', queue: 'fq-codel' };
    const graph = { nodes: ['h0', 'h1', 'left', 'right'], links: [access('h0', 79), access('h1', 4), bottleneck] };
    const flows = ['h0', 'h1'].map((from) => ({ name: from, from, to: 'right', congestionControl: 'cubic' }));
    const runs = replicate(scenario({ graph }, flows, '180 s', '120 s'), SEEDS);
    const published = [21.32, 25.36] as const;
    return published.map((rate, i) => {
      const found = mean(runs.map((run) => run.get(`h${i}`, 'goodput') / 1e6));
      const what = `FQ-CoDel, 50 Mbit/s, CUBIC with RTT ${i === 0 ? 160 : 10} ms beside one with ${i === 0 ? 10 : 160}: Mbit/s`;
      return boundRow(what, rate.toFixed(2), found, rate * 0.9, rate * 1.1, 2);
    });
  },
};

const roundRobins: Check = {
  name: 'DRR and WRR: shares of backlogged flows',
  run: () => {
    const sizes = [1472, 272, 72];
    const names = sizes.map((size) => `s${size}`);
    const streams = sizes.map((payload, i) => udp({ name: names[i]!, load: 0.6, payload }));
    const seconds = 30;
    const gap = overLink({ drr: { quantum: 1500, limit: '300 packets' } }, streams, seconds, 1).map((run) => {
      const bytes = sizes.map(
        (payload, i) => (run.get(names[i]!, 'goodput') * (seconds - 10) * (payload + 28)) / payload / 8,
      );
      return Math.max(...bytes) - Math.min(...bytes);
    });
    const classes = [{ sessions: [1], weight: 3 }, { weight: 1 }];
    const two = [udp({ name: 'three', load: 1 }), udp({ name: 'one', load: 1 })];
    const weighted = overLink({ wrr: { classes, limit: '100 packets' } }, two, seconds, 1).map(
      (run) => run.get('three', 'goodput') / (run.get('three', 'goodput') + run.get('one', 'goodput')),
    );
    return [
      boundRow(
        'DRR, packets of 1500, 300 and 100 bytes: largest gap in 20 s, bytes',
        'at most 2 Max + quantum',
        Math.max(...gap),
        0,
        2 * 1500 + 1500,
        0,
      ),
      boundRow('WRR, weights 3 and 1: share of the first', '0.75', mean(weighted), 0.7495, 0.7505, 4),
    ];
  },
};

const priority: Check = {
  name: 'strict priority: mean waits',
  run: () => {
    const loads = [0.3, 0.4] as const;
    const streams = loads.map((load, i) => udp({ name: `class${i + 1}`, load, spacing: 'exponential' }));
    const queue = { 'strict-priority': { classes: [{ sessions: [1] }, {}], limit: '100000 packets' } };
    const runs = overLink(queue, streams, 1210);
    // Kleinrock: the residual service of an M/D/1 queue, W0 = rho / 2 service times.
    const residual = (loads[0] + loads[1]) / 2;
    const laws = [residual / (1 - loads[0]), residual / ((1 - loads[0]) * (1 - loads[0] - loads[1]))];
    return laws.map((law, i) => {
      const found = mean(runs.map((run) => waiting(run, `class${i + 1}`)));
      const what = `strict priority, loads 0.3 and 0.4: mean wait of class ${i + 1}, service times`;
      return boundRow(what, law.toFixed(3), found, law * 0.98, law * 1.02, 3);
    });
  },
};

const buckets: Check = {
  name: 'token buckets',
  run: () =>
    (['policer', 'shaper'] as const).map((name) => {
      const [run] = overLink({ [name]: { rate: '2 Mbit/s', burst: '15 kB' } }, [udp({ name: 'A', load: 0.9 })], 30, 1);
      const bytes = (run!.get('A', 'goodput') * 20) / 8 / (PAYLOAD / 1000);
      const tokens = (2e6 * 20) / 8;
      // A burst more than the tokens at most; no less than the tokens, but for a packet at each end of the time.
      return boundRow(
        `${name} of 2 Mbit/s, 15 kB, 9 Mbit/s offered: bytes in 20 s`,
        String(tokens),
        bytes,
        tokens - 2000,
        tokens + 15_000,
        0,
      );
    }),
};

export const disciplines = {
  title: 'Queue disciplines against closed forms and their RFCs',
  source:
    'Kleinrock, Queueing Systems (1975, 1976); RFC 8289, 8290, 8033; Shreedhar and Varghese 1995; RFC 2215; ' +
    '`test/reference/published.md` 8.2 to 8.4, 9.2, 9.3; P. Heist, `test/reference/splitting.md` 4',
  method:
    'Poisson and constant-rate datagrams of 1000 bytes, and long TCP flows, over 10 Mbit/s. M/D/1 and priorities (3 × 1.5 million service times) and ' +
    "M/M/1/K (3 million customers) within 2 %, CoDel's schedule to a packet time, Heist's rates within 10 %, the rest as the RFC or " +
    'the theorem says.',
  checks: [dropTail, codelSchedule, codel, pie, fqCodel, fqCodelRtt, roundRobins, priority, buckets],
};
