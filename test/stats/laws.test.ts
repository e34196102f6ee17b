import assert from 'node:assert/strict';
import { factoryOf } from '../../sim/core/choice';
import { bind } from '../../sim/core/plugin';
import { maxMinFairRates } from '../../sim/stats/fair-rates';
import { alphaFairUtility } from '../../sim/stats/fairness';
import { type Law, laws } from '../../sim/stats/laws';
import { mathisRate } from '../../sim/stats/flow-tests';

const law = (name: keyof typeof laws, params: object = {}): Law => bind<void, Law>(laws[name] as never, params)();

/** The share of the long flow for which the utility of all is largest, x links with a flow across each. */
function best(h: number, alpha: number): number {
  let share = 0;
  let most = -Infinity;
  for (let x = 0.001; x < 1; x += 0.001) {
    const utility = alphaFairUtility([x, ...new Array<number>(h).fill(1 - x)], alpha);
    if (utility > most) [most, share] = [utility, x];
  }
  return share;
}

describe('laws', () => {
  it('of the parking lot are the optima of alpha-fairness: proportional for 1, minimum potential delay for 2', () => {
    for (const h of [1, 2, 4, 8]) {
      assert.ok(Math.abs(law('proportional')(h) - best(h, 1)) < 0.001);
      assert.ok(Math.abs(law('minimum-potential-delay')(h) - best(h, 2)) < 0.001);
    }
  });

  it('max-min is what progressive filling gives', () => {
    const demands = [{ links: [0, 1, 2], limit: Infinity }, ...[0, 1, 2].map((l) => ({ links: [l], limit: Infinity }))];
    assert.equal(law('max-min')(3), maxMinFairRates([1, 1, 1], demands)[0]);
  });

  it('aimd is the fixed point of the response function: the same loss on each link, R and p added up', () => {
    for (const h of [1, 2, 4, 8]) {
      const [long, cross] = [mathisRate(1, h, 0.01 * h), mathisRate(1, 1, 0.01)];
      assert.ok(Math.abs(law('aimd')(h) - long / (long + cross)) < 1e-9);
    }
  });

  it('parallel, left-over and undelivered have the values of the published tables', () => {
    assert.deepEqual([1, 2, 4, 8].map(law('parallel')), [1 / 2, 2 / 3, 4 / 5, 8 / 9]);
    const rates = { capacity: '1.5 Mbit/s', last: '128 kbit/s' };
    assert.deepEqual([0.6e6, 2e6].map(law('left-over', { capacity: '1.5 Mbit/s' })), [0.9e6, 0]);
    const arrives = [0.128e6, 0.3e6, 0.9e6, 1.2e6, 1.5e6, 2e6].map((u) => law('undelivered', rates)(u) / 1.5e6);
    assert.deepEqual(
      arrives.map((x) => x.toFixed(3)),
      ['1.000', '0.885', '0.485', '0.285', '0.085', '0.085'],
    );
  });

  it('can be scaled to a rate', () => {
    assert.equal(factoryOf<void, Law>(laws, { name: 'parallel', params: { scale: 10e6 } })()(1), 5e6);
  });
});
