import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RandomStream } from '../../sim/core/random';
import { estimateMean } from '../../sim/stats/estimate';
import { dropTail, pair, row, Sink, Source } from '../support/network';

interface Reference {
  readonly mm1: readonly { readonly rho: number; readonly W: number; readonly md1_Wq: number }[];
  readonly mm1k: readonly {
    readonly rho: number;
    readonly K: number;
    readonly loss: number;
    readonly W_over_s: number;
  }[];
}
const reference = JSON.parse(readFileSync(join(__dirname, '../reference/queueing.json'), 'utf8')) as Reference;

/** One service time, 1 ms, is a packet of `SIZE` at `RATE`; sizes are so large that a byte more or less is nothing. */
const RATE = 1e9;
const SIZE = 125_000;
const SERVICE = 1e6;
const BATCHES = 40;
const WARM_UP = 20_000;

interface Found {
  /** Mean of each batch of customers: time in the system, and time waiting, in service times. */
  readonly sojourn: readonly number[];
  readonly waiting: readonly number[];
  /** Share refused in each batch of arrivals. */
  readonly loss: readonly number[];
}

/** Poisson arrivals at load `rho` at a link that holds `capacity` customers, the one in service included. */
function queue(rho: number, sizes: 'fixed' | 'exponential', customers: number, capacity = Infinity, seed = 2): Found {
  const { simulation, a, b, there } = pair({ rate: RATE, delay: 0, queue: dropTail(capacity - 1) });
  const random = new RandomStream([seed, 2, 3, 4], `rho ${rho} ${sizes} ${capacity}`);
  const batch = Math.floor(customers / BATCHES);
  const [sojourn, waiting, loss] = [0, 0, 0].map(() => new Float64Array(BATCHES)) as never as Float64Array[];
  const served = new Float64Array(BATCHES);
  const arrivedAt = new Float64Array(WARM_UP + BATCHES * batch);
  const batchOf = (n: number): number => (n < WARM_UP ? -1 : Math.floor((n - WARM_UP) / batch));
  Sink.on(b, (p) => {
    const n = batchOf(p.seq);
    if (n < 0) return;
    const time = simulation.events.now - arrivedAt[p.seq]!;
    sojourn![n]! += time / SERVICE;
    waiting![n]! += (time - there.serialisation(p.size)) / SERVICE;
    served[n]!++;
  });
  let n = 0;
  let exact = 0;
  new Source(
    a,
    b,
    () => {
      if (n === arrivedAt.length) return Infinity;
      exact += random.exponential(SERVICE / rho);
      return (arrivedAt[n++] = Math.round(exact));
    },
    () => (sizes === 'fixed' ? SIZE : Math.max(1, Math.round(random.exponential(SIZE)))),
  );
  simulation.run(Infinity);
  assert.equal(simulation.pool.live, 0);
  for (let i = 0; i < BATCHES; i++) {
    sojourn![i]! /= served[i]!;
    waiting![i]! /= served[i]!;
    loss![i] = 1 - served[i]! / batch;
  }
  return { sojourn: [...sojourn!], waiting: [...waiting!], loss: [...loss!] };
}

/**
 * The 99 % interval of batch means holds `expected`, and is no wider than `width` of it. One such interval in a hundred
 * misses its value by chance: the seed is one where none does.
 */
function agrees(batches: readonly number[], expected: number, width: number, what: string): void {
  const { mean, halfWidth } = estimateMean(batches, 0.99);
  const text = `${what}: ${mean} ± ${halfWidth}, expected ${expected}`;
  assert.ok(Math.abs(mean - expected) <= halfWidth, text);
  assert.ok(halfWidth <= width * expected, `too few customers to tell: ${text}`);
}

const CUSTOMERS: Readonly<Record<number, number>> = { 0.5: 300_000, 0.8: 600_000, 0.9: 1_200_000 };

describe('a drop-tail link under Poisson arrivals', () => {
  for (const { rho, W, md1_Wq } of reference.mm1) {
    const customers = CUSTOMERS[rho];
    if (customers === undefined) continue;
    it(`with packets of one size is M/D/1 at load ${rho}`, () => {
      agrees(queue(rho, 'fixed', customers).waiting, md1_Wq, 0.05, 'mean wait');
    });

    it(`with exponential sizes is M/M/1 at load ${rho}`, () => {
      agrees(queue(rho, 'exponential', customers).sojourn, W, 0.08, 'mean time in the system');
    });
  }

  for (const { rho, K, loss, W_over_s } of reference.mm1k) {
    if (K !== 10 || rho < 0.8) continue;
    it(`with room for ${K} is M/M/1/${K} at load ${rho}`, () => {
      const found = queue(rho, 'exponential', 400_000, K);
      agrees(found.loss, loss, 0.08, 'share lost');
      agrees(found.sojourn, W_over_s, 0.02, 'mean time in the system');
    });
  }
});

describe('three equal links in tandem', () => {
  it('with packets of one size make them wait at the first only', () => {
    // a packet of fixed size leaves the first link spaced for the second: it never waits again
    const simulation = row(['n0', 'n1', 'n2', 'n3'], { rate: RATE, delay: 0, queue: dropTail() });
    const random = new RandomStream([9, 2, 3, 4], 'tandem');
    let n = 0;
    let exact = 0;
    new Source(
      simulation.nodes[0]!,
      simulation.nodes[3]!,
      () => (n++ < 20_000 ? Math.round((exact += random.exponential(SERVICE / 0.9))) : Infinity),
      () => SIZE,
    );
    Sink.on(simulation.nodes[3]!);
    let longest = 0;
    for (let at = 0; at < 20_000 * SERVICE; at += 1.37 * SERVICE) {
      simulation.run(Math.round(at));
      assert.equal(simulation.links[2]!.queuedPackets, 0);
      assert.equal(simulation.links[4]!.queuedPackets, 0);
      longest = Math.max(longest, simulation.links[0]!.queuedPackets);
    }
    assert.ok(longest > 10);
  });
});
