import assert from 'node:assert/strict';
import { ackOf, lossOf } from '../../support/ack';
import { lossPatterns, makeCc, makeFlow, solo } from '../../support/solo';

const MSS = 1000;
const MS = 1e6;

describe('Westwood+ (Grieco and Mascolo 2004)', () => {
  /** ACKs at 8 Mbit/s (1000 bytes each ms), RTT 100 ms, smallest RTT 60 ms. */
  function measured(params: object = {}, ms = 3000) {
    const flow = makeFlow(MSS, 200 * MSS);
    const cc = makeCc('westwood', params, flow);
    for (let i = 0; i < ms; i++) {
      flow.now += MS;
      cc.observe!(ackOf({ minRtt: 60 * MS }));
    }
    return cc;
  }

  it('measures the bandwidth once per round trip', () => {
    assert.ok(Math.abs(measured().readout()['bandwidth']! / 8e6 - 1) < 0.001);
  });

  it('filters with the weight it is told', () => {
    const flow = makeFlow(MSS);
    const cc = makeCc('westwood', { filter: 0.9 }, flow);
    // one sample of 8 Mbit/s, then one of 4: 0.9 * 8 + 0.1 * 4
    cc.observe!(ackOf());
    for (const bytes of [100 * MSS, 50 * MSS]) {
      flow.now += 100 * MS;
      cc.observe!(ackOf({ ackedBytes: bytes }));
    }
    assert.ok(Math.abs(cc.readout()['bandwidth']! - 7.6e6) < 1);
  });

  it('sets ssthresh to BWE * RTTmin on loss, and cwnd to it', () => {
    const cc = measured();
    cc.onLossEpisode(lossOf(cc));
    // 8 Mbit/s * 60 ms = 60 segments
    assert.ok(Math.abs(cc.ssthresh / MSS - 60) < 0.1);
    assert.equal(cc.cwnd, cc.ssthresh);
  });

  it('sets ssthresh likewise at a timeout, and cwnd to one segment', () => {
    const cc = measured();
    cc.onTimeout(lossOf(cc));
    assert.ok(Math.abs(cc.ssthresh / MSS - 60) < 0.1);
    assert.equal(cc.cwnd, MSS);
  });

  it('never takes a loss for a reason to grow', () => {
    const flow = makeFlow(MSS, 10 * MSS);
    const cc = makeCc('westwood', {}, flow);
    for (let i = 0; i < 1000; i++) {
      flow.now += MS;
      cc.observe!(ackOf({ minRtt: 60 * MS }));
    }
    cc.onLossEpisode(lossOf(cc));
    assert.equal(cc.cwnd, 10 * MSS);
  });

  it('carries at least twice what Reno does under random loss of 0.5 %', () => {
    const path = { rate: 10e6, rtt: 40, buffer: 100, duration: 60 };
    const westwood = solo('westwood', { ...path, loss: lossPatterns.random(0.005) });
    const reno = solo('reno', { ...path, loss: lossPatterns.random(0.005) });
    assert.ok(westwood.goodput(10) > 2 * reno.goodput(10));
  });
});
