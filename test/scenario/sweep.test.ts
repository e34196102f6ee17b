import assert from 'node:assert/strict';
import { combinations } from '../../sim/scenario/sweep';

describe('combinations of swept factors', () => {
  const a = { name: 'a', path: ['a'], values: [1, 2] };
  const b = { name: 'b', path: ['b'], values: ['x', true, 'z'] };

  it('are one when nothing is swept', () => {
    assert.deepEqual(combinations([]), [{ factors: {}, assignments: [] }]);
  });

  it('are the whole grid, the last factor fastest', () => {
    const labels = combinations([a, b]).map(({ factors }) => `${factors['a']}${factors['b']}`);
    assert.deepEqual(labels, ['1x', '1true', '1z', '2x', '2true', '2z']);
  });

  it('assign the values as they were written', () => {
    const { assignments } = combinations([a, b])[1]!;
    assert.deepEqual(assignments, [
      { factor: 'a', index: 0, path: ['a'], value: 1 },
      { factor: 'b', index: 1, path: ['b'], value: true },
    ]);
  });
});
