import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { bcaInterval, bcaJain, bcaMean, bcaPercentile, bcaRatio } from '../../sim/stats/bootstrap';
import { estimateMean, type Estimate } from '../../sim/stats/estimate';
import { percentile } from '../../sim/stats/measures';
import { meanOf } from '../../sim/stats/moments';

const ends = ({ low, high }: Estimate): number[] => [low, high];

function near(actual: readonly number[], expected: readonly number[], within: number): void {
  const close = actual.every((x, i) => Math.abs(x - expected[i]!) <= within);
  assert.ok(close, `${actual.join(', ')}; expected ${expected.join(', ')} within ${within}`);
}

/** LSAT score and grade average of 15 law schools: Efron and Tibshirani, An Introduction to the Bootstrap, table 3.1. */
const lawSchools = [
  [576, 3.39],
  [635, 3.3],
  [558, 2.81],
  [578, 3.03],
  [666, 3.44],
  [580, 3.07],
  [555, 3.0],
  [661, 3.43],
  [651, 3.36],
  [605, 3.13],
  [653, 3.12],
  [575, 2.74],
  [545, 2.76],
  [572, 2.88],
  [594, 2.96],
] as const;

/** Spatial test scores of 26 children, task A: the same book, table 14.1. */
const spatialTest = [
  48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41,
];

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [mx, my] = [meanOf(pairs.map(([x]) => x)), meanOf(pairs.map(([, y]) => y))];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [x, y] of pairs) {
    xy += (x - mx) * (y - my);
    xx += (x - mx) ** 2;
    yy += (y - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

function varianceOverN(x: readonly number[]): number {
  const mean = meanOf(x);
  return meanOf(x.map((v) => (v - mean) ** 2));
}

describe('bootstrap BCa interval', () => {
  const published = { level: 0.9, expanded: false, resamples: 20_000 };

  it('of the correlation of the law school data is (.43, .92) (Efron, JASA 1987)', () => {
    const found = bcaInterval(lawSchools, correlation, published);
    near([found.mean], [0.776], 5e-4);
    near(ends(found), [0.43, 0.92], 0.01);
    assert.deepEqual([found.n, found.method], [15, 'bca']);
  });

  it('of the variance of the spatial test data is (115.8, 259.6) (Efron and Tibshirani, table 14.2)', () => {
    const found = bcaInterval(spatialTest, varianceOverN, published);
    near([found.mean], [171.5], 0.05);
    // 2000 resamples of theirs: the standard error of an end is about 2
    near(ends(found), [115.8, 259.6], 4);
    assert.ok(found.high - found.mean > 1.4 * (found.mean - found.low), 'it leans to the long tail');
  });

  it('is the same every time', () => assert.deepEqual(bcaMean(spatialTest), bcaMean(spatialTest)));

  it("of the mean of symmetric samples is close to Student's, also with ten of them (Hesterberg 2015)", () => {
    const x = [-1.55, -1, -0.66, -0.38, -0.12, 0.12, 0.38, 0.66, 1, 1.55];
    const student = estimateMean(x);
    near(ends(bcaMean(x, { resamples: 20_000 })), ends(student), 0.06 * student.halfWidth);
    assert.ok(bcaMean(x, { expanded: false }).halfWidth < 0.88 * student.halfWidth);
  });

  it('of a ratio is that of the mean when it is over a constant', () => {
    const four = spatialTest.map(() => 4);
    const ratio = bcaRatio(spatialTest, four);
    near(
      ends(ratio),
      ends(bcaMean(spatialTest)).map((x) => x / 4),
      1e-9,
    );
    assert.throws(() => bcaRatio([1], [1, 2]), RangeError);
  });

  it('of a percentile stays among the samples and holds the percentile', () => {
    const random = new RandomStream([1, 2, 3, 4], 'percentile');
    const x = Array.from({ length: 100 }, () => random.exponential(1));
    const { low, mean, high } = bcaPercentile(x, 0.9);
    assert.ok(Math.min(...x) <= low && low < mean && mean < high && high <= Math.max(...x));
    assert.ok(low < Math.LN10 && Math.LN10 < high, `${low} to ${high}`);
  });

  it('of a percentile is that of sorting each resample', () => {
    const x = [5, 1, 4, 1, 9, 2, 6];
    const sorted = (y: readonly number[]): number =>
      percentile(
        [...y].sort((a, b) => a - b),
        0.4,
      );
    assert.deepEqual(
      ends(bcaPercentile(x, 0.4)),
      ends(
        bcaInterval(
          [...x].sort((a, b) => a - b),
          sorted,
        ),
      ),
    );
    assert.throws(() => bcaPercentile(x, 2), RangeError);
  });

  it("of Jain's index is that of the flows' mean rates and stays below 1", () => {
    // each flow has its day: every replication is unfair, the means are nearly equal
    const rates = Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? [1, 3 + (i % 3)] : [3 + (i % 5), 1]));
    const { low, mean, high } = bcaJain(rates);
    assert.ok(low < mean && mean > 0.98 && high <= 1, `${low}, ${mean}, ${high}`);
  });

  it('is a point without scatter, and unbounded with one sample', () => {
    assert.deepEqual(ends(bcaMean([0.1, 0.1, 0.1])), [bcaMean([0.1, 0.1, 0.1]).mean, bcaMean([0.1, 0.1, 0.1]).mean]);
    assert.deepEqual(ends(bcaMean([3])), [-Infinity, Infinity]);
  });
});
