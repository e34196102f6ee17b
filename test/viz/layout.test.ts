import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decimate } from '../../viz/decimate';
import { wrap } from '../../viz/figure';
import { displayUnit, quantityOf, tickFormat, withUnit, words } from '../../viz/format';
import { spread } from '../../viz/legend';
import { textWidth } from '../../viz/theme';
import { valueAxis } from '../../viz/value-axis';

describe('labels beside lines', () => {
  it('stay where they are wanted when there is room', () => {
    assert.deepEqual(spread([10, 50, 30], 9, 0, 100), [10, 50, 30]);
  });

  it('move apart evenly around where two of them are wanted', () => {
    assert.deepEqual(spread([50, 50], 10, 0, 100), [45, 55]);
  });

  it('never overlap, never change their order, never leave the plot that has room for them', () => {
    const wanted = fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(wanted, (y) => {
        const placed = spread(y, 10, 0, 100);
        const order = y.map((_, i) => i).sort((a, b) => y[a]! - y[b]! || a - b);
        order.forEach((label, k) => {
          assert.ok(placed[label]! >= -1e-9 && placed[label]! <= 100 + 1e-9);
          if (k > 0) assert.ok(placed[label]! - placed[order[k - 1]!]! >= 10 - 1e-9);
        });
      }),
    );
  });
});

describe('thinning of a line', () => {
  it('keeps its ends, its peak and its dip, and invents nothing', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, (ys) => {
        const points = ys.map((y, i) => ({ x: i / 50, y }));
        const kept = decimate(points, 0.4);
        assert.ok(kept.every((point) => points.includes(point)));
        assert.equal(kept[0], points[0]);
        assert.equal(kept.at(-1), points.at(-1));
        assert.equal(Math.max(...kept.map(({ y }) => y)), Math.max(...ys));
        assert.equal(Math.min(...kept.map(({ y }) => y)), Math.min(...ys));
        assert.ok(kept.every(({ x }, i) => i === 0 || x >= kept[i - 1]!.x));
      }),
    );
  });

  it('leaves at most four points to a step', () => {
    const points = Array.from({ length: 10_000 }, (_, i) => ({ x: i / 1000, y: (i * 7919) % 101 }));
    assert.ok(decimate(points, 0.4).length <= 4 * 26);
  });

  it('keeps gaps', () => {
    const kept = decimate([1, NaN, NaN, 3].map((y, i) => ({ x: i / 100, y })));
    assert.ok(kept.some(({ y }) => Number.isNaN(y)));
  });
});

describe('units', () => {
  it('are those in which the largest value is at least 1', () => {
    assert.deepEqual(displayUnit('bit/s', 9.6e6), { scale: 1e6, text: 'Mbit/s' });
    assert.deepEqual(displayUnit('bit/s', 1e9), { scale: 1e9, text: 'Gbit/s' });
    assert.deepEqual(displayUnit('s', 0.08), { scale: 1e-3, text: 'ms' });
    assert.deepEqual(displayUnit('B', 999), { scale: 1, text: 'B' });
    assert.deepEqual(displayUnit('packets', 67), { scale: 1, text: 'packets' });
    assert.deepEqual(displayUnit('', 0.5), { scale: 1, text: '' });
  });

  it('are read from the names of columns', () => {
    assert.deepEqual(quantityOf('cwnd_bytes'), { quantity: 'cwnd', unit: 'B' });
    assert.deepEqual(quantityOf('srtt_s'), { quantity: 'SRTT', unit: 's' });
    assert.deepEqual(quantityOf('queue_packets'), { quantity: 'queue', unit: 'packets' });
    assert.deepEqual(quantityOf('goodput_bit_per_s'), { quantity: 'goodput', unit: 'bit/s' });
    assert.deepEqual(quantityOf('utilisation'), { quantity: 'utilisation', unit: '' });
  });

  it('stand in brackets after the quantity', () => {
    assert.equal(withUnit('cwnd', 'kB'), 'cwnd (kB)');
    assert.equal(withUnit('share', ''), 'share');
    assert.equal(words('congestionControl'), 'congestion control');
  });
});

describe('axes of values', () => {
  it('start at zero, end at a round number, and put values in proportion', () => {
    const axis = valueAxis('bit/s', [4.1e6, 9.3e6]);
    assert.equal(axis.unit, 'Mbit/s');
    assert.deepEqual(
      axis.ticks.map(({ text }) => text),
      ['0', '2', '4', '6', '8', '10'],
    );
    assert.equal(axis.scale(100, 0)(2.5e6), 75);
  });

  it('keep the ends that they are given', () => {
    const axis = valueAxis('', [0.2, 0.7], { from: 0, to: 0.75 });
    assert.equal(axis.scale(0, 75)(0.75), 75);
    assert.equal(valueAxis('', [0.2, 0.7], { from: 0.1 }).scale(0, 1)(0.1), 0);
  });

  it('go below zero for what is negative, and stand up when all values are equal', () => {
    const below = valueAxis('', [-3, 4]);
    assert.ok(below.scale(0, 1)(-3) >= 0 && below.scale(0, 1)(4) <= 1);
    assert.ok(Number.isFinite(valueAxis('', [0, 0]).scale(0, 1)(0)));
    assert.ok(Number.isFinite(valueAxis('s', [0.08], { from: 'any' }).scale(0, 1)(0.08)));
  });

  it('write ticks with the digits that tell them apart', () => {
    assert.deepEqual([0, 0.25, 0.5].map(tickFormat([0, 0.25, 0.5])), ['0.00', '0.25', '0.50']);
    assert.deepEqual([0, 5, 10].map(tickFormat([0, 5, 10])), ['0', '5', '10']);
  });
});

describe('text', () => {
  it('is broken at spaces so that lines fit', () => {
    const lines = wrap('Mean and 95 % confidence interval (Student t), n = 10 replications.', 120, 7);
    assert.ok(lines.length > 1);
    for (const line of lines) assert.ok(textWidth(line, 7) <= 120);
    assert.equal(lines.join(' '), 'Mean and 95 % confidence interval (Student t), n = 10 replications.');
  });
});
