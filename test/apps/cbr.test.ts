import assert from 'node:assert/strict';
import { checkPhysics } from '../../sim/run/physics';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';

const network = (rate: string, limit: string) =>
  `{ chain: { segments: 1, rate: ${rate}, rtt: 40 ms, queue: { drop-tail: { limit: ${limit} } } } }`;

const scenario = (app: string, rate = '10 Mbit/s', limit = '100 packets', seconds = 20, more = '') => `
title: constant bit rate
network: ${network(rate, limit)}
sessions: [{ name: A, from: first, to: last, app: ${app}${more} }]
run: { duration: ${seconds} s }
`;

describe('cbr: datagrams at a constant bit rate (RFC 7928 section 5.3)', () => {
  it('on an empty path, delivers what it sends after propagation and transmission, without jitter', () => {
    const reply = runText(scenario('{ cbr: { rate: 1 Mbit/s, size: 1000 B } }'));
    assertNear(metricOf(reply, 'A', 'goodput'), 1e6, 0.01);
    assert.equal(metricOf(reply, 'A', 'loss'), 0);
    assertNear(metricOf(reply, 'A', 'oneWayDelayMean'), 0.02 + (1028 * 8) / 10e6, 1e-6);
    assertNear(metricOf(reply, 'A', 'oneWayDelayP99'), 0.02 + (1028 * 8) / 10e6, 0.004);
    assert.equal(metricOf(reply, 'A', 'jitter'), 0);
  });

  it('at twice the rate of the link, goes on sending and loses half', () => {
    // 972 bytes of payload are 1000 on the link
    const reply = runText(scenario('{ cbr: { rate: 1.944 Mbit/s, size: 972 B } }', '1 Mbit/s', '10 packets'));
    assertNear(metricOf(reply, 'A', 'loss'), 0.5, 0.01);
    assertNear(metricOf(reply, 'A', 'goodput'), 0.972e6, 0.01);
    assertNear(metricOf(reply, 'A', 'datagramsSent'), (1.944e6 * 20) / (8 * 972), 0.01);
    // a full buffer: 10 packets waiting and its own transmission, 8 ms each
    assertNear(metricOf(reply, 'A', 'oneWayDelayP50'), 0.02 + 11 * 0.008, 0.06);
  });

  it('given exponential gaps (Poisson arrivals), waits as the M/D/1 queue does: 0.5 and 2.0 service times', () => {
    for (const [load, wait] of [
      [0.5, 0.5],
      [0.8, 2.0],
    ] as const) {
      // 972 + 28 bytes at 10 Mbit/s: 0.8 ms of service
      const app = `{ cbr: { rate: ${load * 9720} kbit/s, size: 972 B, spacing: exponential } }`;
      const reply = runText(scenario(app, '10 Mbit/s', '100000 packets', 300));
      const waited = metricOf(reply, 'A', 'oneWayDelayMean') - 0.02 - 0.0008;
      assertNear(waited, wait * 0.0008, 0.06, `load ${load}`);
    }
  }).timeout(20_000);

  it('given uniform gaps, keeps the rate and has the jitter of a difference of gaps', () => {
    const reply = runText(scenario('{ cbr: { rate: 1 Mbit/s, spacing: uniform } }', '1.1 Mbit/s'));
    assertNear(metricOf(reply, 'A', 'goodput'), 1e6, 0.02);
    assert.ok(metricOf(reply, 'A', 'jitter') > 0);
  });

  it('when stopped, sends nothing more, and every packet comes back to the pool', () => {
    const { simulation, sessions } = buildText(
      scenario('{ cbr: { rate: 2 Mbit/s } }', '1 Mbit/s', '50 packets', 20, ', stop: 10 s'),
    );
    simulation.run(10e9);
    checkPhysics(simulation);
    assert.ok(simulation.pool.live > 0);
    const made = simulation.pool.made;
    simulation.run(20e9);
    assert.equal(simulation.pool.live, 0);
    assert.equal(simulation.pool.made, made);
    checkPhysics(simulation);
    assert.ok(sessions[0]!.app.received > 1e6);
  });

  it('beside a TCP flow under FIFO, takes what it sends; TCP gets the rest (Floyd and Fall 1999, figure 3)', () => {
    const reply = runText(`
title: unfairness
network: ${network('1.5 Mbit/s', '50 packets')}
sessions:
  - { name: tcp, from: first, to: last, transport: { tcp: { congestionControl: newreno, mss: 1012 } } }
  - { name: udp, from: first, to: last, app: { cbr: { rate: 900 kbit/s, size: 972 B, spacing: uniform } } }
run: { duration: 100 s, warmup: 20 s }
`);
    const tcp = metricOf(reply, 'tcp', 'goodput');
    const udp = metricOf(reply, 'udp', 'goodput');
    assertNear(udp, 0.9e6, 0.03);
    assert.ok(tcp > 0.45e6 && tcp < 0.58e6, `${tcp}`);
  });
});
