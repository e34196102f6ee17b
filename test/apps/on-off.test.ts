import assert from 'node:assert/strict';
import { checkPhysics } from '../../sim/run/physics';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';

const scenario = (app: string, more = '') => `
title: on and off
network: { chain: { segments: 1, rate: 10 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 100 packets } } } }
sessions: [{ name: A, from: first, to: last, app: { on-off: ${app} }${more} }]
run: { duration: 400 s }
`;

describe('on-off: a constant rate for a time, silence for another', () => {
  it('sends on/(on+off) of its rate in the long run', () => {
    for (const times of ['fixed', 'exponential', 'pareto']) {
      const reply = runText(scenario(`{ rate: 1 Mbit/s, on: 300 ms, off: 700 ms, times: ${times}, shape: 3 }`));
      assertNear(metricOf(reply, 'A', 'goodput'), 0.3e6, times === 'fixed' ? 0.02 : 0.15, times);
      assertNear(metricOf(reply, 'A', 'bursts'), 400, times === 'fixed' ? 0.01 : 0.15, times);
    }
  });

  it('over TCP, delivers everything in order and without loss', () => {
    const reply = runText(scenario('{ rate: 1 Mbit/s, times: fixed }', ', transport: { protocol: tcp }'));
    assertNear(metricOf(reply, 'A', 'goodput'), 0.5e6, 0.01);
    assert.ok(metricOf(reply, 'A', 'srtt') >= 0.04);
  });

  it('when stopped, sends nothing more, and every packet comes back to the pool', () => {
    const { simulation } = buildText(scenario('{ rate: 20 Mbit/s }', ', stop: 10 s'));
    simulation.run(10e9);
    simulation.run(20e9);
    assert.equal(simulation.pool.live, 0);
    checkPhysics(simulation);
  });
});
