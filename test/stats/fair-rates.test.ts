import assert from 'node:assert/strict';
import fc from 'fast-check';
import { maxMinFairRates } from '../../sim/stats/fair-rates';

const greedy = (...links: number[]) => ({ links, limit: Infinity });

describe('max-min fair rates (Bertsekas and Gallager, section 6.5.2)', () => {
  it('divide one link equally', () => {
    assert.deepEqual(maxMinFairRates([10e6], [greedy(0), greedy(0)]), [5e6, 5e6]);
  });

  it('give what a modest flow leaves to the others', () => {
    assert.deepEqual(maxMinFairRates([9], [{ links: [0], limit: 1 }, greedy(0), greedy(0)]), [1, 4, 4]);
  });

  it('of the parking lot give the long flow half of the narrow link and the rest to the short ones', () => {
    const rates = maxMinFairRates([10, 4, 10], [greedy(0, 1, 2), greedy(0), greedy(1), greedy(2)]);
    assert.deepEqual(rates, [2, 8, 2, 8]);
  });

  it('leave a flow unbounded that nothing bounds', () => {
    assert.deepEqual(maxMinFairRates([10], [greedy(), greedy(0)]), [Infinity, 10]);
  });

  it('fill a bottleneck of every flow, on which nobody has more (the definition)', () => {
    const network = fc.integer({ min: 1, max: 5 }).chain((links) =>
      fc.record({
        capacities: fc.array(fc.double({ min: 0.1, max: 100, noNaN: true }), { minLength: links, maxLength: links }),
        paths: fc.array(fc.uniqueArray(fc.nat(links - 1), { minLength: 1 }), { minLength: 1, maxLength: 8 }),
      }),
    );
    fc.assert(
      fc.property(network, ({ capacities, paths }) => {
        const rates = maxMinFairRates(
          capacities,
          paths.map((links) => greedy(...links)),
        );
        const load = capacities.map((_, link) =>
          rates.reduce((total, rate, flow) => total + (paths[flow]!.includes(link) ? rate : 0), 0),
        );
        load.forEach((bits, link) => assert.ok(bits <= capacities[link]! * (1 + 1e-9)));
        paths.forEach((links, flow) => {
          const bottleneck = links.some(
            (link) =>
              load[link]! >= capacities[link]! * (1 - 1e-9) &&
              rates.every((rate, other) => !paths[other]!.includes(link) || rate <= rates[flow]! * (1 + 1e-9)),
          );
          assert.ok(bottleneck, `flow ${flow} could have more`);
        });
      }),
    );
  });
});
