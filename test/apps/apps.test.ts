import assert from 'node:assert/strict';
import { buildText, assertNear, metricOf, runText } from '../support/scenario';

const scenario = (app: string, more = '', link = 'rate: 10 Mbit/s, rtt: 40 ms') => `
title: one application
network: { chain: { segments: 1, ${link} } }
sessions:
  - { name: A, from: first, to: last, app: { ${app} }${more} }
run: { duration: 30 s, warmup: 1 s }
`;

describe('bulk', () => {
  it('given a size, completes in handshake, slow start and transmission, and every byte arrives', () => {
    // 10 segments of 1448 B fit into one initial window: SYN, SYN-ACK, flight
    const reply = runText(scenario('bulk: { size: 14480 B }'));
    const flight = (10 * 1500 * 8 + 2 * 60 * 8 + 52 * 8) / 10e6;
    assertNear(metricOf(reply, 'A', 'completionTime'), 0.06 + flight, 0.01);
  });

  it('without end, fills the link and completes never', () => {
    const reply = runText(scenario('bulk: {}'));
    const goodput = metricOf(reply, 'A', 'goodput');
    // the link carries 1448 B of payload in every 1500
    // one segment may straddle the beginning
    assert.ok(goodput <= (10e6 * 1448) / 1500 + (1448 * 8) / 29, `${goodput}`);
    assert.ok(goodput > 0.98 * ((10e6 * 1448) / 1500), `${goodput}`);
    assert.throws(() => metricOf(reply, 'A', 'completionTime'));
  });
});

describe('messages', () => {
  it('of fixed size and gap on an empty path take propagation and transmission', () => {
    const reply = runText(scenario('messages: { size: 1000 B, sizes: fixed, gap: 100 ms, gaps: fixed }'));
    const sent = metricOf(reply, 'A', 'messagesSent');
    assert.ok(sent >= 298 && sent <= 300, `${sent}`);
    assert.ok(metricOf(reply, 'A', 'messagesDelivered') >= sent - 1);
    const expected = 0.02 + ((1000 + 52) * 8) / 10e6;
    assertNear(metricOf(reply, 'A', 'messageDelayMean'), expected, 0.001);
    assertNear(metricOf(reply, 'A', 'messageDelayP99'), expected, 0.001);
  });

  it('of random sizes and gaps come as many and as large as asked for', () => {
    for (const sizes of ['exponential', 'pareto']) {
      const reply = runText(scenario(`messages: { size: 500 B, sizes: ${sizes}, gap: 10 ms }`));
      const sent = metricOf(reply, 'A', 'messagesSent');
      assertNear(sent, 3000, 4 / Math.sqrt(3000));
      // Pareto with infinite variance settles slowly
      assertNear(metricOf(reply, 'A', 'goodput'), (500 * 8) / 0.01, sizes === 'pareto' ? 0.4 : 0.1);
    }
  });

  it('wait for one another when they are too much for the link', () => {
    const reply = runText(scenario('messages: { size: 2000 B, gap: 10 ms }', '', 'rate: 1 Mbit/s, rtt: 40 ms'));
    assert.ok(metricOf(reply, 'A', 'messageDelayMean') > 1);
    assert.ok(metricOf(reply, 'A', 'messagesDelivered') < 0.8 * metricOf(reply, 'A', 'messagesSent'));
  });

  it('written before the warm-up is over do not count', () => {
    // the queue only grows: the later the message, the longer its delay
    const text = scenario(
      'messages: { size: 2000 B, sizes: fixed, gap: 10 ms, gaps: fixed }',
      '',
      'rate: 1 Mbit/s, rtt: 40 ms',
    );
    const all = metricOf(runText(text.replace('warmup: 1 s', 'warmup: 0 s')), 'A', 'messageDelayP50');
    const late = metricOf(runText(text.replace('warmup: 1 s', 'warmup: 10 s')), 'A', 'messageDelayP50');
    assert.ok(late > 1.3 * all, `${late} after the warm-up, ${all} with it`);
  });

  it('written before the session stops all arrive', () => {
    const { simulation } = buildText(scenario('messages: { size: 2 kB, gap: 10 ms }', ', stop: 5 s'));
    simulation.run(200e9);
    assert.equal(simulation.pool.live, 0);
    assert.equal(simulation.events.size, 0);
  });
});

describe('request-response', () => {
  it('on a new connection for each takes two round trips; 1.5 s of thinking set the pace', () => {
    const reply = runText(scenario('request-response: { request: 8 B, response: 1000 B, think: 1.5 s }'));
    assertNear(metricOf(reply, 'A', 'connectTimeMean'), 0.04, 0.01);
    assertNear(metricOf(reply, 'A', 'completionTimeMean'), 0.08 + (3 * 60 * 8 + 1052 * 8) / 10e6, 0.01);
    assert.equal(metricOf(reply, 'A', 'exchanges'), Math.floor(28.9 / 1.58));
    assert.equal(metricOf(reply, 'A', 'failures'), 0);
  });

  it('on a kept connection takes one round trip', () => {
    const reply = runText(scenario('request-response: { connections: kept, response: 1000 B }'));
    assertNear(metricOf(reply, 'A', 'completionTimeMean'), 0.04 + (60 * 8 + 1052 * 8) / 10e6, 0.01);
  });

  it('stops after as many exchanges as asked for, and leaves nothing', () => {
    for (const connections of ['new', 'kept']) {
      const built = buildText(
        scenario(`request-response: { connections: ${connections}, count: 3, think: 100 ms, response: 30 kB }`),
      );
      built.simulation.run(200e9);
      assert.equal(built.simulation.pool.live, 0);
      if (connections === 'new') assert.equal(built.simulation.events.size, 0);
    }
    const reply = runText(
      scenario('request-response: { count: 3, think: 100 ms }').replace('warmup: 1 s', 'warmup: 0 s'),
    );
    assert.equal(metricOf(reply, 'A', 'exchanges'), 3);
  });

  it('does not count as a failure what the end of the session cut short', () => {
    const reply = runText(
      scenario('request-response: { response: 5 MB, think: 10 ms }', ', stop: 15.5 s', 'rate: 10 Mbit/s, rtt: 40 ms'),
    );
    assert.ok(metricOf(reply, 'A', 'exchanges') >= 1);
    assert.equal(metricOf(reply, 'A', 'failures'), 0);
  });
});
