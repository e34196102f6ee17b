import assert from 'node:assert/strict';
import { ackOf, lose, lossOf, rounds } from '../../support/ack';
import { lossPatterns, makeCc, makeFlow, solo } from '../../support/solo';

const MSS = 1000;

describe('Reno (RFC 5681, RFC 3465)', () => {
  it('opens by the bytes acknowledged in slow start, doubling each round trip (section 3.1)', () => {
    const flow = makeFlow(MSS, 10 * MSS);
    const cc = makeCc('reno', {}, flow);
    rounds(cc, flow, 3);
    assert.equal(cc.cwnd, 80 * MSS);
  });

  it('opens by at most L segments per ACK (RFC 3465 section 2.2)', () => {
    const cc = makeCc('reno', { byteLimit: 2 }, makeFlow(MSS, 10 * MSS));
    cc.onAck(ackOf({ ackedBytes: 10 * MSS }));
    assert.equal(cc.cwnd, 12 * MSS);
  });

  it('stops slow start at ssthresh exactly, and uses the rest of the ACK for congestion avoidance', () => {
    const cc = makeCc('reno', {}, makeFlow(MSS, 20 * MSS));
    cc.onTimeout(lossOf(cc));
    assert.equal(cc.ssthresh, 10 * MSS);
    cc.onAck(ackOf({ ackedBytes: 19 * MSS }));
    assert.equal(cc.cwnd, 10 * MSS + MSS);
  });

  it('adds one segment per window acknowledged (equation 3)', () => {
    const flow = makeFlow(MSS, 40 * MSS);
    const cc = makeCc('reno', {}, flow);
    lose(cc);
    rounds(cc, flow, 10);
    assert.ok(Math.abs(cc.cwnd / MSS - 30) < 0.6, `${cc.cwnd}`);
  });

  it('takes half the flight, two segments at least (equation 4)', () => {
    const cc = makeCc('reno', {}, makeFlow(MSS, 10 * MSS));
    cc.onLossEpisode(lossOf(cc, { inFlight: 8 * MSS }));
    assert.equal(cc.ssthresh, 4 * MSS);
    assert.equal(cc.cwnd, 4 * MSS);
    cc.onRecoveryExit!(MSS);
    cc.onLossEpisode(lossOf(cc, { inFlight: MSS }));
    assert.equal(cc.ssthresh, 2 * MSS);
  });

  it('holds ssthresh while the timer backs off (section 3.1)', () => {
    const cc = makeCc('reno', {}, makeFlow(MSS, 40 * MSS));
    cc.onTimeout(lossOf(cc));
    cc.onTimeout(lossOf(cc, { inFlight: MSS }));
    cc.onTimeout(lossOf(cc, { inFlight: MSS }));
    assert.equal(cc.ssthresh, 20 * MSS);
  });

  it('pays once for a fast recovery that ends in a timeout', () => {
    const cc = makeCc('reno', {}, makeFlow(MSS, 40 * MSS));
    cc.onLossEpisode(lossOf(cc));
    cc.onTimeout(lossOf(cc, { inFlight: 3 * MSS }));
    assert.equal(cc.ssthresh, 20 * MSS);
    assert.equal(cc.cwnd, MSS);
  });

  it('undoes a spurious timeout (RFC 4015)', () => {
    const cc = makeCc('reno', {}, makeFlow(MSS, 40 * MSS));
    cc.onTimeout(lossOf(cc));
    cc.onTimeout(lossOf(cc, { inFlight: MSS }));
    cc.onSpuriousLoss!();
    assert.equal(cc.cwnd, 40 * MSS);
    assert.equal(cc.ssthresh, Infinity);
  });

  it('restarts from the restart window after idle (section 4.1)', () => {
    const cc = makeCc('reno', {}, makeFlow(MSS, 40 * MSS));
    lose(cc);
    cc.onIdleRestart!(10 * MSS);
    assert.equal(cc.cwnd, 10 * MSS);
    assert.equal(cc.ssthresh, 20 * MSS);
  });

  for (const { p, duration } of [
    { p: 1e-3, duration: 300 },
    { p: 1e-4, duration: 600 },
  ]) {
    it(`has the mean window sqrt(3 / 2p) of Mathis et al. 1997 at p = ${p}`, () => {
      const run = solo('reno', { duration, loss: lossPatterns.every(Math.round(1 / p), 100) });
      const expected = Math.sqrt(1.5 / p);
      assert.ok(
        Math.abs(run.meanCwnd(duration / 2) / expected - 1) < 0.06,
        `${run.meanCwnd(duration / 2)} ${expected}`,
      );
    });
  }
});

describe('NewReno (RFC 5681 to the letter, RFC 6582)', () => {
  it('opens by one segment per ACK, whatever it acknowledges (RFC 5681 equation 2)', () => {
    const cc = makeCc('newreno', {}, makeFlow(MSS, 10 * MSS));
    cc.onAck(ackOf({ ackedBytes: 2 * MSS }));
    assert.equal(cc.cwnd, 11 * MSS);
  });

  it('has b = 2 in the response function when every second segment is acknowledged', () => {
    const path = { duration: 300, loss: lossPatterns.every(1000, 100) };
    const each = solo('newreno', path).meanCwnd(100);
    const delayed = solo('newreno', { ...path, ackEvery: 2 }).meanCwnd(100);
    assert.ok(Math.abs(delayed / each - Math.SQRT1_2) < 0.05, `${delayed / each}`);
  });

  it('leaves recovery with the flight and one segment (RFC 6582 section 3.2)', () => {
    const cc = makeCc('newreno', {}, makeFlow(MSS, 40 * MSS));
    cc.onLossEpisode(lossOf(cc));
    cc.onRecoveryExit!(5 * MSS);
    assert.equal(cc.cwnd, 6 * MSS);
    assert.equal(cc.ssthresh, 20 * MSS);
    const bursty = makeCc('newreno', { avoidBurst: false }, makeFlow(MSS, 40 * MSS));
    bursty.onLossEpisode(lossOf(bursty));
    bursty.onRecoveryExit!(5 * MSS);
    assert.equal(bursty.cwnd, 20 * MSS);
  });
});

describe('Tahoe (Jacobson 1988)', () => {
  it('goes back to one segment at every loss, and slow-starts to half the flight', () => {
    const flow = makeFlow(MSS, 40 * MSS);
    const cc = makeCc('tahoe', {}, flow);
    cc.onLossEpisode(lossOf(cc));
    assert.equal(cc.cwnd, MSS);
    assert.equal(cc.ssthresh, 20 * MSS);
    assert.equal(cc.ownsRecovery, true);
    rounds(cc, flow, 4, 100, { inRecovery: true });
    assert.equal(cc.cwnd, 16 * MSS);
  });

  it('only halves on ECN-Echo, as nothing is missing (RFC 3168 section 6.1.2)', () => {
    const cc = makeCc('tahoe', {}, makeFlow(MSS, 40 * MSS));
    cc.onEcn!(lossOf(cc, { ecn: true }));
    assert.equal(cc.cwnd, 20 * MSS);
  });

  it('carries less than Reno over a lossy path', () => {
    const path = { duration: 100, loss: lossPatterns.every(300, 100) };
    assert.ok(solo('tahoe', path).delivered < 0.95 * solo('reno', path).delivered);
  });
});
