import assert from 'node:assert/strict';
import { Flag, Protocol } from '../../../sim/core/packet';
import { Drop } from '../../../sim/net/queue';
import { every, FAST, impaired, MS, SECOND, sendOver } from './support';

/** For each packet whether it was lost. */
function lossesOf(yaml: string, count: number, seed = 1): boolean[] {
  const { arrivals, link } = sendOver(
    { ...FAST, ...impaired(yaml) },
    { times: every(1000, count), seed: [seed, 2, 3, 4] },
  );
  const arrived = new Set(arrivals.map(({ n }) => n));
  assert.equal(link.drops[Drop.loss], count - arrived.size);
  return Array.from({ length: count }, (_, n) => !arrived.has(n));
}

function burstsOf(lost: readonly boolean[]): number[] {
  const bursts: number[] = [];
  lost.forEach((l, i) => {
    if (!l) return;
    if (i > 0 && lost[i - 1]) bursts[bursts.length - 1]!++;
    else bursts.push(1);
  });
  return bursts;
}

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;
const near = (value: number, expected: number, by: number) =>
  assert.ok(Math.abs(value - expected) < by, `${value}, expected ${expected}`);

describe('Bernoulli loss', () => {
  const count = 40_000;

  for (const p of [0.01, 0.1, 0.5]) {
    it(`loses ${p} of the packets, each independently of the one before`, () => {
      const lost = lossesOf(`[ { bernoulli: { loss: ${p} } } ]`, count);
      near(share(lost), p, 5 * Math.sqrt((p * (1 - p)) / count));
      near(share(lost.map((l, i) => l && lost[i + 1] === true)), p * p, 5 * Math.sqrt((3 * p * p) / count));
      near(mean(burstsOf(lost)), 1 / (1 - p), 0.1 / (1 - p));
    });
  }

  it('loses packets in a row together, each group independently', () => {
    const lost = lossesOf('[ { bernoulli: { loss: 0.1, together: 2 } } ]', count);
    const pairs = lost.filter((_, i) => i % 2 === 0);
    assert.deepEqual(
      pairs,
      lost.filter((_, i) => i % 2 === 1),
    );
    near(share(pairs), 0.1, 5 * Math.sqrt((0.1 * 0.9) / (count / 2)));
    near(mean(burstsOf(pairs)), 1 / 0.9, 0.1);
  });

  it('loses none with 0 and all with 1', () => {
    assert.equal(share(lossesOf('[ { bernoulli: { loss: 0 } } ]', 1000)), 0);
    assert.equal(share(lossesOf('[ { bernoulli: { loss: 1 } } ]', 1000)), 1);
  });

  it('twice on a link loses what either loses', () => {
    const lost = lossesOf('[ { bernoulli: { loss: 0.2 } }, { bernoulli: { loss: 0.3 } } ]', count);
    near(share(lost), 1 - 0.8 * 0.7, 0.015);
  });
});

describe('Gilbert-Elliott loss (Gilbert 1960, Elliott 1963)', () => {
  const count = 100_000;

  it('loses p / (p + r) of the packets in bursts of 1/r on average, a good period lasting 1/p', () => {
    for (const [p, r] of [
      [0.01, 0.3],
      [0.05, 0.5],
    ] as const) {
      const lost = lossesOf(`[ { gilbert-elliott: { goodToBad: ${p}, badToGood: ${r} } } ]`, count);
      near(share(lost), p / (p + r), (0.1 * p) / (p + r));
      near(mean(burstsOf(lost)), 1 / r, 0.1 / r);
      near(mean(burstsOf(lost.map((l) => !l))), 1 / p, 0.1 / p);
    }
  });

  it('has geometric burst lengths: of those that last n packets, 1 - r last one more', () => {
    const r = 0.25;
    const bursts = burstsOf(lossesOf(`[ { gilbert-elliott: { goodToBad: 0.05, badToGood: ${r} } } ]`, count));
    for (const n of [1, 2, 3, 4]) {
      const longer = bursts.filter((b) => b > n).length / bursts.filter((b) => b >= n).length;
      near(longer, 1 - r, 0.05);
    }
  });

  it('loses in either state by that state: (p h + r k) / (p + r) over all', () => {
    const [p, r, inGood, inBad] = [0.02, 0.1, 0.01, 0.6];
    const yaml = `[ { gilbert-elliott: { goodToBad: ${p}, badToGood: ${r}, lossInGood: ${inGood}, lossInBad: ${inBad} } } ]`;
    near(share(lossesOf(yaml, count)), (p * inBad + r * inGood) / (p + r), 0.01);
  });

  it('begins in its stationary distribution', () => {
    const lost = Array.from({ length: 400 }, (_, seed) =>
      lossesOf('[ { gilbert-elliott: { goodToBad: 0.001, badToGood: 0.003 } } ]', 1, seed),
    ).flat();
    near(share(lost), 0.25, 0.1);
  });

  it('never leaves the good state with goodToBad 0', () => {
    assert.equal(share(lossesOf('[ { gilbert-elliott: { goodToBad: 0, badToGood: 0 } } ]', 1000)), 0);
  });
});

describe('scripted loss', () => {
  const lostOf = (yaml: string, count = 12) => lossesOf(yaml, count).flatMap((lost, n) => (lost ? [n + 1] : []));

  it('loses data packets by number', () => {
    assert.deepEqual(lostOf('[ { scripted: { drop: [ { packets: [3, 7] } ] } } ]'), [3, 7]);
  });

  it('loses one in so many', () => {
    assert.deepEqual(lostOf('[ { scripted: { drop: [ { every: 5 } ] } } ]'), [5, 10]);
  });

  it('counts packets with data only, and with `sessions` only those', () => {
    const run = (yaml: string) =>
      sendOver(
        { ...FAST, ...impaired(yaml) },
        {
          times: every(1000, 12),
          dress: (p, n) => {
            if (n % 2 === 0) p.length = 0;
            p.flow = n < 6 ? 1 : 2;
          },
        },
      ).arrivals.map(({ n }) => n);
    assert.deepEqual(run('[ { scripted: { drop: [ { packets: [1, 5] } ] } } ]'), [0, 2, 3, 4, 5, 6, 7, 8, 10, 11]);
    const second = run('[ { scripted: { drop: [ { packets: [1, 2], sessions: [2] } ] } } ]');
    assert.deepEqual(second, [0, 1, 2, 3, 4, 5, 6, 8, 10, 11]);
  });

  it('loses what leaves the transmitter at or after the first time and before the second', () => {
    const times = [4, 5, 6, 7, 8].map((ms) => ms * MS - 10);
    for (const extra of ['', ', { jitter: { delay: { uniform: { to: 0 ms } } } }']) {
      const yaml = `[ { scripted: { drop: [ { during: [5 ms, 7 ms] } ] } }${extra} ]`;
      const { arrivals } = sendOver({ ...FAST, ...impaired(yaml) }, { times });
      assert.deepEqual(
        arrivals.map(({ n }) => n),
        [0, 3, 4],
      );
    }
  });

  /** Segments of 1000 bytes; each number is a segment sent, from 0. */
  const segments = (yaml: string, sent: readonly number[], protocol: number = Protocol.tcp) =>
    sendOver(
      { ...FAST, ...impaired(yaml) },
      {
        times: every(1000, sent.length),
        until: SECOND,
        dress: (p, n) => {
          p.protocol = protocol;
          p.flags = Flag.ack;
          p.length = 1000;
          p.seq = 1 + 1000 * sent[n]!;
        },
      },
    ).arrivals.map(({ n }) => (n - 1) / 1000);

  it('loses the segment that carries a byte, once or always', () => {
    const once = segments('[ { scripted: { drop: [ { sequence: [1001, 3500] } ] } } ]', [0, 1, 2, 3, 4, 1, 3]);
    assert.deepEqual(once, [0, 2, 4, 1, 3]);
    const always = segments('[ { scripted: { drop: [ { sequence: [1001], times: always } ] } } ]', [0, 1, 2, 1, 1]);
    assert.deepEqual(always, [0, 2]);
  });

  it('takes the first and the last byte of a segment for its own', () => {
    assert.deepEqual(segments('[ { scripted: { drop: [ { sequence: [1000] } ] } } ]', [0, 1]), [1]);
    assert.deepEqual(segments('[ { scripted: { drop: [ { sequence: [1001] } ] } } ]', [0, 1]), [0]);
  });

  it('by sequence leaves other transports alone', () => {
    assert.deepEqual(segments('[ { scripted: { drop: [ { sequence: [1] } ] } } ]', [0, 1], Protocol.udp), [0, 1]);
  });

  it('counts a packet that another rule loses', () => {
    assert.deepEqual(lostOf('[ { scripted: { drop: [ { packets: [2] }, { every: 4 } ] } } ]', 9), [2, 4, 8]);
  });
});

describe('corruption', () => {
  const corrupt = (yaml: string, size: number, count = 20_000) =>
    sendOver({ ...FAST, ...impaired(yaml) }, { times: every(1000, count), size });

  it('marks its share; the checksum of the receiver drops these', () => {
    const { arrivals, b, link } = corrupt('[ { corruption: { share: 0.05 } } ]', 1000);
    assert.equal(arrivals.length, 20_000);
    const damaged = arrivals.filter((a) => a.corrupt).length;
    near(damaged / 20_000, 0.05, 5 * Math.sqrt(0.05 / 20_000));
    assert.equal(b.drops[Drop.corrupt], damaged);
    assert.equal(link.droppedPackets, 0);
  });

  it('by bit errors leaves (1 - b)^n of the packets of n bits whole', () => {
    for (const size of [100, 1500]) {
      const { arrivals } = corrupt('[ { corruption: { bitErrorRate: 1.0e-4 } } ]', size);
      near(share(arrivals.map((a) => a.corrupt)), 1 - (1 - 1e-4) ** (8 * size), 0.02);
    }
  });
});
