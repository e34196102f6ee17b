import assert from 'node:assert/strict';
import { elements } from '../../../viz/svg';
import { chartTables } from '../../../viz/tables';
import { draw } from '../draw';
import { fakeStudy, longGoodput } from '../fake-study';
import { axisLabels, axisReader, legendOf, markersOf, ofClass, pointsOf } from '../read-chart';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

describe('lines with intervals', () => {
  const tables = chartTables(fakeStudy(10));
  const shares = { metric: 'share', flow: 'long', x: 'hops', colour: 'path' };

  it('has a line per combination of the other factors, named beside it', () => {
    const root = draw('lines-with-intervals', tables, shares);
    const names = ['end-to-end, cubic', 'end-to-end, reno', 'relayed, cubic', 'relayed, reno'];
    assert.deepEqual([...legendOf(root)].sort(), names);
    assert.equal(ofClass(root, 'series').length, 4);
    assert.deepEqual(axisLabels(root), ['share of long', 'hops']);
  });

  it('puts each marker at the mean, and the interval around it, as the axis reads', () => {
    const root = draw('lines-with-intervals', tables, shares);
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    const lines = ofClass(root, 'series');
    // The order of the lines is that of the factors: path, then congestion control.
    for (const [i, [path, cc]] of [
      ['end-to-end', 'cubic'],
      ['end-to-end', 'reno'],
      ['relayed', 'cubic'],
      ['relayed', 'reno'],
    ].entries()) {
      const markers = markersOf(lines[i]!);
      const intervals = ofClass(lines[i]!, 'interval').map(pointsOf);
      [1, 2, 4, 8].forEach((hops, k) => {
        const samples = [1, 2].map((replication) => longGoodput(hops, path!, cc!, replication) / 9.6e6);
        const mean = (samples[0]! + samples[1]!) / 2;
        near(read(markers[k]!.y), mean, 0.002);
        // Five samples each at mean ± d: half-width t(9, 0.975) d / 3.
        const halfWidth = (2.2622 * Math.abs(samples[0]! - mean)) / 3;
        const [bottom, top] = intervals[k]!;
        near(read(bottom!.y), mean - halfWidth, 0.002);
        near(read(top!.y), mean + halfWidth, 0.002);
        near(bottom!.x, markers[k]!.x, 0.01);
      });
    }
  });

  it('joins the markers of a line', () => {
    for (const line of ofClass(draw('lines-with-intervals', tables, shares), 'series')) {
      assert.deepEqual(pointsOf(ofClass(line, 'line')[0]!), markersOf(line));
    }
  });

  it('places categories in equal steps, and values on a logarithmic axis by their ratio', () => {
    for (const scale of ['categories', 'log']) {
      const root = draw('lines-with-intervals', tables, { ...shares, scale });
      const xs = markersOf(ofClass(root, 'series')[0]!).map(({ x }) => x);
      const steps = xs.slice(1).map((x, i) => x - xs[i]!);
      steps.forEach((step) => {
        near(step, steps[0]!, 0.02);
      });
    }
    const linear = markersOf(
      ofClass(draw('lines-with-intervals', tables, { ...shares, scale: 'linear' }), 'series')[0]!,
    );
    near((linear[3]!.x - linear[0]!.x) / (linear[1]!.x - linear[0]!.x), 7, 0.05);
  });

  it('draws references at their value, for all places or one for each', () => {
    const reference = [
      { label: 'fair share', value: 0.5 },
      { label: '1/H', value: [1, 0.5, 0.25, 0.125] },
    ];
    const root = draw('lines-with-intervals', tables, { ...shares, reference });
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    const [fair, perHop] = ofClass(root, 'references').map((one) => pointsOf(ofClass(one, 'line')[0]!));
    for (const { y } of fair!) near(read(y), 0.5, 0.003);
    perHop!.forEach(({ y }, i) => {
      near(read(y), [1, 0.5, 0.25, 0.125][i]!, 0.005);
    });
    assert.ok(legendOf(root).includes('fair share') && legendOf(root).includes('1/H'));
  });

  it('reads goodput in Mbit/s and takes several flows', () => {
    const root = draw('lines-with-intervals', tables, {
      metric: 'goodput',
      flow: ['A', 'long'],
      x: 'hops',
      at: { cc: 'reno' },
    });
    assert.equal(axisLabels(root)[0], 'goodput (Mbit/s)');
    assert.deepEqual([...legendOf(root)].sort(), ['A, end-to-end', 'A, relayed', 'long, end-to-end', 'long, relayed']);
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    const [first] = markersOf(ofClass(root, 'series')[0]!);
    near(read(first!.y), 9.6 - 5.3, 0.03);
  });

  it('cuts an interval at the axis, without a cap there', () => {
    const root = draw('lines-with-intervals', tables, { ...shares, yFrom: 0.04, at: { path: 'relayed', cc: 'cubic' } });
    const last = ofClass(root, 'interval').at(-1)!;
    assert.equal(pointsOf(last).length, 4, 'a stroke and the upper cap');
    assert.equal(ofClass(root, 'interval').map(pointsOf)[0]!.length, 6, 'a stroke and two caps');
    const read = axisReader(ofClass(root, 'y')[0]!, 'y');
    near(read(pointsOf(last)[0]!.y), 0.04, 0.002);
  });

  it('draws no interval where there is one replication, and says so', () => {
    const root = draw('lines-with-intervals', chartTables(fakeStudy(1)), shares);
    assert.equal(ofClass(root, 'interval').length, 0);
    assert.match(JSON.stringify(ofClass(root, 'note')), /One replication: no interval/);
  });

  it('says the values in its description', () => {
    const description = elements(draw('lines-with-intervals', tables, shares), 'desc')[0]!.children[0];
    assert.match(String(description), /relayed, cubic: 1: 0\.417 ± 0\.031, 2: 0\.208 ± 0\.031/);
  });

  it('refuses what the results do not have, in the words of the scenario', () => {
    const refused = (params: object, message: RegExp) =>
      assert.throws(() => draw('lines-with-intervals', tables, { ...shares, ...params }), message);
    refused({ x: '' }, /^Error: x: the factor on the x axis is missing$/);
    refused({ x: 'rtt' }, /no factor is called rtt; the study sweeps hops, path, cc/);
    refused({ at: { ccc: 'reno' } }, /no factor is called ccc/);
    refused({ colour: 'colour' }, /no factor is called colour/);
    refused({ metric: 'shar' }, /no shar of long; the results have goodput, share of A;/);
    refused({ x: 'path', scale: 'log' }, /scale: log needs positive numbers on the x axis, found end-to-end, relayed/);
  });
});
