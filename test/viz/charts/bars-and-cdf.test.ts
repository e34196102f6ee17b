import assert from 'node:assert/strict';
import { textOf } from '../../../viz/svg';
import { chartTables } from '../../../viz/tables';
import { draw } from '../draw';
import { fakeStudy, longGoodput } from '../fake-study';
import { axisLabels, axisReader, legendOf, markersOf, ofClass, pointsOf } from '../read-chart';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

const tables = chartTables(fakeStudy(10));

describe('bars', () => {
  const root = draw('bars', tables, { metric: 'goodput', flow: ['A', 'long'], x: 'hops', at: { cc: 'cubic' } });

  it('stand on zero and end at the mean', () => {
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    assert.deepEqual(legendOf(root), ['A, end-to-end', 'A, relayed', 'long, end-to-end', 'long, relayed']);
    const relayed = ofClass(ofClass(root, 'series')[3]!, 'bar');
    [1, 2, 4, 8].forEach((hops, i) => {
      const { y, height } = relayed[i]!.attributes;
      near(read(Number(y) + Number(height)), 0, 0.01);
      near(read(Number(y)), 4 / hops, 0.03);
    });
  });

  it('carry their intervals in the middle of their upper edge', () => {
    for (const series of ofClass(root, 'series')) {
      ofClass(series, 'interval').forEach((interval, i) => {
        const [low, high] = pointsOf(interval);
        const { x, y, width } = ofClass(series, 'bar')[i]!.attributes;
        near(low!.x, Number(x) + Number(width) / 2, 0.02);
        near((low!.y + high!.y) / 2, Number(y), 0.1);
        assert.ok(low!.y > high!.y);
      });
    }
  });

  it('of one group stand side by side, in the order of the legend', () => {
    const edges = ofClass(root, 'series').map((series) => {
      const { x, width } = ofClass(series, 'bar')[1]!.attributes;
      return { left: Number(x), right: Number(x) + Number(width) };
    });
    edges.slice(1).forEach((edge, i) => {
      assert.ok(edge.left >= edges[i]!.right - 0.01);
    });
  });
});

describe('cumulative distribution', () => {
  it('of a metric steps up by 1/n at each replication', () => {
    const root = draw('cdf', tables, { metric: 'share', flow: 'long', at: { hops: 4, cc: 'cubic', path: 'relayed' } });
    const [readX, readY] = [axisReader(ofClass(root, 'x')[0]!, 'x'), axisReader(ofClass(root, 'y')[0]!, 'y')];
    const points = pointsOf(ofClass(ofClass(root, 'series')[0]!, 'line')[0]!);
    const values = [1, 2]
      .map((replication) => longGoodput(4, 'relayed', 'cubic', replication) / 9.6e6)
      .sort((a, b) => a - b);
    // Five replications have the lower value, five the higher: the line stands at 1/2 between the two.
    const half = points.filter(({ y }) => Math.abs(readY(y) - 0.5) < 0.01).map(({ x }) => readX(x));
    near(Math.min(...half), values[0]!, 0.001);
    near(Math.max(...half), values[1]!, 0.001);
    near(readY(points[0]!.y), 0, 0.01);
    near(readY(points.at(-1)!.y), 1, 0.01);
    near(readX(points.at(-1)!.x), values[1]!, 0.001);
    assert.match(textOf(ofClass(root, 'note')[0]!), /^n = 10 replications\.$/);
  });

  it('of a recorded column has its median at one half, in a unit fit to be read', () => {
    const root = draw('cdf', tables, { column: 'srtt_s', at: { hops: 4, cc: 'cubic', path: 'end-to-end' } });
    assert.deepEqual(axisLabels(root), ['fraction of samples', 'SRTT (ms)']);
    assert.deepEqual(legendOf(root), ['A', 'long']);
    const readX = axisReader(ofClass(root, 'x')[0]!, 'x');
    const series = tables.series.find(
      (one) => one.name === 'A' && one.factors.hops === 4 && one.factors.path === 'end-to-end',
    )!;
    const sorted = [...series.columns.find(({ name }) => name === 'srtt_s')!.values].sort((a, b) => a - b);
    const [, median] = markersOf(ofClass(root, 'series')[0]!);
    near(readX(median!.x), (1000 * (sorted[299]! + sorted[300]!)) / 2, 0.1);
    assert.match(
      textOf(ofClass(root, 'note')[0]!),
      /n = 600 samples over time of replication 1; they are not independent/,
    );
  });

  it('leaves out samples from before a time', () => {
    const root = draw('cdf', tables, { column: 'srtt_s', at: { hops: 4, cc: 'cubic', path: 'relayed' }, from: '30 s' });
    assert.match(textOf(ofClass(root, 'note')[0]!), /n = 300 samples/);
  });

  it('wants either a metric or a column, that is there', () => {
    assert.throws(() => draw('cdf', tables, {}), /give either a metric or a column/);
    assert.throws(() => draw('cdf', tables, { metric: 'share', column: 'srtt_s' }), /give either/);
    assert.throws(
      () => draw('cdf', tables, { column: 'rto_s' }),
      /no series has a column rto_s there; recorded: cwnd_bytes/,
    );
  });
});
