import assert from 'node:assert/strict';
import { assertNear, metricOf, runText } from '../support/scenario';

const network = (queue: string) => `{ chain: { segments: 1, rate: 10 Mbit/s, rtt: 40 ms, queue: ${queue} } }`;
const RED = '{ red: { minTh: 13 packets, maxTh: 40 packets, limit: 80 packets } }';

describe('parallel: one transfer over several connections', () => {
  it('of N connections against one, takes N/(N+1) (RFC 3124): .667, .800', () => {
    for (const n of [2, 4]) {
      const reply = runText(`
title: parallel connections
network: ${network(RED)}
transport: { tcp: { congestionControl: newreno } }
sessions:
  - { name: many, from: first, to: last, app: { parallel: { connections: ${n} } } }
  - { name: one, from: first, to: last, start: { uniform: [0 s, 1 s] } }
run: { duration: 120 s, warmup: 20 s }
`);
      const [many, one] = [metricOf(reply, 'many', 'goodput'), metricOf(reply, 'one', 'goodput')];
      assertNear(many / (many + one), n / (n + 1), 0.05, `${n} connections`);
      assert.ok(metricOf(reply, 'many', 'retransmitted') > 0);
    }
  });

  it('given a size, carries all of it, over however many connections', () => {
    for (const n of [1, 3, 50]) {
      const reply = runText(`
title: parallel connections
network: ${network('{ drop-tail: { limit: 100 packets } }')}
sessions: [{ name: A, from: first, to: last, app: { parallel: { connections: ${n}, size: 5 MB } } }]
run: { duration: 20 s }
`);
      assertNear(metricOf(reply, 'A', 'goodput'), (5e6 * 8) / 20, 1e-9);
      const took = metricOf(reply, 'A', 'completionTime');
      // fifty first flights overflow the queue: a SYN lost three times is sent again after 7 s (RFC 6298 section 5.5)
      assert.ok(took > 4 && took < (n === 50 ? 16 : 6), `${n}: ${took}`);
    }
  });
});
