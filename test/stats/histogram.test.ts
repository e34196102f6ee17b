import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Histogram } from '../../sim/stats/histogram';

function of(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('A histogram', () => {
  it('of small values is exact', () => {
    const h = of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert.equal(h.percentile(0.5), 5);
    assert.equal(h.percentile(0.95), 10);
    assert.equal(h.percentile(0), 1);
    assert.equal(h.mean, 5.5);
  });

  it('given any samples, has percentiles within 0.4 % of the sample of nearest rank', () => {
    const samples = fc.array(fc.integer({ min: 0, max: 2 ** 52 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(samples, fc.double({ min: 0, max: 1, noNaN: true }), (values, fraction) => {
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)]!;
        const found = of(values).percentile(fraction);
        assert.ok(Math.abs(found - exact) <= exact / 256, `${found} for ${exact}`);
      }),
    );
  });

  it('without samples knows no percentile', () => {
    assert.ok(Number.isNaN(new Histogram().percentile(0.5)));
  });
});
