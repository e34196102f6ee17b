import assert from 'node:assert/strict';
import { ackOf, lossOf } from '../../support/ack';
import { makeCc, makeFlow, solo } from '../../support/solo';

const MSS = 1000;

/** Feeds `windows` observation windows of ten segments, `marked` of them marked in each. */
function windows(cc: ReturnType<typeof makeCc>, count: number, marked: number, start = 0): void {
  for (let w = start; w < start + count; w++) {
    for (let i = 0; i < 10; i++) {
      const una = (10 * w + i + 1) * MSS;
      cc.observe!(ackOf({ una, nxt: (10 * w + 10) * MSS, ceBytes: i < marked ? MSS : 0 }));
    }
  }
}

function alpha(cc: ReturnType<typeof makeCc>): number {
  return cc.readout()['alpha']!;
}

describe('DCTCP (RFC 8257)', () => {
  it('begins with alpha 1', () => {
    assert.equal(alpha(makeCc('dctcp', {}, makeFlow(MSS))), 1);
  });

  it('updates alpha = alpha (1 - g) + g M once per window (section 3.3)', () => {
    const cc = makeCc('dctcp', {}, makeFlow(MSS));
    windows(cc, 1, 0);
    const before = alpha(cc);
    windows(cc, 1, 0, 1);
    assert.ok(Math.abs(alpha(cc) - before * (15 / 16)) < 1e-12);
  });

  it('converges to the fraction of marked bytes', () => {
    const cc = makeCc('dctcp', {}, makeFlow(MSS));
    windows(cc, 200, 3);
    assert.ok(Math.abs(alpha(cc) - 0.3) < 0.01, `${alpha(cc)}`);
  });

  it('reduces cwnd by alpha / 2 on ECN-Echo (section 3.3)', () => {
    const cc = makeCc('dctcp', { initialAlpha: 0.2 }, makeFlow(MSS, 100 * MSS));
    cc.onEcn!(lossOf(cc, { ecn: true }));
    assert.equal(cc.cwnd, 90 * MSS);
    assert.equal(cc.ssthresh, 90 * MSS);
  });

  it('answers loss as Reno does, whatever alpha is (section 3.5)', () => {
    const cc = makeCc('dctcp', { initialAlpha: 0.1 }, makeFlow(MSS, 100 * MSS));
    cc.onLossEpisode(lossOf(cc));
    assert.equal(cc.cwnd, 50 * MSS);
  });

  it('asks for accurate ECN feedback (section 3.2)', () => {
    assert.equal(makeCc('dctcp', {}, makeFlow(MSS)).accurateEcn, true);
  });

  it('has the steady alpha of the fluid model, alpha^2 (1 - alpha/4) = (2W + 1) / (W + 1)^2, with a short queue', () => {
    // Alizadeh et al., SIGCOMM 2010, equation 6; W = BDP + K = 125 + 20 segments
    const run = solo('dctcp', { rate: 100e6, rtt: 10, buffer: 500, markAbove: 20, duration: 5 });
    const points = run.between(2, 5);
    const mean = points.reduce((sum, p) => sum + p.readout['alpha']!, 0) / points.length;
    assert.ok(Math.abs(mean / 0.12 - 1) < 0.25, `${mean}`);
    assert.equal(run.lost, 0);
    assert.ok(run.goodput(2) > 0.999 * 100e6);
    for (const { queue } of points) assert.ok(queue < 30, `${queue}`);
  });
});
