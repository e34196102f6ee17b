import assert from 'node:assert/strict';
import { equationLossRate, equationRate } from '../../sim/tfrc/equation';

/** Bytes per second for s = 1460, by loss event rate and round-trip time in seconds: computed from the formula elsewhere. */
const TABLE: readonly (readonly [p: number, rtt: number, rate: number])[] = [
  [1e-5, 0.02, 28270234.1],
  [1e-4, 0.1, 1786519.6],
  [1e-3, 0.2, 280205.9],
  [0.01, 0.02, 820025.3],
  [0.01, 0.1, 164005.1],
  [0.05, 0.1, 53813.9],
  [0.1, 0.2, 12921.7],
  [0.2, 0.2, 3916.9],
];

describe('the TCP throughput equation (RFC 5348 section 3.1)', () => {
  it('gives the values of the closed form', () => {
    for (const [p, rtt, rate] of TABLE) {
      assert.ok(Math.abs(equationRate(1460, rtt * 1e9, p) / rate - 1) < 1e-4, `p ${p}, R ${rtt}`);
    }
  });

  it('is inverted to find the loss event rate of a rate (section 6.3.1)', () => {
    for (const [p, rtt, rate] of TABLE) {
      assert.ok(Math.abs(equationLossRate(1460, rtt * 1e9, rate) / p - 1) < 1e-3, `p ${p}, R ${rtt}`);
    }
    assert.equal(equationLossRate(1460, 1e9, 1e-3), 1);
  });
});
