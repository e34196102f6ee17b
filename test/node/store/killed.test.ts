import assert from 'node:assert/strict';
import { killAndCompare, numbersFrom } from '../../support/killed';

describe('a sweep killed at random points', () => {
  it('ends with the files of one left alone, byte for byte (make kills does it 200 times)', async function () {
    this.timeout(240_000);
    const { kills } = await killAndCompare(50, 3, numbersFrom(12345));
    assert.equal(kills, 3);
  });
});
