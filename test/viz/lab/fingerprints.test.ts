import assert from 'node:assert/strict';
import type { LoadRequest } from '../../../viz/lab/protocol';
import {
  type Fingerprints,
  fingerprintsHere,
  fingerprintsIn,
  requestsOf,
} from '../../support/fingerprints-in-browsers';

/** ns; `make fingerprints` makes whole runs. */
const UNTIL = 3e9;

describe('Every shipped scenario, for its first three seconds', function () {
  this.timeout(180_000);
  let requests: LoadRequest[];
  let here: Fingerprints;

  before(() => {
    requests = requestsOf();
    here = fingerprintsHere(requests, UNTIL);
  });

  it('moves packets in most of them, differently', () => {
    assert.ok(new Set(Object.values(here)).size > 0.6 * requests.length);
  });

  for (const browser of ['chromium', 'firefox'] as const) {
    it(`has the fingerprint of the command line in the worker of the lab in ${browser}`, async function () {
      const found = await fingerprintsIn(browser, requests, UNTIL);
      if (found === null) {
        console.log(`      (${browser} is not on this machine: not compared)`);
        this.skip();
      }
      assert.deepEqual(found, here);
    });
  }
});
