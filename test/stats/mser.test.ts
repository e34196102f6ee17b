import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RandomStream } from '../../sim/core/random';
import { meansOfBatches } from '../../sim/stats/batch-means';
import { mser5, runningMean } from '../../sim/stats/mser';

/** The definition of White, Cobb and Spratt (WSC 2000), equation by equation. */
function byDefinition(series: readonly number[]): number {
  const z = meansOfBatches(series, 5);
  const marginal = (d: number): number => {
    const rest = z.slice(d);
    const mean = rest.reduce((a, b) => a + b, 0) / rest.length;
    return rest.reduce((a, b) => a + (b - mean) ** 2, 0) / rest.length ** 2;
  };
  const all = Array.from({ length: Math.floor(z.length / 2) + 1 }, (_, d) => marginal(d));
  return 5 * all.indexOf(Math.min(...all));
}

/** An AR(1) process around 100 with a bias that decays from `bias` by a factor e in `decay` observations. */
function biased(bias: number, decay: number, length: number, seed: number): number[] {
  const random = new RandomStream([seed, 2, 3, 4], 'mser');
  let x = 0;
  return Array.from({ length }, (_, i) => {
    x = 0.5 * x + random.normal(0, 1);
    return 100 + x + bias * Math.exp(-i / decay);
  });
}

describe('MSER-5', () => {
  it('is its definition', () => {
    const length = fc.integer({ min: 20, max: 200 });
    const series = length.chain((n) => fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: n, maxLength: n }));
    fc.assert(
      fc.property(series, (x) => {
        // no two places tie in random numbers, short of series that are too simple
        fc.pre(new Set(x).size > x.length / 2);
        assert.equal(mser5(x).at, byDefinition(x));
      }),
    );
  });

  it('cuts where a ramp ends', () => {
    const series = Array.from({ length: 1000 }, (_, i) => Math.min(i, 200) + (i % 2));
    const { at, mean, found } = mser5(series);
    assert.ok(at >= 190 && at <= 200, String(at));
    assert.ok(Math.abs(mean - 200.5) < 0.5 && found);
  });

  it('removes an exponential bias, as in the experiments of White, Cobb and Spratt', () => {
    const runs = Array.from({ length: 50 }, (_, i) => biased(-20, 50, 1000, i));
    const cut = runs.map((x) => mser5(x));
    const mean = cut.reduce((total, { mean }) => total + mean, 0) / 50;
    assert.ok(Math.abs(mean - 100) < 0.1, String(mean));
    const whole = runs.flat().reduce((a, b) => a + b, 0) / 50_000;
    assert.ok(whole < 99.1, 'without it the bias is plain');
  });

  it('leaves a stationary series nearly whole', () => {
    const cut = Array.from({ length: 50 }, (_, i) => mser5(biased(0, 1, 1000, i)).at);
    const median = cut.sort((a, b) => a - b)[25]!;
    assert.ok(median <= 50, String(median));
    assert.equal(mser5(Array<number>(100).fill(3)).at, 0);
  });

  it('says that a series which drifts to its end is too short', () => {
    const { found } = mser5(Array.from({ length: 500 }, (_, i) => i));
    assert.equal(found, false);
  });

  it('refuses fewer than four batches', () => assert.throws(() => mser5([1, 2, 3]), RangeError));
});

describe('running mean', () => {
  it('is the mean so far', () => assert.deepEqual(runningMean([2, 4, 9]), [2, 3, 5]));
});
