import assert from 'node:assert/strict';
import { elements, textOf } from '../../../viz/svg';
import { chartTables } from '../../../viz/tables';
import { draw } from '../draw';
import { fakeStudy } from '../fake-study';
import { axisLabels, axisReader, legendOf, ofClass, pointsOf } from '../read-chart';

describe('time series', () => {
  const study = fakeStudy(2);
  const tables = chartTables(study);
  const four = { show: ['cwnd_bytes', 'queue_packets'], at: { hops: 4, cc: 'cubic' }, facet: 'path' };
  const recorded = (path: string, name: string, column: string) => {
    const found = tables.series.find(
      (one) => one.factors.hops === 4 && one.factors.cc === 'cubic' && one.factors.path === path && one.name === name,
    )!;
    return { times: found.columns[0]!.values, values: found.columns.find((c) => c.name === column)!.values };
  };

  it('has a panel for each column of each facet, end to end above relayed', () => {
    const root = draw('time-series', tables, four);
    assert.deepEqual(ofClass(root, 'facet').map(textOf), ['end-to-end', 'relayed']);
    assert.deepEqual(axisLabels(root), ['cwnd (kB)', 'queue (packets)', 'cwnd (kB)', 'queue (packets)', 'time (s)']);
    assert.equal(ofClass(root, 'series').length, 6);
    assert.deepEqual(legendOf(root), ['A', 'long', 'n0>n1', 'A', 'long', 'n0>n1']);
    assert.deepEqual(
      Number(ofClass(root, 'facet')[0]!.attributes.y) < Number(ofClass(root, 'facet')[1]!.attributes.y),
      true,
    );
  });

  it('draws what was recorded: every drawn point is a sample, and peaks are kept', () => {
    const root = draw('time-series', tables, four);
    const readTime = axisReader(ofClass(root, 'x').at(-1)!, 'x');
    const panels = [
      ['end-to-end', ['A', 'long'], 'cwnd_bytes', 1e3],
      ['end-to-end', ['n0>n1'], 'queue_packets', 1],
      ['relayed', ['A', 'long'], 'cwnd_bytes', 1e3],
      ['relayed', ['n0>n1'], 'queue_packets', 1],
    ] as const;
    const lines = ofClass(root, 'series').map((one) => pointsOf(ofClass(one, 'line')[0]!));
    panels.forEach(([path, names, column, unit], p) => {
      const read = axisReader(ofClass(root, 'y')[p]!, 'y');
      names.forEach((name) => {
        const { times, values } = recorded(path, name, column);
        const points = lines.shift()!;
        const largest = Math.max(...values) / unit;
        for (const { x, y } of points) {
          // Half a sample (0.05 s) and the rounding of places to 0.1 pt.
          const candidates = values.filter((_, k) => Math.abs(times[k]! - readTime(x)) < 0.12);
          assert.ok(
            candidates.some((value) => Math.abs(value / unit - read(y)) < 0.01 * largest),
            `${name} at ${readTime(x)} s`,
          );
        }
        assert.ok(Math.abs(Math.max(...points.map(({ y }) => read(y))) - largest) < 0.01 * largest);
      });
    });
  });

  it('shares the axes: the same ticks on every time axis, the same range for the same column', () => {
    const root = draw('time-series', tables, four);
    const ticksOf = (axis: ReturnType<typeof ofClass>[number]) => ofClass(axis, 'tick').map(textOf);
    const [cwnd, queue, cwnd2, queue2] = ofClass(root, 'y').map(ticksOf);
    assert.deepEqual(cwnd2, cwnd);
    assert.deepEqual(queue2, queue);
    const times = ofClass(root, 'x').map(ticksOf);
    assert.deepEqual(times.slice(0, -1), [[], [], []]);
    assert.deepEqual(times.at(-1), ['0', '10', '20', '30', '40', '50', '60']);
  });

  it('shows a part of the time, and scales to it', () => {
    const root = draw('time-series', tables, {
      ...four,
      show: ['cwnd_bytes'],
      only: ['long'],
      from: '10 s',
      to: '20 s',
    });
    const read = axisReader(ofClass(root, 'x').at(-1)!, 'x');
    for (const line of ofClass(root, 'series').flatMap((panel) => ofClass(panel, 'line'))) {
      for (const { x } of pointsOf(line)) assert.ok(read(x) > 9.95 && read(x) < 20.05, `${read(x)} s`);
    }
    assert.deepEqual(legendOf(root), ['long', 'long']);
  });

  it('says which replication of which point it is', () => {
    const root = draw('time-series', tables, four);
    assert.equal(textOf(ofClass(root, 'note')[0]!), 'Replication 1, hops 4, congestion control cubic.');
  });

  it('grows with the names that have to stand beside a panel', () => {
    const links = Array.from({ length: 9 }, (_, i) => `n${i}>n${i + 1}`);
    const study = fakeStudy(1);
    const points = study.points.map((point) => ({
      ...point,
      replications: point.replications.map((one) => {
        const queue = one.reply.series.find(({ name }) => name === 'n0>n1')!;
        return { ...one, reply: { ...one.reply, series: links.map((name) => ({ ...queue, name })) } };
      }),
    }));
    const root = draw('time-series', chartTables({ ...study, points }), { ...four, show: ['queue_packets'] });
    const places = ofClass(root, 'legend')
      .flatMap((legend) => elements(legend, 'text'))
      .map((text) => Number(text.attributes.y))
      .sort((a, b) => a - b);
    assert.equal(places.length, 2 * 9);
    places.slice(1).forEach((place, i) => {
      assert.ok(place - places[i]! >= 8, 'one name on top of another');
    });
  });

  it('refuses to draw several points on top of each other, or what was not recorded', () => {
    const refused = (params: object, message: RegExp) =>
      assert.throws(() => draw('time-series', tables, { ...four, ...params }), message);
    refused({ at: { hops: 4 } }, /at: cc is not fixed; give one of cubic, reno/);
    refused({ facet: '' }, /at: path is not fixed; give one of end-to-end, relayed/);
    refused(
      { replication: 2 },
      /nothing was recorded there; the results have cwnd_bytes, srtt_s, queue_packets of A, long, n0>n1 in replication 1/,
    );
    refused({ show: ['rto_s'] }, /no series has a column rto_s/);
    refused({ facet: 'pat' }, /no factor is called pat/);
  });
});
