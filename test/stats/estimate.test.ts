import assert from 'node:assert/strict';
import fc from 'fast-check';
import { estimateMean, pairedDifference } from '../../sim/stats/estimate';
import { studentQuantile, studentTwoSided } from '../../sim/stats/student';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

/** Extra hours of sleep with two drugs, ten patients each: the data of Student, "The probable error of a mean", 1908. */
const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

describe('Student t', () => {
  it('has the quantiles of the printed tables', () => {
    near(studentQuantile(0.975, 1), 12.706, 5e-4);
    near(studentQuantile(0.975, 9), 2.262, 5e-4);
    near(studentQuantile(0.95, 4), 2.132, 5e-4);
    near(studentQuantile(0.995, 29), 2.756, 5e-4);
    near(studentQuantile(0.975, 1e6), 1.96, 5e-4);
  });

  it('leaves 5 % outside its 97.5 % quantile, on both sides', () => near(studentTwoSided(-2.262157, 9), 0.05, 1e-6));
});

describe('mean of independent replications', () => {
  it('has the interval of the textbook example (Law, section 4.5: ten observations, 90 %)', () => {
    const x = [1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09];
    const estimate = estimateMean(x, 0.9);
    assert.equal(estimate.n, 10);
    near(estimate.mean, 1.343, 1e-9);
    // mean ± t(9, 0.95) sqrt(0.17 / 10) = 1.34 ± 0.24
    near(estimate.halfWidth, 0.24, 5e-3);
  });

  it('says that one replication says nothing', () => {
    const { n, mean, low, high, halfWidth } = estimateMean([4]);
    assert.deepEqual(
      { n, mean, low, high, halfWidth },
      { n: 1, mean: 4, low: -Infinity, high: Infinity, halfWidth: Infinity },
    );
    assert.ok(Number.isNaN(estimateMean([]).mean));
  });

  it('is certain of what never changes', () => assert.equal(estimateMean([2, 2, 2]).halfWidth, 0));

  it('moves and stretches with its samples', () => {
    const samples = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(samples, (x) => {
        const plain = estimateMean(x);
        const moved = estimateMean(x.map((v) => 3 * v + 7));
        near(moved.mean, 3 * plain.mean + 7, 1e-6);
        near(moved.halfWidth, 3 * plain.halfWidth, 1e-5);
      }),
    );
  });
});

describe('paired difference (common random numbers)', () => {
  it("finds in Student's sleep data what R's t.test(paired = TRUE) finds", () => {
    const difference = pairedDifference(drug1, drug2);
    near(difference.mean, -1.58, 1e-9);
    near(difference.mean - difference.halfWidth, -2.4598858, 1e-6);
    near(difference.mean + difference.halfWidth, -0.7001142, 1e-6);
    near(difference.pValue, 0.002833, 1e-6);
  });

  it('is narrower than unpaired when replications share their luck', () => {
    const luck = [3, -1, 4, -1, 5, -9, 2, 6];
    const a = luck.map((x, i) => 10 + x + 0.1 * (i % 2));
    const b = luck.map((x) => 9 + x);
    assert.ok(pairedDifference(a, b).halfWidth < 0.1 * estimateMean(a).halfWidth);
  });

  it('of equal samples is nothing, with nothing against it', () => {
    const difference = pairedDifference([1, 2, 3], [1, 2, 3]);
    assert.deepEqual([difference.mean, difference.halfWidth, difference.pValue], [0, 0, 1]);
  });

  it('refuses samples that are no pairs', () => assert.throws(() => pairedDifference([1, 2], [1]), /2 and 1/));
});
