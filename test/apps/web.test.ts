import assert from 'node:assert/strict';
import { checkPhysics } from '../../sim/run/physics';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';

const scenario = (web: string, rate = '100 Mbit/s', more = '') => `
title: short flows
network: { chain: { segments: 2, rate: ${rate}, rtt: 40 ms, queue: { drop-tail: { limit: 1000 packets } } } }
sessions:
  - { name: W, from: first, to: last, app: { web: ${web} }${more} }
run: { duration: 60 s, warmup: 1 s }
`;

describe('web: short flows at Poisson times', () => {
  it('given flows of one initial window on an empty path, completes each in two round trips: slow-down 1', () => {
    const reply = runText(scenario('{ every: 1 s, sizes: { fixed: { size: 10 kB } } }'));
    assertNear(metricOf(reply, 'W', 'completionTimeP50'), 0.08 + (10e3 * 8 * 1.05) / 100e6, 0.02);
    assertNear(metricOf(reply, 'W', 'slowdownP50'), 1, 0.02);
    assert.ok(metricOf(reply, 'W', 'slowdownSmallP50') >= 1);
  });

  it('given more than an initial window, pays the rounds of slow start (Cardwell et al. 2000): 70 segments, 2 more', () => {
    const reply = runText(scenario('{ every: 2 s, sizes: { fixed: { size: 101360 B } } }'));
    assertNear(metricOf(reply, 'W', 'completionTimeP50'), 0.16, 0.05);
  });

  it('arrives as a Poisson process: as many flows as asked for, and their bytes', () => {
    const reply = runText(scenario('{ every: 20 ms, sizes: { exponential: { mean: 20 kB } } }'));
    const flows = metricOf(reply, 'W', 'flowsStarted');
    assertNear(flows, 59 / 0.02, 4 / Math.sqrt(59 / 0.02));
    assertNear(metricOf(reply, 'W', 'goodput'), (20e3 * 8) / 0.02, 0.1);
    assert.ok(metricOf(reply, 'W', 'flowsCompleted') > flows - 20);
    assert.equal(metricOf(reply, 'W', 'flowsFailed'), 0);
  });

  it('in a loaded link, slows small flows down, more so at the 99th percentile', () => {
    const reply = runText(scenario('{ every: 10 ms, sizes: { exponential: { mean: 10 kB } } }', '10 Mbit/s'));
    assert.ok(metricOf(reply, 'W', 'slowdownSmallP99') > metricOf(reply, 'W', 'slowdownSmallP50'));
    assert.ok(metricOf(reply, 'W', 'slowdownMean') > 1.1);
  });

  it('over relays, completes as well', () => {
    const reply = runText(
      scenario('{ every: 500 ms, sizes: { fixed: { size: 10 kB } } }', '100 Mbit/s', ', path: relayed'),
    );
    assertNear(metricOf(reply, 'W', 'flowsCompleted'), metricOf(reply, 'W', 'flowsStarted'), 0.05);
  });

  it('when stopped, aborts what is under way, and every packet comes back to the pool', () => {
    const { simulation } = buildText(scenario('{ every: 5 ms }', '2 Mbit/s', ', stop: 5 s'));
    simulation.run(5.001e9);
    assert.ok(simulation.pool.live > 0);
    simulation.run(200e9);
    assert.equal(simulation.pool.live, 0);
    checkPhysics(simulation);
  });
});
