import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { batchMeans, meansOfBatches, vonNeumannTest } from '../../sim/stats/batch-means';
import { estimateMean } from '../../sim/stats/estimate';

const random = (name: string) => new RandomStream([1, 2, 3, 4], name);

/** Delays in queue of the first customers of an M/M/1 queue that starts empty, service time 1: Lindley's recursion. */
function delays(load: number, customers: number, stream: RandomStream): number[] {
  let delay = 0;
  return Array.from({ length: customers }, () => {
    const before = delay;
    delay = Math.max(0, delay + stream.exponential(1) - stream.exponential(1 / load));
    return before;
  });
}

describe('batch means', () => {
  it('are the means of successive groups', () => {
    assert.deepEqual(meansOfBatches([1, 3, 5, 7, 100], 2), [2, 6]);
    assert.deepEqual(meansOfBatches([100, 1, 3, 5, 7], 2, 1), [2, 6]);
  });

  it("have Student's interval over the batches", () => {
    const { n, mean, halfWidth, batchSize, method } = batchMeans([9, 1, 3, 5, 7, 2, 4], 3);
    const { mean: expected, halfWidth: width } = estimateMean([2, 6, 3]);
    assert.deepEqual([n, mean, halfWidth, batchSize, method], [3, expected, width, 2, 'batch-means']);
  });

  it('refuse a run that is too short', () => assert.throws(() => batchMeans([1, 2, 3, 4, 5], 3), RangeError));

  // Law and Kelton, Simulation Modeling and Analysis, section 9.5.3: 90 % intervals of the delay in an M/M/1 queue at load
  // 0.8, 400 experiments. Such short runs must fail to cover, and by this much.
  for (const [customers, batches, published] of [
    [320, 5, 0.69],
    [320, 20, 0.49],
    [640, 10, 0.708],
    [2560, 5, 0.798],
    [2560, 20, 0.753],
  ] as const) {
    it(`cover as published when the run is too short: ${customers} customers, ${batches} batches`, () => {
      const stream = random(`coverage ${customers} ${batches}`);
      const expected = 4;
      let covered = 0;
      for (let i = 0; i < 2000; i++) {
        const { low, high } = batchMeans(delays(0.8, customers, stream), batches, 0.9);
        if (low <= expected && expected <= high) covered++;
      }
      assert.ok(Math.abs(covered / 2000 - published) < 0.06, `${covered / 2000}; published ${published}`);
    });
  }

  it('tell when batches are too short to be independent (von Neumann)', () => {
    const short = batchMeans(delays(0.9, 2_000, random('short')), 20);
    const long = batchMeans(delays(0.5, 100_000, random('long')), 20);
    assert.ok(short.independence < 0.05, String(short.independence));
    assert.ok(long.independence > 0.05, String(long.independence));
  });
});

describe("von Neumann's test", () => {
  it('calls independent values correlated in 5 % of cases', () => {
    const stream = random('von Neumann');
    let rejected = 0;
    for (let i = 0; i < 2000; i++) {
      const values = Array.from({ length: 20 }, () => stream.normal(0, 1));
      if (vonNeumannTest(values) < 0.05) rejected++;
    }
    assert.ok(rejected > 60 && rejected < 140, String(rejected));
  });

  it('sees a trend, and nothing in equal values', () => {
    assert.ok(vonNeumannTest([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) < 0.01);
    assert.equal(vonNeumannTest([2, 2, 2, 2]), 1);
  });
});
