import assert from 'node:assert/strict';
import { explainStudy } from '../../sim/scenario/explain';
import { parseStudy } from '../../sim/scenario/parse';

function explained(text: string): string {
  return explainStudy(parseStudy(text, { file: 'x.yaml', name: 'x' }));
}

const chain = `
title: A chain
network: { chain: { segments: 3, rate: 10 Mbit/s, rtt: 60 ms, queue: { drop-tail: { limit: 67 packets } } } }
sessions:
  - { name: A, from: first, to: last, path: relayed, via: [n2], start: { uniform: [1 s, 2 s] } }
  - { name: long, from: last, to: first, count: 3, stop: 9 s, transport: { tcp: { congestionControl: reno } } }
run: { duration: 10 s, warmup: 1 s, replications: 4, seed: 5 }
sweep: { segments: { set: network.chain.segments, values: [2, 3] } }
`;

describe('explaining a scenario', () => {
  it('draws a chain, its links once when they are alike, sessions with their legs, and the sweep', () => {
    // via n2 is the end of the smaller chain, so that point is left out
    assert.equal(
      explained(chain.replace('values: [2, 3]', 'values: [3]')),
      `A chain

Network: chain, drawn for segments = 3

  n0 ── n1 ── n2 ── n3

  link                            rate        delay   queue
  n0 - n1 ... n2 - n3 (3 alike)   10 Mbit/s   10 ms   drop-tail 67 packets

  names: first = n0, last = n3

Sessions

  A: tcp cubic, bulk, starts between 1 s and 2 s
    n0 ══ n1 ══ [n2] ══ n3   2 connections, relayed in [ ]
  long (3 sessions): tcp reno, bulk, starts at 0 s, stops at 9 s
    n3 ══ n2 ══ n1 ══ n0   1 connection

Sweep

  segments  3

1 point x 4 replications = 4 runs of 10 s each, the first 1 s left out; seed 5`,
    );
  });

  it('draws the last point: the largest when values ascend', () => {
    const text = explained(chain.replace('via: [n2]', 'via: all').replace('values: [2, 3]', 'values: [2, 5]'));
    assert.match(text, /drawn for segments = 5/);
    assert.match(text, /n0 ══ \[n1\] ══ \[n2\] ══ \[n3\] ══ \[n4\] ══ n5 {3}5 connections/);
    assert.match(text, /2 points x 4 replications = 8 runs/);
  });

  it('lists the links of a network that is not a line, with loss and both directions where they differ', () => {
    const text = explained(`
title: A fork
network:
  graph:
    nodes: [a, b, c, d]
    links:
      - { between: [a, b], rate: 1 Gbit/s, delay: 1 ms }
      - { between: [b, c], rate: 10 Mbit/s, delay: 1 ms, loss: 0.01 }
      - { between: [b, d], rate: 10 Mbit/s, delay: 5 ms, back: { rate: 1 Mbit/s } }
sessions: [{ name: A, from: a, to: d }]
run: { duration: 1 s }
`);
    assert.match(text, /a - b {3}1 Gbit\/s +1 ms +drop-tail 100 packets\n/);
    assert.match(text, /b - c {3}10 Mbit\/s +1 ms +drop-tail 100 packets, 1 % lost\n/);
    assert.match(text, /b - d {3}10 Mbit\/s +5 ms +drop-tail 100 packets\n {2}d - b {3}1 Mbit\/s +5 ms/);
    assert.match(text, /a ══ b ══ d {3}1 connection\n/);
    assert.doesNotMatch(text, /a ── b/);
  });
});
