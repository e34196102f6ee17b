import assert from 'node:assert/strict';
import { boundRow, judge, median, passes } from '../../validation/check';
import { allGroups, groups } from '../../validation/groups';
import { bandOf, referenceTable } from '../../validation/reference';
import { markdown } from '../../validation/report';

describe('validation: verdicts', () => {
  it('takes the printed numbers for rounded ones: 2.8 stands for 2.75 to 2.85', () => {
    assert.equal(judge(2.849, 2.8, 2.8, 1), 'inside');
    assert.equal(judge(2.86, 2.8, 2.8, 1), 'near');
  });

  it('is near within the width of the band, or 2 %, whichever is more', () => {
    assert.equal(judge(5.2, 4, 5, 0), 'inside');
    assert.equal(judge(6.4, 4, 5, 0), 'near');
    assert.equal(judge(6.6, 4, 5, 0), 'outside');
    assert.equal(judge(102.4, 100, 100, 0), 'near');
    assert.equal(judge(97.4, 100, 100, 0), 'outside');
  });

  it('knows no nearness where a tolerance is stated', () => {
    assert.equal(passes(boundRow('x', '', 1.1, 0.9, 1.1, 1)), true);
    assert.equal(passes(boundRow('x', '', 1.101, 0.9, 1.1, 1)), false);
  });

  it('does not pass what is not a number', () => {
    assert.equal(judge(NaN, 0, 1, 1), 'outside');
    assert.equal(passes(boundRow('x', '', NaN, 0, 1, 1)), false);
  });

  it('has the median of an even number of values in the middle of two', () => {
    assert.equal(median([4, 1, 3, 2]), 2.5);
  });
});

describe('validation: reference tables', () => {
  it('reads median and band of a cell, with its digits', () => {
    assert.deepEqual(bandOf('8.298 [8.176-8.315]'), { median: 8.298, low: 8.176, high: 8.315, decimals: 3 });
    assert.equal(bandOf('39 1 0 0'), undefined);
  });

  it('finds a table by the beginning of its heading', () => {
    const table = referenceTable('linux-tcp.md', 'E2');
    assert.deepEqual([...table.rows.keys()], ['4 reno', '4 cubic']);
    assert.equal(table.rows.get('4 reno')!['Jain'], '0.992 [0.986-0.997]');
  });

  it('says which heading is missing', () => {
    assert.throws(() => referenceTable('linux-tcp.md', 'E99'), /no table under a heading "E99"/);
  });
});

describe('validation: registry', () => {
  it('names every check once within its group', () => {
    for (const [name, { checks }] of Object.entries(allGroups)) {
      assert.equal(new Set(checks.map((check) => check.name)).size, checks.length, name);
    }
  });

  it('writes failed rows at the top of the page', () => {
    const rows = [{ what: 'a row', expected: '1', ours: '2', verdict: 'outside' as const }];
    const page = markdown(groups, new Map([['fall-floyd', rows]]), '## Differences and their reasons');
    assert.match(page, /## Failed\n\n\| row .*\n.*\n\| a row \| 1 \| 2 \| \*\*fail\*\* \|/);
  });
});

describe('Fall and Floyd 1996: drops in a window', () => {
  for (const check of groups['fall-floyd']!.checks) {
    it(`${check.name}: the retransmissions and timeouts of ns-2`, () => {
      const rows = check.run().filter(({ what }) => !what.includes('acknowledged'));
      assert.equal(rows.length, 2);
      for (const row of rows) assert.equal(row.verdict, 'inside', `${row.what}: ${row.expected} | ${row.ours}`);
    });
  }
});
