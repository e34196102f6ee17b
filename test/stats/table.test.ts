import assert from 'node:assert/strict';
import { withDerived } from '../../sim/stats/derived';
import { observationsOf, summarise } from '../../sim/stats/table';

const goodput = (flow: string, value: number) => ({ flow, metric: 'goodput', unit: 'bit/s', value });
const find = (rows: readonly { flow: string; metric: string; value: number }[], flow: string, metric: string) =>
  rows.filter((row) => row.flow === flow && row.metric === metric).map((row) => row.value);

describe('derived metrics', () => {
  it('are the shares of the flows and the Jain index of the network', () => {
    const rows = withDerived([goodput('a', 7.5e6), goodput('long', 2.5e6)]);
    assert.deepEqual(find(rows, 'a', 'share'), [0.75]);
    assert.deepEqual(find(rows, 'long', 'share'), [0.25]);
    assert.deepEqual(find(rows, 'network', 'jain'), [0.8]);
  });

  it('give a group of sessions its total and its share', () => {
    const sessions = [
      { name: 'many-1', group: 'many' },
      { name: 'many-2', group: 'many' },
      { name: 'one', group: 'one' },
    ];
    const rows = withDerived([goodput('many-1', 4e6), goodput('many-2', 4e6), goodput('one', 2e6)], sessions);
    assert.deepEqual(find(rows, 'many', 'goodput'), [8e6]);
    assert.deepEqual(find(rows, 'many', 'share'), [0.8]);
    assert.deepEqual(find(rows, 'one', 'share'), [0.2]);
    assert.deepEqual(find(rows, 'network', 'jain'), [100 / (3 * 36)]);
  });

  it('are added once, and never over a measured one', () => {
    const measured = [goodput('a', 1e6), goodput('b', 3e6), { flow: 'a', metric: 'share', unit: '', value: 0.3 }];
    const once = withDerived(measured);
    assert.deepEqual(find(once, 'a', 'share'), [0.3]);
    assert.deepEqual(withDerived(once), once);
  });

  it('of a network without goodput are none', () => {
    const rows = [{ flow: 'network', metric: 'utilisation', unit: '', value: 0.5 }];
    assert.deepEqual(withDerived(rows), rows);
  });
});

describe('summary', () => {
  const reply = (a: number, b: number) => ({ metrics: [goodput('a', a), goodput('b', b)] });
  const points = [
    { factors: { hops: 1 }, replications: [1, 2, 3].map((r) => ({ replication: r, reply: reply(4 + r, 5) })) },
    { factors: { hops: 2 }, replications: [{ replication: 1, reply: reply(9, 1) }] },
  ];

  it('has one row per point, flow and metric, with the number of replications behind it', () => {
    const rows = summarise(observationsOf(points));
    const a = rows.filter((row) => row.flow === 'a' && row.metric === 'goodput');
    assert.deepEqual(
      a.map((row) => [row.factors.hops, row.estimate.n, row.estimate.mean]),
      [
        [1, 3, 6],
        [2, 1, 9],
      ],
    );
    // s = 1, n = 3: t(2, 0.975) / sqrt(3) = 4.3027 / 1.7321
    assert.ok(Math.abs(a[0]!.estimate.halfWidth - 2.4841) < 1e-4);
    assert.equal(a[1]!.estimate.halfWidth, Infinity);
  });

  it('averages shares over replications, not the share of averages', () => {
    const rows = summarise(
      observationsOf([
        {
          factors: {},
          replications: [
            { replication: 1, reply: reply(1, 1) },
            { replication: 2, reply: reply(9, 3) },
          ],
        },
      ]),
    );
    assert.equal(rows.find((row) => row.flow === 'a' && row.metric === 'share')!.estimate.mean, (0.5 + 0.75) / 2);
  });
});
