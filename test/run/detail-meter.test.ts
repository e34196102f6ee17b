import assert from 'node:assert/strict';
import { assertNear, metricOf, runText } from '../support/scenario';

const scenario = (sessions: string, measure: string, queue = '{ drop-tail: { limit: 50 packets } }') => `
title: measures
network: { chain: { segments: 1, rate: 10 Mbit/s, rtt: 40 ms, queue: ${queue} } }
sessions: ${sessions}
run: { duration: 60 s, warmup: 10 s }
measure: ${measure}
`;
const ALL = '[rtt, queueing-delay, smoothness, fairness, friendliness]';
const TWO = '[{ name: A, from: first, to: last }, { name: B, from: first, to: last, start: 1 s }]';

describe('measures that a scenario asks for', () => {
  it('change nothing in the run', () => {
    const asked = runText(scenario(TWO, ALL));
    const silent = runText(scenario(TWO, '[]'));
    assert.equal(asked.fingerprint, silent.fingerprint);
    assert.deepEqual(asked.metrics.slice(0, silent.metrics.length), silent.metrics);
    assert.ok(asked.metrics.length > silent.metrics.length + 15);
  });

  it('rtt and queueing-delay agree: the RTT is that of the path and the queue', () => {
    const reply = runText(scenario(TWO, '[rtt, queueing-delay]'));
    const [rtt, queue] = [metricOf(reply, 'A', 'rttMean'), metricOf(reply, 'n0>n1', 'queueingDelayMean')];
    assertNear(rtt, 0.04 + queue + 0.0012 * 1.5, 0.05);
    assert.ok(metricOf(reply, 'n0>n1', 'queueingDelayP99') <= 50 * 0.0012 + 1e-3);
    assert.ok(metricOf(reply, 'A', 'rttP50') <= metricOf(reply, 'A', 'rttP99'));
  });

  it('smoothness: a constant rate varies less than TCP, and so does TFRC', () => {
    const sessions = `[{ name: A, from: first, to: last, transport: { tcp: { congestionControl: newreno } } },
      { name: B, from: first, to: last, app: tfrc }, { name: C, from: first, to: last, app: cbr }]`;
    const reply = runText(scenario(sessions, '[smoothness]', '{ red: { minTh: 10 packets, maxTh: 30 packets } }'));
    const [a, b, c] = ['A', 'B', 'C'].map((flow) => metricOf(reply, flow, 'goodputVariation')) as [
      number,
      number,
      number,
    ];
    assert.ok(c < b && b < a && c < 0.1, `${a} ${b} ${c}`);
  });

  it("fairness: Jain's index grows with the time scale; equal flows converge", () => {
    const reply = runText(scenario(TWO, '[fairness]', '{ fq-codel: { flowBy: session } }'));
    assert.ok(metricOf(reply, 'network', 'jain100ms') <= metricOf(reply, 'network', 'jain10s') + 1e-9);
    assert.ok(metricOf(reply, 'network', 'jain10s') > 0.99);
    assert.ok(metricOf(reply, 'network', 'convergenceTime') <= 5);
    assert.ok(metricOf(reply, 'network', 'starvationRatio') < 1.1);
  });

  it('friendliness: TCP is within the bound of Floyd and Fall; a constant rate that nearly fills the link is not', () => {
    const sessions = `[{ name: A, from: first, to: last, transport: { tcp: { congestionControl: newreno } } },
      { name: B, from: first, to: last, app: { cbr: { rate: 9.3 Mbit/s } } }]`;
    const reply = runText(scenario(sessions, '[friendliness]'));
    assert.equal(metricOf(reply, 'A', 'notTcpFriendly'), 0);
    assert.equal(metricOf(reply, 'B', 'notTcpFriendly'), 1);
    assert.equal(metricOf(reply, 'B', 'disproportionate'), 1);
    // both tests put the same bound to the same rate
    assert.ok(metricOf(reply, 'B', 'tcpFriendliness') > 1);
    assert.ok(metricOf(reply, 'A', 'tcpFriendliness') < 1);
  });

  it('fairness: the max-min share is the goodput over the fair rate of the route, the utility that of the goodputs', () => {
    const text = `
title: parking lot
network: { parking-lot: { hops: 2, rate: 10 Mbit/s } }
sessions:
  - { name: long, from: first, to: last, app: { cbr: { rate: 1 Mbit/s } } }
  - { name: cross, from: x1-1, to: y1-1, app: { cbr: { rate: 4 Mbit/s } } }
run: { duration: 12 s, warmup: 2 s }
measure: [fairness, queueing-delay]
`;
    const reply = runText(text);
    // Both meet on the first link only: 5 Mbit/s each.
    assertNear(metricOf(reply, 'long', 'maxMinShare'), 0.2, 0.01);
    assertNear(metricOf(reply, 'cross', 'maxMinShare'), 0.8, 0.01);
    assertNear(metricOf(reply, 'network', 'alphaFairUtility1'), Math.log(4), 0.02);
    assertNear(metricOf(reply, 'network', 'alphaFairUtility2'), -(1 / 1 + 1 / 4), 0.02);
    // 1.028 + 4.112 Mbit/s with headers over 10 ms of propagation and hardly any waiting.
    assertNear(metricOf(reply, 'n0>n1', 'linkPower'), (5 * 1.028e6) / 0.01, 0.05);
  });
});
