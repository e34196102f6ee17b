import assert from 'node:assert/strict';
import { densityOf } from '../../../sim/stats/density';
import { chartTables } from '../../../viz/tables';
import { layered } from '../../../viz/node-places';
import { textOf } from '../../../viz/svg';
import { draw } from '../draw';
import { fakeStudy, longGoodput } from '../fake-study';
import { axisReader, legendOf, markersOf, ofClass, pointsOf } from '../read-chart';

const tables = chartTables(fakeStudy(10));

describe('box', () => {
  it('reaches from quartile to quartile, with the median as a bar', () => {
    const at = { hops: 4, cc: 'cubic', path: 'relayed' };
    const root = draw('box', tables, { metric: 'share', flow: 'long', at });
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    const { y, height } = ofClass(root, 'box')[0]!.attributes;
    // Half of the replications have one value, half the other: the quartiles are these two.
    const [low, high] = [1, 2].map((r) => longGoodput(4, 'relayed', 'cubic', r) / 9.6e6).sort((a, b) => a - b);
    assert.ok(Math.abs(read(Number(y)) - high!) < 0.001);
    assert.ok(Math.abs(read(Number(y) + Number(height)) - low!) < 0.001);
    const [whiskers, median] = ofClass(root, 'line').map(pointsOf);
    assert.ok(Math.abs(read(median![0]!.y) - (low! + high!) / 2) < 0.001);
    assert.ok(Math.abs(read(Math.max(...whiskers!.map((p) => p.y))) - low!) < 0.001);
  });

  it('draws a sample beyond the whiskers as a circle', () => {
    const series = tables.series.map((one) => ({
      ...one,
      columns: one.columns.map(({ name, values }) =>
        name === 'srtt_s' ? { name, values: [...values.slice(1), 9] } : { name, values },
      ),
    }));
    const at = { hops: 4, cc: 'cubic', path: 'relayed' };
    const root = draw('box', { ...tables, series }, { column: 'srtt_s', flow: 'A', at });
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    const far = markersOf(root);
    assert.equal(far.length, 1);
    assert.ok(Math.abs(read(far[0]!.y) - 9) < 0.05);
  });
});

describe('density (Silverman 1986, section 3.4.2)', () => {
  it('is that of a normal distribution for samples at its quantiles', () => {
    // Quantiles by the logistic approximation are within 0.01 for the inner 98 %.
    const samples = Array.from({ length: 400 }, (_, i) => Math.log((i + 0.5) / (399.5 - i)) / 1.702);
    const densities = densityOf(samples, 101);
    const middle = densities[50]!;
    assert.ok(Math.abs(middle.value) < 1e-9);
    assert.ok(Math.abs(middle.density - 1.702 / 4) < 0.03, String(middle.density));
    const step = densities[1]!.value - densities[0]!.value;
    const total = densities.reduce((sum, { density }) => sum + density * step, 0);
    assert.ok(Math.abs(total - 1) < 0.02, String(total));
  });

  it('is none where all samples are equal', () => {
    assert.deepEqual(densityOf([2, 2, 2], 10), []);
  });
});

describe('delay attribution', () => {
  const root = draw('delay-attribution', tables, { flow: 'long', at: { cc: 'cubic', path: 'relayed' } });

  it('stacks the parts to the whole delay, queueing link by link', () => {
    assert.deepEqual(legendOf(root), ['propagation', 'queue n0>n1', 'queue n1>n2', 'relay buffer']);
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    const bars = ofClass(root, 'series').map((series) => ofClass(series, 'bar').map(({ attributes }) => attributes));
    [1, 2, 4, 8].forEach((hops, i) => {
      // The part of serialisation, 1 ms, is too small to be seen.
      const tops = bars.map((part) => read(Number(part[i]!.y)) / 1e3);
      const unit = /\((m?s)\)/.exec(textOf(ofClass(root, 'label')[0]!))![1] === 'ms' ? 1 : 1e3;
      assert.ok(Math.abs(tops[3]! * unit - (0.04 + 0.03 * hops + 0.01 * (hops - 1))) < 0.003);
      const bottoms = bars.map((part) => read(Number(part[i]!.y) + Number(part[i]!.height)) / 1e3);
      for (const level of [1, 2, 3]) assert.ok(Math.abs(bottoms[level]! - tops[level - 1]!) < 2e-6);
    });
  });

  it('says when nothing was attributed', () => {
    assert.throws(() => draw('delay-attribution', tables, { flow: 'A', at: {} }), /no delayPropagation of A/);
  });
});

describe('topology', () => {
  it('draws each direction as wide as it is used, with the number', () => {
    const root = draw('topology', tables, { at: { hops: 4, cc: 'cubic', path: 'relayed' } });
    const widths = ofClass(root, 'line').map(({ attributes }) => Number(attributes['stroke-width']));
    // n0>n1 0.96, n1>n2 0.48, n1>n0 0.005, n2>n1 0: wide, half of it, thin, a hairline
    assert.ok(Math.abs(widths[0]! / widths[1]! - 2) < 0.01);
    assert.deepEqual([widths[2]! < widths[1]!, widths[3]], [true, 0.3]);
    const texts = ofClass(root, 'value').map(textOf);
    assert.deepEqual(texts, ['0.96', '0.48', '0.01', 'n0', 'n1', 'n2']);
  });

  it('wants one point', () => {
    assert.throws(
      () => draw('topology', tables, { at: { hops: 4 } }),
      /at: path is not fixed; give one of end-to-end, relayed/,
    );
  });

  it('lays the longest way out straight, and what is beside it below', () => {
    const places = layered([
      { from: 's1', to: 'left' },
      { from: 's2', to: 'left' },
      { from: 'left', to: 'right' },
      { from: 'right', to: 'd1' },
      { from: 'right', to: 'd2' },
    ]);
    assert.deepEqual(
      ['s1', 'left', 'right', 'd1'].map((name) => places.get(name)),
      [0, 1, 2, 3].map((x) => ({ x, y: 1 })),
    );
    assert.deepEqual(
      [places.get('s2'), places.get('d2')],
      [
        { x: 2, y: 0 },
        { x: 3, y: 0 },
      ],
    );
  });
});

describe('marks of losses in time series', () => {
  it('stand on the line of the link that dropped, at the samples that counted a drop', () => {
    const series = tables.series.map((one) => {
      if (one.name !== 'n0>n1') return one;
      const drops = one.columns[0]!.values.map((t) => (t === 12 || t === 30 ? 2 : 0));
      return { ...one, columns: [...one.columns, { name: 'drops_packets', values: drops }] };
    });
    const params = { show: ['queue_packets'], at: { hops: 4, cc: 'cubic', path: 'relayed' } };
    const root = draw('time-series', { ...tables, series }, { ...params, losses: true });
    const read = axisReader(ofClass(root, 'x').at(-1)!, 'x');
    assert.deepEqual(
      markersOf(root).map(({ x }) => Math.round(read(x))),
      [12, 30],
    );
    assert.equal(markersOf(draw('time-series', { ...tables, series }, params)).length, 0);
  });
});
