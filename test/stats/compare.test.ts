import assert from 'node:assert/strict';
import { compareObservations, splitByFactor } from '../../sim/stats/compare';
import { pairedDifference, welchDifference } from '../../sim/stats/estimate';
import { holmAdjusted } from '../../sim/stats/holm';
import type { Observation } from '../../sim/stats/table';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

/** Student's sleep data, 1908: the first drug, and the second on the same patients. */
const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

function rows(values: readonly number[], changes: Partial<Observation> = {}): Observation[] {
  return values.map((value, i) => ({
    factors: {},
    flow: 'long',
    metric: 'goodput',
    unit: 'bit/s',
    replication: i + 1,
    value,
    ...changes,
  }));
}

const compare = (a: readonly Observation[], b: readonly Observation[], paired = true) =>
  compareObservations(a, b, { paired });

describe("Welch's test", () => {
  it("finds in Student's sleep data what R's t.test finds", () => {
    const { mean, low, high, pValue } = welchDifference(drug1, drug2);
    near(mean, -1.58, 1e-9);
    near(low, -3.3654832, 1e-6);
    near(high, 0.2054832, 1e-6);
    near(pValue, 0.07939, 1e-5);
  });
});

describe("Holm's correction", () => {
  it('is what R has for p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => near(adjusted[i]!, p, 1e-12));
  });

  it('leaves one test alone, and counts only tests', () => {
    assert.deepEqual(holmAdjusted([0.04]), [0.04]);
    assert.deepEqual(holmAdjusted([NaN, 0.04]), [NaN, 0.04]);
    assert.deepEqual(holmAdjusted([0.9, 0.8]), [1, 1]);
  });
});

describe('comparing two variants', () => {
  it('pairs replications by number, in whatever order they come', () => {
    const [found] = compare(rows(drug1), rows(drug2).reverse());
    assert.deepEqual(found!.difference, pairedDifference(drug2, drug1));
    assert.equal(found!.verdict, 'higher');
    near(found!.relative.mean, 1.58 / 0.75, 1e-9);
  });

  it('says how many replications a difference of this size needs', () => {
    // G*Power: effect 1.285, 80 %, two-sided 5 %: 7 pairs
    assert.equal(compare(rows(drug1), rows(drug2))[0]!.needed, 7);
    const [close] = compare(rows([1, 2, 3, 4]), rows([1.5, 1.6, 3.4, 3.8]));
    assert.equal(close!.verdict, 'not told apart');
    assert.ok(close!.needed > 4 && Number.isFinite(close!.needed), String(close!.needed));
    assert.ok(close!.detectable > Math.abs(close!.difference.mean));
  });

  it('uses only replications that both have, and values that are numbers', () => {
    const [found] = compare(rows([1, 2, 3, NaN, 5]), rows([2, 4, 3, 9]));
    assert.deepEqual([found!.difference.n, found!.difference.mean], [3, 1]);
  });

  it('does not pair what had different random numbers', () => {
    const [found] = compare(rows(drug2), rows(drug1), false);
    assert.deepEqual(found!.difference, welchDifference(drug1, drug2));
    assert.equal(found!.verdict, 'not told apart');
    assert.ok(found!.needed > 10);
  });

  it('calls the same numbers identical, and one replication unknown', () => {
    const [same] = compare(rows(drug1), rows(drug1));
    assert.deepEqual([same!.verdict, same!.needed, same!.difference.pValue], ['identical', Infinity, 1]);
    assert.equal(compare(rows([1]), rows([2]))[0]!.verdict, 'unknown');
  });

  it('compares what both have at the same factors, a number being its text', () => {
    const a = [...rows(drug1, { factors: { hops: 2 } }), ...rows(drug1, { factors: { hops: 4 } })];
    const b = [...rows(drug2, { factors: { hops: '4' } }), ...rows(drug2, { factors: { hops: 8 } })];
    assert.deepEqual(
      compare(a, b).map(({ factors }) => factors),
      [{ hops: 4 }],
    );
  });

  it('corrects for all comparisons made together', () => {
    const a = [...rows(drug1), ...rows(drug1, { flow: 'short' })];
    const b = [...rows(drug2), ...rows(drug2, { flow: 'short' })];
    for (const { adjusted, difference } of compare(a, b)) near(adjusted, 2 * difference.pValue, 1e-12);
  });
});

describe('splitting by a factor', () => {
  it('has one part for each value, without that factor', () => {
    const parts = splitByFactor(
      [...rows([1], { factors: { hops: 2, path: 'a' } }), ...rows([2], { factors: { hops: 2, path: 'b' } })],
      'path',
    );
    assert.deepEqual([...parts.keys()], ['a', 'b']);
    assert.deepEqual(parts.get('b')![0]!.factors, { hops: 2 });
  });
});
