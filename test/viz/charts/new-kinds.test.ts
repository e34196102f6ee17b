import assert from 'node:assert/strict';
import { textOf } from '../../../viz/svg';
import { chartTables } from '../../../viz/tables';
import { draw } from '../draw';
import { fakeStudy, longGoodput } from '../fake-study';
import { axisReader, markersOf, ofClass, pointsOf } from '../read-chart';

const tables = chartTables(fakeStudy(10));

describe('heat map', () => {
  const root = draw('heat-map', tables, {
    metric: 'goodput',
    flow: 'long',
    x: 'hops',
    y: 'path',
    at: { cc: 'cubic' },
    digits: 1,
  });
  const [shapes, texts] = ['box', 'value'].map((name) => ofClass(ofClass(root, 'cells')[0]!, name));
  const cells = shapes!.map((shape, i) => ({ shape, text: texts![i]! }));
  const mean = (hops: number, path: string) =>
    (longGoodput(hops, path, 'cubic', 1) + longGoodput(hops, path, 'cubic', 2)) / 2;

  it('has a cell for each pair of values, with the mean over the replications in it', () => {
    assert.equal(cells.length, 8);
    const written = cells.map(({ text }) => textOf(text)).sort();
    const expected = [1, 2, 4, 8].flatMap((h) => ['end-to-end', 'relayed'].map((p) => (mean(h, p) / 1e6).toFixed(1)));
    assert.deepEqual(written, expected.sort());
  });

  it('has the largest value in the lightest cell, and writes on dark cells in white', () => {
    const lightness = (fill: string) => {
      const [r, g, b] = [1, 3, 5].map((i) => parseInt(fill.slice(i, i + 2), 16)) as [number, number, number];
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const seen = cells.map(({ shape, text }) => {
      const fill = String(shape.attributes.fill).replace(
        /rgb\((\d+), (\d+), (\d+)\)/,
        (_, ...c: string[]) =>
          `#${c
            .slice(0, 3)
            .map((x) => Number(x).toString(16).padStart(2, '0'))
            .join('')}`,
      );
      return { value: Number(textOf(text)), light: lightness(fill), ink: lightness(String(text.attributes.fill)) };
    });
    const byValue = [...seen].sort((a, b) => a.value - b.value);
    byValue.slice(1).forEach((cell, i) => assert.ok(cell.light >= byValue[i]!.light, 'lighter is more'));
    for (const { light, ink } of seen) assert.ok(Math.abs(light - ink) > 80, 'text must be legible');
  });
});

describe('phase plot', () => {
  const root = draw('phase-plot', tables, {
    column: 'cwnd_bytes',
    x: 'A',
    y: 'long',
    at: { hops: 4, cc: 'cubic', path: 'relayed' },
    capacity: '200 kB',
  });
  const x = axisReader(ofClass(root, 'x')[0]!, 'x');
  const y = axisReader(ofClass(root, 'y')[0]!, 'y');
  const ends = (name: string) => pointsOf(ofClass(ofClass(root, name)[0]!, 'line')[0]!);

  it('draws one flow against the other, sample by sample', () => {
    const first = pointsOf(ofClass(ofClass(root, 'series')[0]!, 'line')[0]!)[0]!;
    assert.ok(Math.abs(x(first.x) - 60) < 1, 'A starts with 60 kB');
    assert.ok(Math.abs(y(first.y) - 5) < 1, 'long starts with 5 kB');
  });

  it('has equal shares on the line of fairness, and the capacity as the sum on the line of full use', () => {
    for (const p of ends('fairness')) assert.ok(Math.abs(x(p.x) - y(p.y)) < 1);
    for (const p of ends('efficiency')) assert.ok(Math.abs(x(p.x) + y(p.y) - 200) < 1);
  });

  it('says what was recorded when a flow was not', () => {
    assert.throws(
      () => draw('phase-plot', tables, { column: 'cwnd_bytes', x: 'A', y: 'B' }),
      /no cwnd_bytes of B was recorded; the results have cwnd_bytes of A/,
    );
  });
});

describe('ellipse', () => {
  const root = draw('ellipse', tables, {
    x: 'share',
    xFlow: 'long',
    y: 'goodput',
    yFlow: 'long',
    at: { hops: 4, cc: 'cubic', path: 'relayed' },
  });

  it('has its centre at the means, and reaches one standard deviation from them', () => {
    const [centre] = markersOf(ofClass(root, 'series')[0]!);
    const [x, y] = [axisReader(ofClass(root, 'x')[0]!, 'x'), axisReader(ofClass(root, 'y')[0]!, 'y')];
    // Goodput is 1 ± 0.4 Mbit/s by turns, of 9.6 in all: s = 0.4 sqrt(10/9).
    assert.ok(Math.abs(x(centre!.x) - 1 / 9.6) < 0.002);
    assert.ok(Math.abs(y(centre!.y) - 1) < 0.02);
    const edge = pointsOf(ofClass(root, 'outline')[0]!);
    const reach = (values: number[]) => (Math.max(...values) - Math.min(...values)) / 2;
    const s = 0.4 * Math.sqrt(10 / 9);
    assert.ok(Math.abs(reach(edge.map((p) => y(p.y))) - s) < 0.01 * s);
    assert.ok(Math.abs(reach(edge.map((p) => x(p.x))) - s / 9.6) < (0.01 * s) / 9.6);
    // The two go together exactly: the ellipse is a line.
    for (const p of edge) assert.ok(Math.abs(x(p.x) * 9.6 - y(p.y)) < 0.01);
  });
});

describe('a law as a reference of lines with intervals', () => {
  it('is drawn through its value at each place on the x axis', () => {
    const root = draw('lines-with-intervals', tables, {
      metric: 'share',
      flow: 'long',
      x: 'hops',
      at: { cc: 'cubic' },
      reference: [{ label: '1/(1 + h)', law: 'proportional' }],
    });
    const y = axisReader(ofClass(root, 'y')[0]!, 'y');
    const line = pointsOf(ofClass(ofClass(root, 'references')[0]!, 'line')[0]!);
    assert.deepEqual(
      line.map((p) => y(p.y).toFixed(2)),
      ['0.50', '0.33', '0.20', '0.11'],
    );
  });
});
