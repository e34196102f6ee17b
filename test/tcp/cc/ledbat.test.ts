import assert from 'node:assert/strict';
import type { AckSample } from '../../../sim/tcp/cc/congestion-control';
import { ackOf, lossOf } from '../../support/ack';
import { makeCc, makeFlow, solo } from '../../support/solo';

const MSS = 1000;
const MS = 1e6;

function make(params: object = {}) {
  const flow = makeFlow(MSS);
  const cc = makeCc('ledbat', params, flow);
  const feed = (delay: number, changes: Partial<AckSample> = {}) => {
    const ack = ackOf({ oneWayDelay: delay * MS, priorInFlight: 1e9, ...changes });
    cc.observe!(ack);
    const before = cc.cwnd;
    cc.onAck(ack);
    return cc.cwnd - before;
  };
  return { flow, cc, feed };
}

function near(actual: number, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

describe('LEDBAT (RFC 6817)', () => {
  it('begins with two segments (INIT_CWND, section 2.5)', () => {
    assert.equal(make().cc.cwnd, 2 * MSS);
  });

  it('opens by GAIN * off_target * acked * MSS / cwnd (section 2.4.2)', () => {
    const { cc, feed } = make({ currentFilter: 1 });
    near(feed(20), 500);
    // queueing delay 50 ms of a target of 100: half as much
    near(feed(70), (0.5 * MSS * MSS) / 2500);
    near(feed(120), 0);
    const before = cc.cwnd;
    near(feed(220), (-1 * MSS * MSS) / before, 1);
  });

  it('takes the smallest of the last CURRENT_FILTER delays', () => {
    const { cc, feed } = make({ currentFilter: 4 });
    for (const delay of [20, 220, 220, 220]) feed(delay);
    assert.equal(cc.readout()['queueingDelay'], 0);
    feed(120);
    assert.equal(cc.readout()['queueingDelay'], 100 * MS);
  });

  it('forgets base delays older than BASE_HISTORY minutes', () => {
    const { flow, cc, feed } = make({ currentFilter: 1, baseHistory: 2 });
    feed(20);
    flow.now += 61e9;
    feed(70);
    assert.equal(cc.readout()['queueingDelay'], 50 * MS);
    flow.now += 60e9;
    feed(70);
    assert.equal(cc.readout()['queueingDelay'], 0);
  });

  it('lets cwnd exceed the flight by no more than ALLOWED_INCREASE', () => {
    const { cc, feed } = make();
    for (let i = 0; i < 50; i++) feed(20, { priorInFlight: 5 * MSS });
    assert.equal(cc.cwnd, 6 * MSS);
  });

  it('halves on loss, but not below MIN_CWND', () => {
    const { cc, feed } = make();
    for (let i = 0; i < 50; i++) feed(20);
    const before = cc.cwnd;
    cc.onLossEpisode(lossOf(cc));
    near(cc.cwnd, before / 2);
    for (let i = 0; i < 10; i++) cc.onLossEpisode(lossOf(cc));
    assert.equal(cc.cwnd, 2 * MSS);
  });

  it('uses the RTT where there are no timestamps', () => {
    const { cc, feed } = make({ currentFilter: 1 });
    feed(0, { oneWayDelay: -1, rtt: 100 * MS });
    feed(0, { oneWayDelay: -1, rtt: 160 * MS });
    assert.equal(cc.readout()['queueingDelay'], 60 * MS);
  });

  for (const target of [100, 25]) {
    it(`holds the queueing delay at its target of ${target} ms`, () => {
      const run = solo('ledbat', { rate: 10e6, rtt: 40, buffer: 1000, duration: 90 }, { target: `${target} ms` });
      for (const { rtt } of run.between(80, 90)) near(rtt - 40, target, 0.1 * target);
      assert.equal(run.lost, 0);
    });
  }

  it('may begin with slow start', () => {
    const path = { rate: 10e6, rtt: 40, buffer: 1000, duration: 5 };
    assert.ok(solo('ledbat', path, { slowStart: true }).delivered > 1.1 * solo('ledbat', path).delivered);
  });
});
