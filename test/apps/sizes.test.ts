import assert from 'node:assert/strict';
import { bind } from '../../sim/core/plugin';
import { RandomStream } from '../../sim/core/random';
import { sizes, type SizeSource } from '../../sim/apps/sizes';

function draws(name: keyof typeof sizes, params: object, n = 200_000): number[] {
  const next = bind<RandomStream, SizeSource>(sizes[name] as never, params)(new RandomStream([1, 2, 3, 4], 'sizes'));
  return Array.from({ length: n }, next);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const above = (values: readonly number[], limit: number): number =>
  values.filter((v) => v > limit).length / values.length;

describe('sizes of flows', () => {
  it('bounded Pareto: mean and tail are those of the formula (Harchol-Balter 2002)', () => {
    const values = draws('bounded-pareto', { least: '1 kB', most: '1 MB', shape: 1.2 });
    const [l, h, a] = [1e3, 1e6, 1.2];
    const cut = 1 - (l / h) ** a;
    const expected = ((l ** a / cut) * a * (l ** (1 - a) - h ** (1 - a))) / (a - 1);
    assert.ok(Math.abs(mean(values) / expected - 1) < 0.05, `${mean(values)} for ${expected}`);
    assert.ok(Math.min(...values.slice(0, 1000)) >= l && Math.max(...values.slice(0, 1000)) <= h);
    const tail = (1 - (1 - (l / 10e3) ** a) / cut) * 1;
    assert.ok(Math.abs(above(values, 10e3) - tail) < 0.005);
  });

  it('log-normal: half above the median, 15.87 % above one sigma', () => {
    const values = draws('log-normal', { median: '10 kB', sigma: 1 });
    assert.ok(Math.abs(above(values, 10e3) - 0.5) < 0.005);
    assert.ok(Math.abs(above(values, 10e3 * Math.E) - 0.1587) < 0.004);
  });

  it('exponential: 1/e above the mean', () => {
    assert.ok(Math.abs(above(draws('exponential', { mean: '10 kB' }), 10e3) - 1 / Math.E) < 0.005);
  });

  it('fixed: all alike', () => assert.deepEqual(new Set(draws('fixed', { size: '3 kB' }, 10)), new Set([3000])));
});
