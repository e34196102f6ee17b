import assert from 'node:assert/strict';
import {
  disproportionateShare,
  isDisproportionate,
  isNotTcpFriendly,
  isUnresponsive,
  mathisRate,
  mostOfTcp,
  padhyeRate,
  tcpFriendliness,
} from '../../sim/stats/flow-tests';

const near = (value: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected}`);

describe('response functions of TCP', () => {
  it('Mathis et al. 1997: 122.5, 387.3, 1224.7 packets a second at R = 0.1 s', () => {
    for (const [p, rate] of [
      [1e-2, 122.474],
      [1e-3, 387.298],
      [1e-4, 1224.745],
    ] as const) {
      near(mathisRate(1, 0.1, p), rate, 0.001);
    }
    near(mathisRate(1, 0.1, 1e-2, Math.sqrt(0.75)), 86.603, 0.001);
  });

  it('Padhye et al. 1998, approximation: values of the closed form, with and without delayed ACKs', () => {
    for (const [p, rtt, timeout, b, rate] of [
      [1e-4, 0.2, 1, 1, 611.684],
      [0.01, 0.2, 1, 1, 55.027],
      [0.2, 0.2, 1, 1, 2.234],
      [0.01, 0.1, 1, 2, 70.654],
      [0.05, 0.05, 0.2, 2, 52.126],
    ] as const) {
      near(padhyeRate(1, rtt, p, timeout, b), rate, 0.001);
    }
  });
});

describe('the tests of Floyd and Fall 1999', () => {
  it('TCP-friendly: 1.5 sqrt(2/3) B / (R sqrt p) packets a second', () => {
    for (const [rtt, ...rates] of [
      [0.05, 774.6, 244.9, 109.5],
      [0.1, 387.3, 122.5, 54.8],
      [0.2, 193.6, 61.2, 27.4],
    ] as const) {
      [0.001, 0.01, 0.05].forEach((p, i) => near(mostOfTcp(1, rtt, p), rates[i]!, 0.06));
    }
    assert.equal(isNotTcpFriendly(123_000, 1000, 0.1, 0.01), true);
    assert.equal(isNotTcpFriendly(122_000, 1000, 0.1, 0.01), false);
  });

  it('unresponsive: at four times the drop rate Reno halves, a constant rate does not', () => {
    const before = { rate: 1000, p: 0.01 };
    assert.equal(isUnresponsive(before, { rate: 550, p: 0.04 }), false);
    assert.equal(isUnresponsive(before, { rate: 1000, p: 0.04 }), true);
    assert.equal(isUnresponsive(before, { rate: 1000, p: 0.01 }), false);
  });

  it('disproportionate bandwidth: more than ln(3n)/n of it, and more than 12000/sqrt(p) bytes a second', () => {
    for (const [n, share] of [
      [2, 0.896],
      [3, 0.732],
      [10, 0.34],
      [100, 0.057],
    ] as const) {
      near(disproportionateShare(n), share, 0.0005);
    }
    assert.equal(isDisproportionate(0.5, 10, 130_000, 0.01), true);
    assert.equal(isDisproportionate(0.3, 10, 130_000, 0.01), false);
    assert.equal(isDisproportionate(0.5, 10, 110_000, 0.01), false);
  });

  it('friendliness is the rate over that of the response function', () => {
    assert.equal(tcpFriendliness(3, mathisRate(1, 1, 1.5)), 3);
  });
});
