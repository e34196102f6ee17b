import assert from 'node:assert/strict';
import { seedOf } from '../../sim/run/seed';

describe('seeds of replications', () => {
  it('are the same for the same study seed and replication', () => {
    assert.deepEqual(seedOf(1, 1), seedOf(1, 1));
  });

  it('never change: results would no longer be reproducible', () => {
    assert.deepEqual(seedOf(1, 1), [508070419, 1460660452, 1627924841, -1162058017]);
  });

  it('differ between replications and between studies', () => {
    const seeds = new Set<string>();
    for (let study = 0; study < 30; study++) for (let r = 1; r <= 30; r++) seeds.add(seedOf(study, r).join());
    assert.equal(seeds.size, 900);
  });

  it('do not confuse (1, 11) with (11, 1)', () => {
    assert.notDeepEqual(seedOf(1, 11), seedOf(11, 1));
  });

  it('are 32-bit words', () => {
    for (const word of seedOf(7, 3)) assert.equal(word | 0, word);
  });
});
