import assert from 'node:assert/strict';
import { Ecn } from '../../../sim/core/packet';
import { RandomStream } from '../../../sim/core/random';
import { Pie, pie, PieQueue, type PieSettings } from '../../../sim/net/queues/pie';
import { Drop } from '../../../sim/net/queue';
import { runAimd } from './aimd';
import { make, MS, packet, SECOND, stream, TestHost, TestLink } from './support';

const SETTINGS: PieSettings = {
  target: 15 * MS,
  tUpdate: 15 * MS,
  alpha: 0.125,
  beta: 1.25,
  maxBurst: 150 * MS,
  ecn: true,
  markEcnThreshold: 0.1,
  derandomize: false,
  delayBy: 'timestamp',
};

function control(settings: Partial<PieSettings> = {}): Pie {
  return new Pie(new TestHost(), { ...SETTINGS, ...settings });
}

function link(params: object = {}): TestLink {
  const host = new TestHost();
  return new TestLink(host, make(pie, params, host));
}

const near = (x: number, y: number) => assert.ok(Math.abs(x - y) < 1e-12, `${x}, expected ${y}`);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

describe('PIE control law, RFC 8033', () => {
  it('adds alpha (delay - target) + beta (delay - old delay), scaled down while the probability is small (section 4.2)', () => {
    const law = control();
    law.update(20 * MS);
    near(law.dropProb, (0.125 * 0.005 + 1.25 * 0.02) / 2048);
    const first = law.dropProb;
    law.update(30 * MS);
    near(law.dropProb, first + (0.125 * 0.015 + 1.25 * 0.01) / 128);
    const second = law.dropProb;
    law.update(35 * MS);
    near(law.dropProb, second + (0.125 * 0.02 + 1.25 * 0.005) / 32);
  });

  for (const [prob, divisor] of [
    [0.0000005, 2048],
    [0.000005, 512],
    [0.00005, 128],
    [0.0005, 32],
    [0.005, 8],
    [0.05, 2],
    [0.5, 1],
  ] as const) {
    it(`divides the step by ${divisor} at a probability of ${prob} (section 4.2)`, () => {
      const law = control();
      law.update(15 * MS);
      law.dropProb = prob;
      law.update(17 * MS);
      near(law.dropProb, prob + (0.125 * 0.002 + 1.25 * 0.002) / divisor);
    });
  }

  it('caps a step at 0.02 from a probability of 0.1 on (section 5.5)', () => {
    const law = control();
    law.dropProb = 0.2;
    law.update(200 * MS);
    near(law.dropProb, 0.22);
  });

  it('decays by 2 % per update once the queue has been empty for two (section 4.2)', () => {
    const law = control();
    law.dropProb = 0.3;
    law.update(0);
    near(law.dropProb, (0.3 - 0.125 * 0.015) * 0.98);
  });

  it('stays between 0 and 1', () => {
    const law = control();
    law.dropProb = 0.999;
    law.update(SECOND);
    assert.equal(law.dropProb, 1);
    const low = control();
    low.update(0);
    assert.equal(low.dropProb, 0);
  });

  it('drops nothing in a burst of MAX_BURST, nor while the queue holds two packets (sections 4.4 and 4.1)', () => {
    const law = control();
    law.dropProb = 1;
    for (let i = 0; i < 10; i++) {
      assert.equal(law.dropEarly(1e6), false);
      law.update(40 * MS);
      law.dropProb = 1;
    }
    assert.equal(law.dropEarly(1e6), true);
    assert.equal(law.dropEarly(3000), false);
  });

  it('ignores a probability below 0.2 while the delay is below half the target (section 4.1)', () => {
    const law = control({ maxBurst: 0 });
    law.update(7 * MS);
    law.dropProb = 0.19;
    assert.ok(Array.from({ length: 200 }, () => law.dropEarly(1e6)).every((drop) => !drop));
    law.dropProb = 0.21;
    assert.ok(Array.from({ length: 200 }, () => law.dropEarly(1e6)).some((drop) => drop));
  });

  it('de-randomized, keeps drops between 0.85/p and 8.5/p packets apart (section 5.4)', () => {
    const law = control({ maxBurst: 0, derandomize: true });
    law.update(20 * MS);
    law.dropProb = 0.05;
    let gap = 0;
    const gaps: number[] = [];
    for (let i = 0; i < 50_000; i++) {
      gap++;
      if (!law.dropEarly(1e6)) continue;
      gaps.push(gap);
      gap = 0;
    }
    assert.ok(Math.min(...gaps) >= 17 && Math.max(...gaps) <= 171);
    // 16 packets for certain, then geometric with p
    assert.ok(Math.abs(mean(gaps) - 36) < 1, `${mean(gaps)}`);
  });
});

describe('PIE queue', () => {
  it('makes its updates up exactly as a timer of T_UPDATE would have made them', () => {
    const served = link({ derandomize: false });
    const law = control();
    const random = new RandomStream([3, 1, 4, 1], 'arrivals');
    let next = 15 * MS;
    let taken = 0;
    let left = 0;
    let at = 0;
    for (let n = 0; n < 3000; n++) {
      // Overload for a while, then a trickle with pauses of many updates.
      at += Math.round(random.exponential(n % 1000 < 700 ? 0.8 * MS : 60 * MS));
      served.run([], at);
      for (; next <= at; next += 15 * MS) {
        while (served.sent[left] !== undefined && served.sent[left]!.at < next) left++;
        law.update(left === taken ? 0 : (served.sent[left - 1]?.delay ?? 0));
      }
      served.offer(packet(1), at);
      taken = n + 1 - served.refused.length;
      near((served.queue as PieQueue).dropProb, law.dropProb);
    }
    assert.ok(served.refused.some((r) => r.reason === Drop.aqm));
  });

  for (const delayBy of ['timestamp', 'departure-rate']) {
    for (const flows of [5, 20]) {
      it(`holds a mean delay between 10 and 25 ms for ${flows} responsive flows, by ${delayBy}`, () => {
        const served = link({ delayBy });
        runAimd(served, flows, 50 * MS, 40);
        const late = served.sent.filter((s) => s.at > 10 * SECOND);
        const delay = mean(late.map((s) => s.delay)) / MS;
        assert.ok(delay > 10 && delay < 25, `${delay} ms`);
        const utilisation = (late.reduce((sum, s) => sum + s.p.size, 0) * 8) / 10e6 / 30;
        assert.ok(utilisation > 0.9, `${utilisation}`);
      });
    }
  }

  it('holds another target as well', () => {
    const served = link({ target: '40 ms' });
    runAimd(served, 10, 50 * MS, 40);
    const delay = mean(served.sent.filter((s) => s.at > 10 * SECOND).map((s) => s.delay)) / MS;
    assert.ok(delay > 30 && delay < 50, `${delay} ms`);
  });

  it('marks ECN-capable packets up to a probability of 0.1 and drops them above (section 5.1)', () => {
    const served = link({});
    const queue = served.queue as PieQueue;
    for (const { at, p } of stream(1, 1000, 0.7 * MS, 20 * SECOND, 0, Ecn.ect0)) {
      served.run([], at);
      const marks = served.host.marks.length;
      const refused = served.refused.length;
      served.offer(p, at);
      if (served.host.marks.length > marks) assert.ok(queue.dropProb < 0.1);
      if (served.refused.length > refused) assert.ok(queue.dropProb >= 0.1);
    }
    assert.ok(served.host.marks.length > 0 && served.refused.length > 0);
  });
});
