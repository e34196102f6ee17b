import assert from 'node:assert/strict';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';

const scenario = (app: string, path = '') => `
title: idle users
network: { chain: { segments: 1, rate: 100 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 1 BDP } } } }
sessions: [{ name: chat, from: first, to: last, app: { idle-users: ${app} }${path} }]
run: { duration: 60 s, warmup: 20 s }
`;
const AGGREGATED = ', path: aggregated, via: [first, last]';

describe('idle-users: many users with a stream each, idle most of the time', () => {
  it('together write as one Poisson process of users / gap messages a second', () => {
    const reply = runText(scenario('{ users: 5000, gap: 50 s, size: 300 B }', AGGREGATED));
    // 4000 in 40 s, ± 4 standard deviations
    assertNear(metricOf(reply, 'chat', 'goodput'), (4000 * 300 * 8) / 40, (4 * Math.sqrt(4000)) / 4000);
    assertNear(metricOf(reply, 'chat', 'usersActive'), 5000 * (1 - Math.exp(-60 / 50)), 0.03);
    // one way, and with Nagle's algorithm up to a round trip of waiting for the frame before
    const delay = metricOf(reply, 'chat', 'messageDelayMean');
    assert.ok(delay > 0.02 && delay < 0.062, `${delay}`);
  });

  it('with logIn, all have opened their streams by then, at even intervals', () => {
    const built = buildText(scenario('{ users: 1000, gap: 1 h, logIn: 10 s }', AGGREGATED));
    const active = (): number => built.sessions[0]!.app.metrics().find((m) => m.metric === 'usersActive')!.value;
    for (const [seconds, most] of [
      [1, 110],
      [5, 510],
      [9.98, 1000],
    ] as const) {
      built.simulation.run(seconds * 1e9);
      assert.ok(active() >= 100 * seconds && active() <= most, `${active()} at ${seconds} s`);
    }
    built.simulation.run(10e9);
    assert.equal(active(), 1000);
  });

  it('in a circuit, costs no connection that sampling would have to look at (draft section 3.2)', () => {
    for (const [path, sending] of [
      [AGGREGATED, 1],
      ['', 1000],
    ] as const) {
      const built = buildText(scenario('{ users: 1000, gap: 1 h, logIn: 10 s }', path));
      built.simulation.run(11e9);
      assert.equal(built.sessions[0]!.sending.length, sending, path);
    }
  });
});
