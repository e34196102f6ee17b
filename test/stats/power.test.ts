import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { pairedDifference } from '../../sim/stats/estimate';
import { detectableDifference, powerOfPairs, replicationsNeeded } from '../../sim/stats/power';

const near = (actual: number, expected: number, within: number) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

describe('power of a paired t test', () => {
  it("has the sample sizes of Cohen's effects: what G*Power and R's power.t.test give for 80 % at the 5 % level", () => {
    assert.deepEqual(
      [0.2, 0.5, 0.8, 1].map((effect) => replicationsNeeded(effect, 1)),
      [199, 34, 15, 10],
    );
  });

  it('is 0.8078 for 34 pairs half a deviation apart (G*Power)', () => near(powerOfPairs(34, 0.5), 0.8078, 5e-5));

  it('is the level of the test when there is no difference', () => near(powerOfPairs(12, 0), 0.05, 1e-6));

  it('is nearly 1 for large effects', () => {
    near(powerOfPairs(100, 5), 1, 1e-12);
    assert.equal(replicationsNeeded(1000, 1), 2);
  });

  it('is what experiments find', () => {
    const random = new RandomStream([1, 2, 3, 4], 'power');
    const zeros = Array<number>(15).fill(0);
    let found = 0;
    for (let i = 0; i < 2000; i++) {
      const differences = Array.from({ length: 15 }, () => random.normal(0.8, 1));
      if (pairedDifference(differences, zeros).pValue < 0.05) found++;
    }
    near(found / 2000, powerOfPairs(15, 0.8), 0.03);
  });

  it('cannot plan for no difference', () => assert.equal(replicationsNeeded(0, 1), Infinity));
});

describe('least difference that n replications find', () => {
  it('inverts the number needed', () => {
    const difference = detectableDifference(20, 3);
    assert.equal(replicationsNeeded(difference * 1.001, 3), 20);
    assert.equal(replicationsNeeded(difference * 0.999, 3), 21);
  });

  it('needs two replications at least', () => assert.equal(detectableDifference(1, 3), Infinity));
});
