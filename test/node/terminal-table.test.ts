import assert from 'node:assert/strict';
import { digestOf } from '../../sim/node/digest';
import { studyTable } from '../../sim/node/terminal-table';
import type { StudyResult } from '../../sim/run/messages';
import { fakeStudy, longGoodput } from '../viz/fake-study';

describe('table of a study in the terminal', () => {
  const lineOf = (table: string, ...factors: string[]) =>
    table.split('\n').find((line) => factors.join(' ') === line.split(/\s+/).slice(0, factors.length).join(' '))!;

  it('has a row per point with goodput, share, Jain index and utilisation as mean ± half-width', () => {
    const table = studyTable(digestOf(fakeStudy(10)));
    const row = lineOf(table, '8', 'relayed', 'cubic');
    // long has 0.5 of 9.6 Mbit/s, ±0.4 in turns: half-width t(9, 0.975) 0.4 / 3 = 0.30 Mbit/s, 0.031 of the total.
    assert.match(
      row,
      /cubic {2}9\.10 ± 0\.30 {2}0\.50 ± 0\.30 {2}0\.948 ± 0\.031 {2}0\.052 ± 0\.031 {2}0\.556 ± 0\.035/,
    );
    assert.match(row, /0\.990 ± 0\.000/);
    assert.match(table, /Mbit\/s/);
    assert.match(table, /95 % confidence interval \(Student t\) over n = 10 replications/);
    assert.equal(table.split('\n').filter((line) => /^[1248] /.test(line)).length, 16);
  });

  it('draws the share of the last flow at its place between 0 and 1', () => {
    const table = studyTable(digestOf(fakeStudy(10)));
    const heading = table.split('\n').find((line) => line.includes('0.5'))!;
    const zero = heading.indexOf('0 ');
    const mean = longGoodput(2, 'relayed', 'cubic', 1) / 9.6e6 / 2 + longGoodput(2, 'relayed', 'cubic', 2) / 9.6e6 / 2;
    const row = lineOf(table, '2', 'relayed', 'cubic');
    assert.equal(row.indexOf('●') - zero, Math.round(mean * 24));
    assert.equal(row.slice(zero).trimStart().slice(0, 3), '├●┤');
    assert.equal(heading.slice(zero).trimEnd().length, 25);
  });

  it('leaves out what does not fit, shares and factors last', () => {
    for (const [width, kept, gone] of [
      [115, /0 {6,}0\.5/, /utilisation/],
      [90, /goodput/, /0 {6,}0\.5/],
      [60, /share/, /Jain|Mbit/],
    ] as const) {
      const table = studyTable(digestOf(fakeStudy(10)), width);
      const lines = table.split('\n').slice(0, -1);
      assert.ok(Math.max(...lines.map((line) => line.length)) <= width, `wider than ${width}`);
      assert.match(table, kept);
      assert.doesNotMatch(table, gone);
    }
  });

  it('given sessions that carry nothing, then it has the metrics that the study has bands for', () => {
    const digest = digestOf(fakeStudy(10));
    const idle = digest.summaries.map((row) =>
      row.metric === 'goodput' ? { ...row, estimate: { ...row.estimate, mean: 0 } } : row,
    );
    const expect = [{ metric: 'utilisation', flow: 'network', at: {} }];
    const asked = { ...digest, summaries: idle, scenario: { ...digest.scenario, expect } };
    const table = studyTable(asked);
    assert.match(table, /utilisation/);
    assert.doesNotMatch(table, /goodput|share|Jain/);
    assert.match(studyTable({ ...asked, summaries: digest.summaries }), /goodput/);
  });

  it('claims no interval for one replication, and says n where points differ', () => {
    assert.match(studyTable(digestOf(fakeStudy(1))), /n = 1 replication: no interval/);
    assert.doesNotMatch(studyTable(digestOf(fakeStudy(1))), /±/);
    const study = fakeStudy(10);
    const [first, ...rest] = study.points;
    const broken: StudyResult = {
      ...study,
      points: [{ ...first!, replications: first!.replications.slice(0, 7) }, ...rest],
    };
    assert.match(lineOf(studyTable(digestOf(broken)), '1', 'end-to-end', 'cubic'), /cubic +7 /);
    assert.match(lineOf(studyTable(digestOf(broken)), '1', 'end-to-end', 'reno'), /reno +10 /);
  });

  it('leaves out points of which nothing is known', () => {
    const study = fakeStudy(2);
    const none = study.points.map((point, i) => (i > 0 ? { ...point, replications: [] } : point));
    assert.equal(
      studyTable(digestOf({ ...study, points: none }))
        .split('\n')
        .filter((line) => /^[1248] /.test(line)).length,
      1,
    );
    assert.equal(studyTable(digestOf({ ...study, points: [] })), 'No run has finished.');
  });
});
