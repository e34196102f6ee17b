import assert from 'node:assert/strict';
import { ackOf, lose, lossOf, rounds } from '../../support/ack';
import { lossPatterns, makeCc, makeFlow, solo } from '../../support/solo';

const MSS = 1000;

/** CUBIC that has just lost with `window` segments. */
function afterLossAt(window: number, params: object = {}) {
  const flow = makeFlow(MSS, window * MSS);
  const cc = makeCc('cubic', { hystart: 'off', ...params }, flow);
  lose(cc);
  return { flow, cc };
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

describe('CUBIC (RFC 9438)', () => {
  it('keeps 0.7 of the window after loss (section 4.6)', () => {
    const { cc } = afterLossAt(100);
    assert.equal(cc.cwnd, 70 * MSS);
    assert.equal(cc.ssthresh, 70 * MSS);
  });

  it('takes flight_size, not a window that was never filled, for ssthresh (section 4.6)', () => {
    const flow = makeFlow(MSS, 100 * MSS);
    const cc = makeCc('cubic', {}, flow);
    cc.onLossEpisode(lossOf(cc, { inFlight: 20 * MSS }));
    assert.equal(cc.ssthresh, 14 * MSS);
  });

  it('does not count what limited transmit sent beyond cwnd (RFC 5681 section 3.2)', () => {
    const flow = makeFlow(MSS, 100 * MSS);
    const cc = makeCc('cubic', {}, flow);
    cc.onLossEpisode(lossOf(cc, { inFlight: 102 * MSS }));
    assert.equal(cc.ssthresh, 70 * MSS);
  });

  it('computes K = cbrt((W_max - cwnd_epoch) / C) (section 4.2, equation 2)', () => {
    const { flow, cc } = afterLossAt(1000);
    rounds(cc, flow, 1);
    // cbrt(300 / 0.4)
    near(cc.readout()['k']!, 9.0856, 0.001);
  });

  it('follows W_cubic(t) = C (t - K)^3 + W_max (section 4.2, equation 1)', () => {
    const { flow, cc } = afterLossAt(1000);
    rounds(cc, flow, 1);
    const epoch = flow.now;
    for (const seconds of [2, 5, 9, 12, 15]) {
      while (flow.now - epoch < seconds * 1e9) rounds(cc, flow, 1);
      const t = (flow.now - epoch) / 1e9;
      const expected = 0.4 * (t - 9.0856) ** 3 + 1000;
      // cwnd aims at the target one RTT ahead, and gets there one RTT late
      const slope = 1.2 * (t - 9.0856) ** 2;
      near(cc.cwnd / MSS, expected, 0.1 * slope * 2 + 2);
    }
  });

  it('grows by no more than half a window per round trip (section 4.2: target <= 1.5 cwnd)', () => {
    const { flow, cc } = afterLossAt(10);
    rounds(cc, flow, 3);
    flow.now += 300e9;
    const before = cc.cwnd;
    rounds(cc, flow, 1);
    assert.ok(cc.cwnd > before * 1.2, 'far behind the cubic: grows fast');
    assert.ok(cc.cwnd <= before * 1.66, `${cc.cwnd / before}`);
  });

  it('is no slower than Reno, with alpha 0.53 until the old window, then 1 (section 4.3)', () => {
    const { flow, cc } = afterLossAt(40);
    const alpha = (3 * 0.3) / 1.7;
    rounds(cc, flow, 10, 10);
    near(cc.cwnd / MSS, 28 + 10 * alpha, 0.6);
    rounds(cc, flow, 13, 10);
    assert.ok(cc.cwnd / MSS > 39.5);
    while (cc.readout()['wEst']! < 40 * MSS) rounds(cc, flow, 1, 10);
    const regained = cc.cwnd / MSS;
    rounds(cc, flow, 10, 10);
    near(cc.cwnd / MSS - regained, 10, 0.6);
  });

  it('releases more when it lost below W_max (section 4.7)', () => {
    const { cc } = afterLossAt(100);
    assert.equal(cc.readout()['wMax'], 100 * MSS);
    lose(cc);
    assert.equal(cc.readout()['wMax'], 70 * MSS * 0.85);
    const { cc: plain } = afterLossAt(100, { fastConvergence: false });
    lose(plain);
    assert.equal(plain.readout()['wMax'], 70 * MSS);
  });

  it('restarts after a timeout with K = 0 and W_max = cwnd at the beginning of congestion avoidance (section 4.8)', () => {
    const flow = makeFlow(MSS, 100 * MSS);
    const cc = makeCc('cubic', {}, flow);
    cc.onTimeout(lossOf(cc));
    assert.equal(cc.cwnd, MSS);
    assert.equal(cc.ssthresh, 70 * MSS);
    rounds(cc, flow, 8);
    assert.equal(cc.readout()['k'], 0);
    near(cc.readout()['wMax']! / MSS, 70, 0.01);
  });

  it('restores what a spurious loss took (section 4.9)', () => {
    const { flow, cc } = afterLossAt(100);
    rounds(cc, flow, 20);
    const before = cc.readout();
    cc.onLossEpisode(lossOf(cc));
    cc.onSpuriousLoss!();
    assert.deepEqual(cc.readout(), before);
  });

  it('goes down to one segment on ECN-Echo, with ssthresh at two (section 4.6)', () => {
    const flow = makeFlow(MSS, MSS);
    const cc = makeCc('cubic', {}, flow);
    cc.onEcn!(lossOf(cc, { ecn: true }));
    assert.equal(cc.cwnd, MSS);
    assert.equal(cc.ssthresh, 2 * MSS);
  });

  it('leaves application-limited time out of t (section 4.2)', () => {
    const { flow, cc } = afterLossAt(100);
    const { flow: flow2, cc: busy } = afterLossAt(100);
    rounds(cc, flow, 5);
    rounds(busy, flow2, 5);
    rounds(cc, flow, 50, 100, { cwndLimited: false });
    rounds(cc, flow, 5);
    rounds(busy, flow2, 5);
    near(cc.cwnd, busy.cwnd, MSS / 2);
    flow.now += 60e9;
    cc.onSend!(MSS, 0);
    rounds(cc, flow, 5);
    rounds(busy, flow2, 5);
    near(cc.cwnd, busy.cwnd, MSS / 2);
  });

  it('counts acknowledged bytes, so that delayed ACKs do not slow it down', () => {
    const { flow, cc } = afterLossAt(100);
    rounds(cc, flow, 30);
    const { flow: flow2, cc: delayed } = afterLossAt(100);
    for (let round = 0; round < 30; round++) {
      flow2.now += 100e6;
      const window = Math.floor(delayed.cwnd / MSS / 2);
      for (let i = 0; i < window; i++) delayed.onAck(ackOf({ ackedBytes: 2 * MSS }));
    }
    near(delayed.cwnd, cc.cwnd, 2 * MSS);
  });

  describe('average window of tables 1 and 2 (section 5.1)', () => {
    for (const { p, rtt, window, duration, tolerance } of [
      { p: 1e-2, rtt: 100, window: 12, duration: 200, tolerance: 0.12 },
      { p: 1e-3, rtt: 100, window: 38, duration: 300, tolerance: 0.12 },
      { p: 1e-4, rtt: 100, window: 187, duration: 600, tolerance: 0.12 },
      { p: 1e-4, rtt: 10, window: 120, duration: 60, tolerance: 0.12 },
      { p: 1e-5, rtt: 100, window: 1054, duration: 300, tolerance: 0.12 },
    ]) {
      it(`p = ${p}, RTT = ${rtt} ms: ${window} segments`, () => {
        const run = solo('cubic', { rtt, duration, loss: lossPatterns.every(Math.round(1 / p), 100) });
        near(run.meanCwnd(duration / 2), window, tolerance * window);
      });
    }
  });
});
