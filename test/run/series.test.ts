import assert from 'node:assert/strict';
import { run } from '../../sim/run/run';
import { seedOf } from '../../sim/run/seed';
import { parseStudy } from '../../sim/scenario/parse';

const TEXT = `
title: Losses
network: { chain: { segments: 1, rate: 4 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 10 packets } } } }
sessions:
  - { name: A, from: first, to: last, app: { bulk: { size: 2 MB } } }
run: { duration: 10 s, warmup: 0 s }
record: { every: 50 ms, series: [drops, retransmissions] }
`;

describe('series of losses', () => {
  it('given a full queue and no other loss, count each packet that is dropped, and sent again, once', () => {
    const { scenario } = parseStudy(TEXT, { file: 'test.yaml', name: 'test' }).points[0]!;
    const { series } = run({ scenario, seed: seedOf(1, 1), record: true });
    const totalOf = (name: string, column: string) => {
      const found = series.find((one) => one.name === name)!.columns.find((one) => one.name === column)!;
      assert.ok(found.values.every((count) => count >= 0));
      return found.values.reduce((total, count) => total + count, 0);
    };
    const [dropped, again] = [totalOf('n0>n1', 'drops_packets'), totalOf('A', 'retransmissions_packets')];
    assert.ok(dropped > 5, String(dropped));
    assert.equal(again, dropped);
  });
});
