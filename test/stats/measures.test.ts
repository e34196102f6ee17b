import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  goodput,
  harmLessIsBetter,
  harmMoreIsBetter,
  jainIndex,
  maxMinShare,
  percentile,
  share,
  utilisation,
} from '../../sim/stats/measures';

const rates = fc.array(fc.double({ min: 1e-3, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 20 });

describe("Jain's fairness index (Jain, Chiu and Hawe 1984)", () => {
  it('is the share of users that are served when each gets all or nothing', () => {
    assert.equal(jainIndex([5, 5, 5, 5]), 1);
    assert.equal(jainIndex([7, 7, 0, 0, 0]), 2 / 5);
    assert.equal(jainIndex([9, 0, 0, 0]), 1 / 4);
  });

  it('of 3 and 1 is 16/20', () => assert.equal(jainIndex([3, 1]), 0.8));

  it('lies between 1/n and 1, and knows no units', () => {
    fc.assert(
      fc.property(rates, fc.double({ min: 0.01, max: 100, noNaN: true }), (x, unit) => {
        const index = jainIndex(x);
        assert.ok(index >= 1 / x.length - 1e-12 && index <= 1 + 1e-12);
        assert.ok(Math.abs(jainIndex(x.map((v) => v * unit)) - index) < 1e-9);
      }),
    );
  });

  it('has no value for nothing', () => {
    assert.ok(Number.isNaN(jainIndex([])));
    assert.ok(Number.isNaN(jainIndex([0, 0])));
  });
});

describe('shares, rates and harm', () => {
  it('shares add up to one', () => {
    assert.equal(share(2.5, [2.5, 7.5]), 0.25);
    fc.assert(
      fc.property(rates, (x) => {
        const total = x.reduce((t, v) => t + share(v, x), 0);
        assert.ok(Math.abs(total - 1) < 1e-9);
      }),
    );
  });

  it('goodput and utilisation count 8 bits to the byte', () => {
    assert.equal(goodput(1_250_000, 1), 10e6);
    assert.equal(utilisation(1_250_000, 10e6, 2), 0.5);
  });

  it('a flow at 36 of its fair 50 Mbit/s has 72 % of its max-min share', () => {
    assert.equal(maxMinShare(36e6, 50e6), 0.72);
  });

  it('harm is 0 where nothing changed and 1 where all was taken (Ware et al. 2019)', () => {
    assert.equal(harmMoreIsBetter(10e6, 10e6), 0);
    assert.equal(harmMoreIsBetter(10e6, 0), 1);
    assert.equal(harmMoreIsBetter(10e6, 4e6), 0.6);
    assert.equal(harmLessIsBetter(40, 40), 0);
    assert.equal(harmLessIsBetter(40, 160), 0.75);
    assert.ok(harmLessIsBetter(40, 30) < 0, 'help is negative harm');
  });
});

describe('percentiles (Hyndman and Fan 1996, type 7)', () => {
  it("agree with R's quantile(c(1, 2, 4, 8, 16), c(.1, .25, .5, .9))", () => {
    const x = [1, 2, 4, 8, 16];
    assert.deepEqual(
      [0.1, 0.25, 0.5, 0.9].map((p) => Number(percentile(x, p).toFixed(9))),
      [1.4, 2, 4, 12.8],
    );
  });

  it('end at the extremes', () => {
    assert.equal(percentile([3, 5, 9], 0), 3);
    assert.equal(percentile([3, 5, 9], 1), 9);
    assert.ok(Number.isNaN(percentile([], 0.5)));
    assert.throws(() => percentile([1], 95), RangeError);
  });
});
