import assert from 'node:assert/strict';
import { hash64, RandomStream, RandomStreams, type SeedWords } from '../../sim/core/random';

const SEED: SeedWords = [0x01234567, 0x89abcdef | 0, 0x0f1e2d3c, 0x4b5a6978];
const N = 100_000;

function stream(path = 'test'): RandomStream {
  return new RandomStream(SEED, path);
}

function draw(next: () => number, count = N): number[] {
  return Array.from({ length: count }, next);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Mean within five standard errors of `expected`, by the standard deviation that is expected of one draw. */
function assertMean(values: readonly number[], expected: number, deviation: number): void {
  const error = (5 * deviation) / Math.sqrt(values.length);
  const found = mean(values);
  assert.ok(Math.abs(found - expected) < error, `mean ${found}, expected ${expected} ± ${error}`);
}

function variance(values: readonly number[]): number {
  const m = mean(values);
  return mean(values.map((v) => (v - m) ** 2));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((v, i) => (v - ma) * (b[i]! - mb))) / Math.sqrt(variance(a) * variance(b));
}

describe('RandomStream', () => {
  it('gives these numbers in every engine', () => {
    const random = stream('link:r1>r2/loss');
    assert.deepEqual(
      draw(() => random.word() >>> 0, 6),
      KNOWN.words,
    );
    assert.deepEqual(
      [
        random.uniform(),
        random.exponential(1),
        random.normal(0, 1),
        random.pareto(1, 1.5),
        random.logNormal(1, 0.5),
        random.integer(1, 6),
      ],
      KNOWN.drawn,
    );
  });

  it('hashes names to these words', () => {
    assert.deepEqual(
      hash64('link:r1>r2/loss').map((h) => h >>> 0),
      KNOWN.hash,
    );
  });

  it('is uniform in [0, 1): moments, all deciles, no serial correlation', () => {
    const random = stream();
    const values = draw(() => random.uniform());
    assert.ok(values.every((v) => v >= 0 && v < 1));
    assertMean(values, 1 / 2, Math.sqrt(1 / 12));
    assert.ok(Math.abs(variance(values) - 1 / 12) < 0.001);
    const deciles = new Array<number>(10).fill(0);
    for (const v of values) deciles[Math.floor(10 * v)]!++;
    const chi2 = deciles.reduce((sum, count) => sum + (count - N / 10) ** 2 / (N / 10), 0);
    assert.ok(chi2 < 27.9, `chi-squared with 9 degrees of freedom: ${chi2}`);
    assert.ok(Math.abs(correlation(values.slice(1), values.slice(0, -1))) < 5 / Math.sqrt(N));
  });

  it('uses all 53 bits of a uniform number', () => {
    const random = stream();
    const last = draw(() => (random.uniform() * 2 ** 53) % 2, 1000);
    assert.ok(Math.abs(mean(last) - 0.5) < 0.1);
  });

  it('gives integers of both ends and of nothing beyond', () => {
    const random = stream();
    const counts = new Map<number, number>();
    for (const v of draw(() => random.integer(3, 7))) counts.set(v, (counts.get(v) ?? 0) + 1);
    assert.deepEqual(
      [...counts.keys()].sort((a, b) => a - b),
      [3, 4, 5, 6, 7],
    );
    for (const count of counts.values()) assert.ok(Math.abs(count - N / 5) < 5 * Math.sqrt(N * 0.2 * 0.8));
  });

  it('has the chances it is given', () => {
    const random = stream();
    const hits = draw(() => (random.chance(0.03) ? 1 : 0));
    assertMean(hits, 0.03, Math.sqrt(0.03 * 0.97));
    assert.ok(draw(() => (random.chance(0) ? 1 : 0), 1000).every((hit) => hit === 0));
    assert.ok(draw(() => (random.chance(1) ? 1 : 0), 1000).every((hit) => hit === 1));
  });

  it('is exponential with the given mean', () => {
    const random = stream();
    const values = draw(() => random.exponential(7));
    assertMean(values, 7, 7);
    assertMean(
      values.map((v) => v * v),
      98,
      7 * 7 * Math.sqrt(20),
    );
    assertMean(
      values.map((v) => (v > 7 ? 1 : 0)),
      Math.exp(-1),
      0.5,
    );
  });

  it('is normal with the given mean and deviation', () => {
    const random = stream();
    const z = draw(() => (random.normal(10, 3) - 10) / 3);
    assertMean(z, 0, 1);
    assertMean(
      z.map((v) => v ** 2),
      1,
      Math.sqrt(2),
    );
    assertMean(
      z.map((v) => v ** 4),
      3,
      Math.sqrt(96),
    );
    assertMean(
      z.map((v) => (v > 1.96 ? 1 : 0)),
      0.024998,
      0.16,
    );
  });

  it('is Pareto: minimum, tail and mean', () => {
    const random = stream();
    const values = draw(() => random.pareto(2, 3));
    assert.ok(values.every((v) => v >= 2));
    assertMean(values, 3, Math.sqrt(3));
    assertMean(
      values.map((v) => (v > 4 ? 1 : 0)),
      1 / 8,
      0.34,
    );
  });

  it('is log-normal with the given median', () => {
    const random = stream();
    const logs = draw(() => Math.log(random.logNormal(100, 0.8)));
    assertMean(logs, Math.log(100), 0.8);
    assert.ok(Math.abs(variance(logs) - 0.64) < 0.02);
  });
});

describe('RandomStreams', () => {
  it('gives one stream per name, from its beginning only once', () => {
    const streams = new RandomStreams(SEED);
    const first = streams.stream('a').word();
    assert.notEqual(streams.stream('a').word(), first);
    assert.equal(new RandomStreams(SEED).stream('a').word(), first);
  });

  it('shifts no stream when another is added or used', () => {
    const alone = new RandomStreams(SEED);
    const crowded = new RandomStreams(SEED);
    for (const name of ['a', 'b', 'link:x>y/loss']) crowded.stream(name).uniform();
    const expected = draw(() => alone.stream('link:r1>r2/loss').uniform(), 100);
    const found = draw(() => {
      crowded.stream('a').uniform();
      return crowded.stream('link:r1>r2/loss').uniform();
    }, 100);
    assert.deepEqual(found, expected);
  });

  it('gives unrelated numbers to names and seeds that differ in one character or one bit', () => {
    const pairs: readonly (readonly [RandomStream, RandomStream])[] = [
      [stream('link:r1>r2/loss'), stream('link:r1>r3/loss')],
      [stream('a'), stream('b')],
      [stream(''), stream('a')],
      ...[0, 1, 2, 3].map((word) => {
        const seed: [number, number, number, number] = [...SEED];
        seed[word]! ^= 1;
        return [stream(), new RandomStream(seed, 'test')] as const;
      }),
    ];
    for (const [a, b] of pairs) {
      const r = correlation(
        draw(() => a.uniform(), 20_000),
        draw(() => b.uniform(), 20_000),
      );
      assert.ok(Math.abs(r) < 5 / Math.sqrt(20_000), `correlation ${r}`);
    }
  });

  it('has no two equal streams among ten thousand names', () => {
    const first = new Set<string>();
    for (let i = 0; i < 10_000; i++) {
      const random = stream(`tcp:h${i % 100}:${i}`);
      first.add(`${random.word()} ${random.word()}`);
    }
    assert.equal(first.size, 10_000);
  });
});

/** The words also from a second implementation of sfc32 and of the hash in another language. */
const KNOWN = {
  words: [2589178560, 1394343401, 3153621579, 2622272972, 3750305583, 1759481855],
  drawn: [0.6310813300816296, 1.2692791902962748, 0.9901863476010536, 3.1582371403699954, 1.6911279607953413, 5],
  hash: [3533459003, 3350653881],
};
