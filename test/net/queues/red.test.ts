import assert from 'node:assert/strict';
import { Ecn } from '../../../sim/core/packet';
import { bind } from '../../../sim/core/plugin';
import { Drop } from '../../../sim/net/queue';
import { Red, red } from '../../../sim/net/queues/red';
import { MS, packet, SECOND, TestHost } from './support';

/** RED whose average is the queue it is shown (wq = 1), thresholds 5 and 15 packets, maxP 0.1. */
function instant(params: object = {}, host = new TestHost()): { host: TestHost; red: Red } {
  const discipline = bind(red, { wq: 1, ...params })(host);
  assert.ok(discipline.kind === 'admission' && discipline.admission instanceof Red);
  return { host, red: discipline.admission };
}

/** Verdicts on `n` packets of `size` that all find `queue` packets waiting. */
function verdicts(r: Red, queue: number, n: number, size = 1500, ecn: number = Ecn.notEct): Drop[] {
  return Array.from({ length: n }, () => r.admit(packet(1, size, ecn), queue, queue * 1500, -1));
}

function gaps(results: readonly Drop[]): number[] {
  const at = results.flatMap((v, i) => (v === Drop.none ? [] : [i]));
  return at.slice(1).map((x, i) => x - at[i]!);
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('RED, Floyd and Jacobson 1993', () => {
  it('averages exponentially: after n packets that find q waiting, avg = q (1 - (1 - wq)^n) (equation 1)', () => {
    const { red } = instant({ wq: 0.002, limit: '1000 packets' });
    for (let n = 1; n <= 1000; n++) {
      red.admit(packet(1), 50, 75000, -1);
      if (n % 250 === 0) assert.ok(Math.abs(red.avg - 50 * (1 - 0.998 ** n)) < 1e-9);
    }
  });

  it('decays while the link is idle, as if m packets had found it empty: (1 - wq)^m (section 4)', () => {
    const { host, red } = instant({ wq: 0.002 });
    red.avg = 10;
    host.now = 2 * SECOND;
    // 600 ms are 500 packets of 1500 bytes at 10 Mbit/s
    red.admit(packet(1), 0, 0, host.now - 600 * MS);
    assert.ok(Math.abs(red.avg - 10 * 0.998 ** 500) < 1e-9);
  });

  for (const [queue, expected] of [
    [4, 0],
    [5, 0],
    [8, 0.03],
    [10, 0.05],
    [14, 0.09],
    [15, 0.1],
    [20, 0.4],
    [25, 0.7],
    [29, 0.94],
  ] as const) {
    it(`at an average of ${queue} the probability is ${expected} (gentle beyond maxTh)`, () => {
      const { red } = instant();
      verdicts(red, queue, 1);
      assert.ok(Math.abs(red.probability() - expected) < 1e-12);
    });
  }

  it('spaces drops uniformly over 1 ... 1/p - 1 packets (figure 2: count is 1 at the packet after a drop)', () => {
    const spaces = gaps(verdicts(instant().red, 10, 40_000));
    assert.ok(Math.abs(mean(spaces) - 10) < 0.3, `${mean(spaces)}`);
    assert.ok(Math.max(...spaces) <= 19);
    for (let gap = 1; gap <= 19; gap++) {
      const share = spaces.filter((s) => s === gap).length / spaces.length;
      assert.ok(Math.abs(share - 1 / 19) < 0.015, `gap ${gap}: ${share}`);
    }
  });

  it('with wait spaces drops uniformly over 1/p ... 2/p - 1 packets', () => {
    const spaces = gaps(verdicts(instant({ wait: true }).red, 10, 40_000));
    assert.ok(Math.min(...spaces) >= 20 && Math.max(...spaces) <= 40);
    assert.ok(Math.abs(mean(spaces) - 29.5) < 0.5, `${mean(spaces)}`);
  });

  it('given an average that outlasts the queue, when at most one packet waits, then drops only with dropWhenEmpty', () => {
    for (const [dropWhenEmpty, waiting, expected] of [
      [false, 1, Drop.none],
      [false, 2, Drop.aqm],
      [true, 1, Drop.aqm],
    ] as const) {
      const { red } = instant({ wq: 0.0001, dropWhenEmpty });
      red.avg = 40;
      assert.equal(red.admit(packet(1), waiting, waiting * 1500, -1), expected);
    }
  });

  it('drops everything from maxTh when not gentle, from twice maxTh when gentle', () => {
    const all = (queue: number, params: object) =>
      verdicts(instant(params).red, queue, 200).every((v) => v === Drop.aqm);
    assert.ok(all(15, { gentle: false }));
    assert.ok(!all(15, {}));
    assert.ok(!all(29, { wait: true }));
    assert.ok(all(30, { wait: true }));
  });

  it('in bytes drops in proportion to packet size', () => {
    const rate = (size: number) => {
      const results = verdicts(instant({ mode: 'bytes' }).red, 10, 60_000, size);
      return results.filter((v) => v !== Drop.none).length / results.length;
    };
    // p_b = 0.05 for 1500 bytes, 0.005 for 150; the mean gap is 1/(2 p_b)
    assert.ok(Math.abs(rate(1500) - 0.1) < 0.005);
    assert.ok(Math.abs(rate(150) - 0.01) < 0.001);
  });

  it('marks ECN-capable packets below maxTh, and drops them above (RFC 3168 section 7)', () => {
    const below = instant();
    assert.ok(verdicts(below.red, 10, 1000, 1500, Ecn.ect0).every((v) => v === Drop.none));
    assert.ok(below.host.marks.length > 50);
    const above = instant();
    assert.ok(verdicts(above.red, 20, 1000, 1500, Ecn.ect0).some((v) => v === Drop.aqm));
    assert.equal(above.host.marks.length, 0);
  });

  it('refuses what the buffer cannot hold, whatever the average', () => {
    const { red } = instant({ wq: 0.002, limit: '25 packets' });
    assert.equal(red.admit(packet(1), 25, 37500, -1), Drop.overflow);
  });
});

describe('adaptive RED, Floyd, Gummadi and Shenker 2001', () => {
  it('raises maxP by min(0.01, maxP/4) per interval above the target band, and lowers it by 0.9 below', () => {
    const { host, red } = instant({ adaptive: true, maxP: 0.02 });
    // Band: 5 + 0.4 x 10 = 9 to 11
    const step = (queue: number) => {
      host.now += 500 * MS;
      red.admit(packet(1), queue, queue * 1500, -1);
      return red.maxP;
    };
    assert.ok(Math.abs(step(12) - 0.025) < 1e-12);
    for (let i = 0; i < 6; i++) step(12);
    const before = red.maxP;
    assert.ok(Math.abs(step(12) - (before + 0.01)) < 1e-12);
    assert.equal(step(10), red.maxP);
    const high = red.maxP;
    assert.ok(Math.abs(step(8) - 0.9 * high) < 1e-12);
  });

  it('changes nothing within an interval', () => {
    const { host, red } = instant({ adaptive: true });
    host.now = 499 * MS;
    red.admit(packet(1), 14, 21000, -1);
    assert.equal(red.maxP, 0.1);
  });

  it('sets thresholds and weight from the rate: at 120 Mbit/s minTh 25, maxTh 75, wq 1 - exp(-1/10000)', () => {
    const host = new TestHost();
    host.rate = 120e6;
    const { red } = instant({ minTh: '0 packets', maxTh: '0 packets', wq: 0, limit: '1000 packets' }, host);
    red.admit(packet(1), 100, 150000, -1);
    assert.ok(Math.abs(red.avg - 100 * (1 - Math.exp(-1e-4))) < 1e-9);
    red.avg = 50;
    assert.ok(Math.abs(red.probability() - 0.05) < 1e-12);
  });
});
