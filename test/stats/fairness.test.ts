import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  alphaFairUtility,
  coefficientOfVariation,
  convergenceSamples,
  jainAtScale,
  power,
  productIndex,
  starvationRatio,
} from '../../sim/stats/fairness';

const near = (value: number, expected: number, tolerance = 1e-9): void =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected}`);

describe('alpha-fairness (Mo and Walrand 2000)', () => {
  /** Share of the long flow over h links of capacity 1 that maximises the utility, by search. */
  const longShare = (h: number, alpha: number): number => {
    let best = 0;
    let most = -Infinity;
    for (let x = 0.001; x < 1; x += 0.001) {
      const utility = alphaFairUtility([x, ...new Array<number>(h).fill(1 - x)], alpha);
      if (utility > most) [most, best] = [utility, x];
    }
    return best;
  };

  it('is greatest in the parking lot at 1/(h+1) for alpha 1, 1/(1+sqrt h) for 2, towards 1/2 for large alpha', () => {
    for (const [h, proportional, delay] of [
      [2, 0.33333, 0.41421],
      [4, 0.2, 0.33333],
      [8, 0.11111, 0.2612],
    ] as const) {
      near(longShare(h, 1), proportional, 0.001);
      near(longShare(h, 2), delay, 0.001);
      near(longShare(h, 60), 0.5, 0.02);
    }
  });

  it('for alpha 0 is the total; with nothing for one and alpha >= 1, minus infinity', () => {
    near(alphaFairUtility([1, 2, 3], 0), 6);
    assert.equal(alphaFairUtility([1, 0], 1), -Infinity);
    assert.equal(alphaFairUtility([1, 0], 2), -Infinity);
  });
});

describe('the product measure', () => {
  it('is 1 for equal rates, 3/4 for 3 and 1, 0 when one has nothing, and knows no units', () => {
    near(productIndex([5, 5, 5]), 1);
    near(productIndex([3, 1]), 3 / 4);
    near(productIndex([3e6, 1e6]), 3 / 4);
    assert.equal(productIndex([1, 0, 1]), 0);
  });

  it('never exceeds 1 (arithmetic and geometric mean)', () => {
    const rates = fc.array(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 10 });
    fc.assert(fc.property(rates, (x) => productIndex(x) <= 1 + 1e-9));
  });
});

describe('the starvation ratio (Arun et al. 2022)', () => {
  it('is largest over smallest', () => {
    assert.equal(starvationRatio([2, 8, 4]), 4);
    assert.equal(starvationRatio([1, 0]), Infinity);
  });
});

describe("Jain's index over time scales", () => {
  it('of two flows that take turns is 1/2 at the scale of a turn and 1 at that of two', () => {
    const turns = [
      [10, 0, 10, 0, 10, 0],
      [0, 10, 0, 10, 0, 10],
    ];
    near(jainAtScale(turns, 1), 0.5);
    near(jainAtScale(turns, 2), 1);
    near(jainAtScale(turns, 3), (30 * 30) / (2 * (20 * 20 + 10 * 10)));
  });

  it('leaves out windows in which nobody sends', () => {
    near(
      jainAtScale(
        [
          [0, 3],
          [0, 1],
        ],
        1,
      ),
      0.8,
    );
    assert.ok(Number.isNaN(jainAtScale([[0], [0]], 1)));
  });
});

describe('delta-fair convergence (Bansal et al. 2001)', () => {
  // Chiu and Jain: from (1, 9) each overload halves the difference
  const first = [1, 3, 4, 4.5, 4.75];
  const series = [first, first.map((x) => 10 - x)];

  it('is reached when the smaller has 1 - delta of an equal share', () => {
    assert.equal(convergenceSamples(series, 0.5), 1);
    assert.equal(convergenceSamples(series, 0.2), 2);
    assert.equal(convergenceSamples(series, 0.1), 3);
    assert.equal(convergenceSamples(series, 0.01), Infinity);
  });

  it('given a time to hold, does not count a passing moment', () => {
    const passing = [
      [5, 1, 5, 5, 5],
      [5, 9, 5, 5, 5],
    ];
    assert.equal(convergenceSamples(passing, 0.1, 1), 0);
    assert.equal(convergenceSamples(passing, 0.1, 2), 2);
  });
});

describe('smoothness and power', () => {
  it('coefficient of variation: 0 when constant, 1 for all or nothing', () => {
    assert.equal(coefficientOfVariation([4, 4, 4]), 0);
    near(coefficientOfVariation([0, 2, 0, 2]), 1);
  });

  it('power of M/M/1 is greatest at half load (Kleinrock 1979)', () => {
    const of = (load: number): number => power(load, 1 / (1 - load));
    for (const load of [0.3, 0.4, 0.6, 0.7]) assert.ok(of(load) < of(0.5));
  });
});
