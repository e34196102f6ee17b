import assert from 'node:assert/strict';
import { every, FAST, impaired, MS, SECOND, sendOver } from './support';

/** Time on the wire beyond the propagation of 10 ms, ms, in order of sending. */
function extraDelays(yaml: string, count: number): number[] {
  const times = every(0.1 * MS, count);
  const { arrivals } = sendOver({ ...FAST, ...impaired(yaml) }, { times });
  const extra: number[] = [];
  for (const { n, at } of arrivals) extra[n] = (at - times[n]! - 10) / MS - 10;
  return extra;
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const deviation = (values: readonly number[]) => Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)));
const quantile = (values: readonly number[], q: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(q * values.length)]!;
const near = (value: number, expected: number, by: number) =>
  assert.ok(Math.abs(value - expected) <= by, `${value}, expected ${expected}`);
const numbers = (arrivals: readonly { readonly n: number }[]) => arrivals.map(({ n }) => n);
const isAscending = (values: readonly number[]) => values.every((v, i) => i === 0 || v >= values[i - 1]!);

describe('jitter', () => {
  const free = (delay: string) => `[ { jitter: { delay: ${delay}, keepOrder: false } } ]`;
  const count = 20_000;

  it('uniform: all delays between the two, mean half way, deviation of a twelfth of the square', () => {
    const extra = extraDelays(free('{ uniform: { from: 2 ms, to: 8 ms } }'), count);
    assert.ok(Math.min(...extra) >= 2 && Math.max(...extra) <= 8);
    near(mean(extra), 5, 0.06);
    near(deviation(extra), 6 / Math.sqrt(12), 0.03);
  });

  it('normal: mean and deviation as told, cut off at zero', () => {
    const extra = extraDelays(free('{ normal: { mean: 10 ms, deviation: 2 ms } }'), count);
    near(mean(extra), 10, 0.07);
    near(deviation(extra), 2, 0.05);
    near(quantile(extra, 0.8413), 12, 0.1);
    const cut = extraDelays(free('{ normal: { mean: 0 ms, deviation: 2 ms } }'), count);
    near(cut.filter((v) => v === 0).length / count, 0.5, 0.02);
    assert.ok(Math.min(...cut) === 0);
  });

  it('exponential: mean, and ln 2 of it as the median', () => {
    const extra = extraDelays(free('{ exponential: { mean: 5 ms } }'), count);
    near(mean(extra), 5, 0.18);
    near(quantile(extra, 0.5), 5 * Math.LN2, 0.15);
  });

  it('Pareto: least value, and quantiles of a power law', () => {
    const extra = extraDelays(free('{ pareto: { scale: 1 ms, shape: 2 } }'), count);
    assert.ok(Math.min(...extra) >= 1);
    near(quantile(extra, 0.5), 2 ** 0.5, 0.04);
    near(quantile(extra, 0.99), 100 ** 0.5, 1);
  });

  it('log-normal: median, and a deviation further up', () => {
    const extra = extraDelays(free('{ log-normal: { median: 5 ms, sigma: 0.5 } }'), count);
    near(quantile(extra, 0.5), 5, 0.12);
    near(quantile(extra, 0.8413), 5 * Math.exp(0.5), 0.25);
  });

  it('keeps the order unless told otherwise', () => {
    const run = (order: boolean) =>
      sendOver(
        { ...FAST, ...impaired(`[ { jitter: { delay: { exponential: { mean: 5 ms } }, keepOrder: ${order} } } ]`) },
        { times: every(MS, 2000) },
      ).arrivals;
    assert.ok(isAscending(numbers(run(true))));
    assert.ok(!isAscending(numbers(run(false))));
    assert.ok(isAscending(run(false).map(({ at }) => at)));
  });

  it('that keeps the order delays no packet more than its own draw, or that of one before it, asks for', () => {
    const draws = extraDelays(free('{ uniform: { to: 3 ms } }'), 500);
    const kept = extraDelays('[ { jitter: { delay: { uniform: { to: 3 ms } } } } ]', 500);
    let last = 0;
    draws.forEach((draw, n) => {
      last = Math.max(last, 0.1 * n + draw);
      near(kept[n]!, last - 0.1 * n, 1e-6);
    });
  });
});

describe('reordering', () => {
  const run = (params: string, count: number, gap = MS) =>
    sendOver({ ...FAST, ...impaired(`[ { reordering: ${params} } ]`) }, { times: every(gap, count) }).arrivals;

  it('by a time delays its share by that and nothing else', () => {
    const extra = extraDelays('[ { reordering: { share: 0.1, by: 5 ms } } ]', 20_000);
    const held = extra.filter((v) => v > 0);
    assert.ok(held.every((v) => Math.abs(v - 5) < 1e-6));
    near(held.length / extra.length, 0.1, 0.011);
  });

  it('by packets lets exactly so many others pass (RFC 4737 section 4.3.1: n-reordering)', () => {
    for (const by of [1, 3]) {
      const seen = numbers(run(`{ share: 0.02, by: ${by} packets, atMost: 1 s }`, 3000));
      assert.equal(seen.length, 3000);
      const late = seen.filter((n, i) => seen.slice(0, i).some((m) => m > n));
      near(late.length / 3000, 0.02, 0.012);
      for (const n of late) {
        const passers = seen.slice(0, seen.indexOf(n)).filter((m) => m > n && !late.includes(m));
        assert.equal(passers.length, by);
      }
    }
  });

  it('by packets waits no longer than it may', () => {
    const arrivals = run('{ share: 1, by: 3 packets, atMost: 20 ms }', 5);
    assert.deepEqual(
      arrivals.map(({ n, at }) => [n, Math.round(at / MS)]),
      [0, 1, 2, 3, 4].map((n) => [n, n + 20 + 10]),
    );
  });

  it('with share 0 holds nothing back', () => {
    assert.ok(isAscending(numbers(run('{ share: 0 }', 500))));
  });
});

describe('duplication', () => {
  it('delivers its share twice, in place, and counts it', () => {
    const { arrivals, link } = sendOver(
      { ...FAST, ...impaired('[ { duplication: { share: 0.1 } } ]') },
      { times: every(1000, 20_000) },
    );
    assert.equal(arrivals.length, 20_000 + link.duplicatedPackets);
    near(link.duplicatedPackets / 20_000, 0.1, 0.011);
    assert.ok(isAscending(numbers(arrivals)));
  });

  it('delivers the second after the time told', () => {
    const { arrivals } = sendOver(
      { ...FAST, ...impaired('[ { duplication: { share: 1, after: 3 ms } } ]') },
      { times: every(MS, 4) },
    );
    for (const n of [0, 1, 2, 3]) {
      const [first, second, ...more] = arrivals.filter((a) => a.n === n).map(({ at }) => at);
      assert.equal(second! - first!, 3 * MS);
      assert.equal(more.length, 0);
    }
  });
});

describe('impairments in a row', () => {
  const lossThen = '{ scripted: { drop: [ { packets: [1] } ] } }';

  it('act in their order: a loss before a duplication takes the packet, one after it one of the two', () => {
    const run = (yaml: string) => numbers(sendOver({ ...FAST, ...impaired(yaml) }, { times: [0, MS] }).arrivals);
    assert.deepEqual(run(`[ ${lossThen}, { duplication: { share: 1 } } ]`), [1, 1]);
    assert.deepEqual(run(`[ { duplication: { share: 1 } }, ${lossThen} ]`), [0, 1, 1]);
  });

  it('leave the random numbers of the others alone', () => {
    const lost = (yaml: string) =>
      numbers(sendOver({ ...FAST, ...impaired(yaml) }, { times: every(1000, 2000) }).arrivals).sort((a, b) => a - b);
    const alone = lost('[ { bernoulli: { loss: 0.1 } } ]');
    assert.deepEqual(lost('[ { jitter: { keepOrder: false } }, { bernoulli: { loss: 0.1 } } ]').length, alone.length);
    assert.deepEqual(lost('[ { jitter: { } }, { bernoulli: { loss: 0.1 } }, { corruption: { share: 0.5 } } ]'), alone);
  });

  it('add their delays', () => {
    const { arrivals } = sendOver(
      {
        ...FAST,
        ...impaired(`[ { jitter: { delay: { uniform: { from: 2 ms, to: 2 ms } } } },
                       { delay-schedule: { steps: [ { at: 0 s, delay: 4 ms } ] } } ]`),
      },
      { times: every(MS, 3, SECOND) },
    );
    assert.deepEqual(
      arrivals.map(({ n, at }) => at - SECOND - n * MS),
      [6 * MS + 10, 6 * MS + 10, 6 * MS + 10],
    );
  });
});
