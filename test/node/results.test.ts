import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runName, writeStudy } from '../../sim/node/results';
import type { StudyResult } from '../../sim/run/messages';
import { fakeStudy, longGoodput } from '../viz/fake-study';

describe('results of a study', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'hopwise-results-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  const read = (directory: string, file: string) => readFileSync(join(directory, file), 'utf8');
  const rows = (csv: string) =>
    csv
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));

  const withCharts = (study: StudyResult): StudyResult => ({
    ...study,
    scenario: {
      ...study.scenario,
      charts: [
        {
          name: 'lines-with-intervals',
          params: {
            name: 'share',
            width: 'ieee-column',
            metric: 'share',
            flow: ['long'],
            x: 'hops',
            at: {},
            scale: 'categories',
            reference: [],
            xLabel: '',
            yLabel: '',
          },
        },
      ],
    },
  });

  it('are one row per point, replication, flow and metric, factors first, the unit beside the value', () => {
    const { directory } = writeStudy(root, fakeStudy(2));
    const [header, ...data] = rows(read(directory, 'metrics.csv'));
    assert.deepEqual(header, ['hops', 'path', 'cc', 'replication', 'flow', 'metric', 'unit', 'value']);
    // 4 x 2 x 2 points, 2 replications; goodput and share of two flows, seven parts of the delay of one; utilisation, goodput
    // and Jain's index of the network; utilisation of four links
    assert.equal(data.length, 16 * 2 * (4 + 7 + 3 + 4));
    const row = data.find(
      ([hops, path, cc, replication, flow, metric]) =>
        `${hops} ${path} ${cc} ${replication} ${flow} ${metric}` === '4 relayed reno 2 long goodput',
    );
    assert.deepEqual(row!.slice(6), ['bit/s', String(longGoodput(4, 'relayed', 'reno', 2))]);
  });

  it('hold shares and the Jain index of each replication', () => {
    const { directory } = writeStudy(root, fakeStudy(2));
    const data = rows(read(directory, 'metrics.csv'));
    const value = (flow: string, metric: string) =>
      Number(
        data
          .find(
            (row) =>
              row[0] === '1' &&
              row[1] === 'end-to-end' &&
              row[2] === 'cubic' &&
              row[3] === '1' &&
              row[4] === flow &&
              row[5] === metric,
          )!
          .at(-1),
      );
    const long = longGoodput(1, 'end-to-end', 'cubic', 1);
    assert.ok(Math.abs(value('long', 'share') - long / 9.6e6) < 1e-12);
    const a = 9.6e6 - long;
    assert.ok(Math.abs(value('network', 'jain') - 9.6e6 ** 2 / (2 * (a * a + long * long))) < 1e-12);
  });

  it('are summed up with n, mean and half-width, and without a half-width when there was one replication', () => {
    const many = writeStudy(root, fakeStudy(10));
    const [header, ...data] = rows(read(many.directory, 'summary.csv'));
    assert.deepEqual(header!.slice(3), [
      ...['flow', 'metric', 'unit', 'n', 'mean', 'ci95_half_width', 'ci95_low', 'ci95_high', 'method'],
    ]);
    const row = data.find((cells) => cells.slice(0, 5).join(' ') === '8 relayed cubic long goodput')!;
    assert.deepEqual(row.slice(5, 8), ['bit/s', '10', '500000']);
    // Five at +0.4 and five at -0.4 Mbit/s: s = 0.4 sqrt(10/9), half-width t(9, 0.975) s / sqrt(10).
    assert.ok(Math.abs(Number(row[8]) - (2.2621572 * 4e5) / 3) < 1);
    const one = writeStudy(root, fakeStudy(1));
    assert.ok(
      rows(read(one.directory, 'summary.csv'))
        .slice(1)
        .every((cells) => cells[6] === '1' && cells[8] === ''),
    );
  });

  it('keep the series of the recorded replications, each with a row in the index', () => {
    const { directory, files } = writeStudy(root, fakeStudy(2));
    const index = rows(read(directory, 'series/index.csv'));
    assert.deepEqual(index[0], ['file', 'hops', 'path', 'cc', 'replication', 'series']);
    assert.equal(index.length - 1, 16 * 3);
    assert.deepEqual(index[1], ['hops-1_path-end-to-end_cc-cubic_r1_A.csv', '1', 'end-to-end', 'cubic', '1', 'A']);
    for (const [file] of index.slice(1)) assert.ok(files.includes(`series/${file}`));
    const series = rows(read(directory, `series/${index[1]![0]}`));
    assert.deepEqual(series[0], ['time_s', 'cwnd_bytes', 'srtt_s']);
    assert.deepEqual(series[1], ['0', '70000', '0.0975']);
    assert.equal(series.length - 1, 600);
  });

  it('say in run.json what they were made from and how to make them again', () => {
    const { directory, files } = writeStudy(root, fakeStudy(2));
    const record = JSON.parse(read(directory, 'run.json'));
    assert.equal(record.command, 'hopwise run hop-by-hop-vs-end-to-end.yaml --seed 1 --replications 2');
    assert.ok(files.includes('hop-by-hop-vs-end-to-end.yaml'));
    assert.equal(record.finished, 32);
    assert.equal(record.counters.events, 16 * (1001 + 1002));
    assert.equal(record.points[3].factors.cc, 'reno');
    assert.equal(record.points[3].scenario.run.duration, 60e9);
    assert.equal(record.points[3].replications[1].fingerprint, 'f1rr2');
  });

  it('are the same bytes every time, and differ in fingerprint when one trajectory does', () => {
    const study = withCharts(fakeStudy(2));
    const first = writeStudy(join(root, 'a'), study);
    const second = writeStudy(join(root, 'b'), withCharts(fakeStudy(2)));
    assert.deepEqual(first.files, second.files);
    for (const file of first.files) assert.equal(read(first.directory, file), read(second.directory, file));
    assert.match(read(first.directory, 'charts/share.svg'), /<svg /);
    const points = study.points.map((point, i) => ({
      ...point,
      replications: point.replications.map((one, r) =>
        i + r === 0 ? { ...one, reply: { ...one.reply, fingerprint: 'other' } } : one,
      ),
    }));
    const third = writeStudy(join(root, 'c'), { ...study, points });
    assert.notEqual(
      JSON.parse(read(third.directory, 'run.json')).fingerprint,
      JSON.parse(read(first.directory, 'run.json')).fingerprint,
    );
  });

  it('go to a folder named by scenario, seed and version, whatever the order of keys', () => {
    const study = fakeStudy(2);
    const name = runName(study);
    assert.match(name, /^[0-9a-f]{10}$/);
    assert.notEqual(runName({ ...study, seed: 2 }), name);
    assert.notEqual(runName({ ...study, version: '0.2.0' }), name);
    const turned = Object.fromEntries(Object.entries(study.scenario).reverse()) as unknown as StudyResult['scenario'];
    assert.equal(runName({ ...study, scenario: turned }), name);
  });

  it('take the place of earlier ones of the same run as a whole, and leave no drafts', () => {
    const study = withCharts(fakeStudy(2));
    const { directory } = writeStudy(root, study);
    assert.ok(existsSync(join(directory, 'charts/share.svg')));
    writeStudy(root, { ...study, scenario: { ...study.scenario, charts: [] } });
    assert.ok(!existsSync(join(directory, 'charts')));
    assert.deepEqual(readdirSync(join(root, study.scenario.name)).sort(), [runName(study), 'latest'].sort());
    assert.equal(read(join(root, study.scenario.name), 'latest'), `${runName(study)}\n`);
  });

  it('are written even when a chart cannot be drawn, which is reported', () => {
    const study = withCharts(fakeStudy(2));
    const chart = study.scenario.charts[0]!;
    const wrong = { ...chart, params: { ...chart.params, metric: 'shar' } };
    const written = writeStudy(root, { ...study, scenario: { ...study.scenario, charts: [wrong, chart] } });
    assert.deepEqual(written.problems, [
      'chart share: no shar of long; the results have goodput, share of A; ' +
        'goodput, delaySetup, delayPropagation, delaySerialisation, delayQueueing, delayQueueing.n0>n1, ' +
        'delayQueueing.n1>n2, delayRelayBuffer, share of long; utilisation, goodput, jain of network; ' +
        'utilisation of n0>n1; utilisation of n1>n2; utilisation of n1>n0; utilisation of n2>n1',
    ]);
    assert.ok(written.files.includes('charts/share-2.svg') && written.files.includes('metrics.csv'));
  });

  it('rename a factor that is called like a column', () => {
    const study = fakeStudy(1);
    const point = study.points[0]!;
    const odd: StudyResult = {
      ...study,
      scenario: { ...study.scenario, factors: [{ name: 'flow', values: [1] }] },
      points: [{ ...point, factors: { flow: 1 } }],
    };
    const { directory } = writeStudy(root, odd);
    assert.deepEqual(rows(read(directory, 'metrics.csv'))[0]!.slice(0, 3), ['factor_flow', 'replication', 'flow']);
  });
});
