import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { estimateMean } from '../../sim/stats/estimate';
import { progressOf, type StoppingRule } from '../../sim/stats/sequential';

const rule: StoppingRule = { halfWidth: { relative: 0.05 }, confidence: 0.95, min: 5, max: 100 };
const random = new RandomStream([1, 2, 3, 4], 'sequential');

/** Replications until the rule says stop, in rounds. */
function replicate(next: () => number, wanted: StoppingRule) {
  const samples: number[] = [];
  const rounds: number[] = [];
  for (;;) {
    const progress = progressOf(samples, wanted);
    if (progress.more === 0) return { ...progress, samples, rounds };
    rounds.push(progress.more);
    for (let i = 0; i < progress.more; i++) samples.push(next());
  }
}

describe('sequential stopping', () => {
  it('makes the least number first', () => {
    assert.equal(progressOf([], rule).more, 5);
    assert.equal(progressOf([1, 2, 3], rule).more, 2);
  });

  it('stops at once when the interval is narrow enough', () => {
    const { reached, more, estimate } = progressOf([100, 101, 99, 100, 100], rule);
    assert.deepEqual([reached, more, estimate.n], [true, 0, 5]);
    // with the first replications only, both intervals are Student's
    assert.equal(estimate.halfWidth, estimateMean([100, 101, 99, 100, 100]).halfWidth);
  });

  it("asks for as many as Stein's second stage needs (t(4) s / d)^2", () => {
    const first = [8, 12, 10, 9, 11];
    // s^2 = 2.5, t(4, 0.975) = 2.7764, d = 0.05 * 10
    assert.equal(progressOf(first, rule).more + 5, Math.ceil((2.5 * 2.7764451 ** 2) / 0.25));
    assert.equal(progressOf(first, { ...rule, halfWidth: { absolute: 1 } }).more + 5, Math.ceil(2.5 * 2.7764451 ** 2));
  });

  it('never makes more than the most, and says when that was not enough', () => {
    const { reached, samples } = replicate(() => random.normal(1, 1), { ...rule, max: 30 });
    assert.deepEqual([reached, samples.length], [false, 30]);
  });

  it('ends with an interval as narrow as wanted, in few rounds, and answers the same when asked again', () => {
    for (let i = 0; i < 50; i++) {
      const { estimate, rounds, samples, reached } = replicate(() => random.normal(10, 1), { ...rule, max: 1e4 });
      assert.ok(reached && estimate.halfWidth <= 0.05 * estimate.mean && estimate.method === 'two-stage');
      assert.ok(rounds.length <= 10, String(rounds));
      assert.deepEqual(progressOf(samples, { ...rule, max: 1e4 }).estimate, estimate);
    }
  });

  it('covers where stopping on the first narrow interval does not (Stein 1945)', () => {
    const wanted: StoppingRule = { ...rule, max: 1e4 };
    let [ours, naive] = [0, 0];
    for (let i = 0; i < 2000; i++) {
      const { estimate } = replicate(() => random.normal(10, 1), wanted);
      if (estimate.low <= 10 && 10 <= estimate.high) ours++;
      const samples = Array.from({ length: 5 }, () => random.normal(10, 1));
      while (estimateMean(samples).halfWidth > 0.05 * estimateMean(samples).mean) samples.push(random.normal(10, 1));
      const { low, high } = estimateMean(samples);
      if (low <= 10 && 10 <= high) naive++;
    }
    assert.ok(ours >= 1880 && ours <= 1950, `${ours} of 2000`);
    assert.ok(naive < 1870, `${naive} of 2000`);
  });
});
