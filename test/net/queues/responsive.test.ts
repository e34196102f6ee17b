import assert from 'node:assert/strict';
import { Ecn } from '../../../sim/core/packet';
import { codel } from '../../../sim/net/queues/codel';
import { dropTail } from '../../../sim/net/queues/drop-tail';
import { fqCodel } from '../../../sim/net/queues/fq-codel';
import { red } from '../../../sim/net/queues/red';
import { runAimd } from './aimd';
import { make, MS, SECOND, TestHost, TestLink } from './support';

const SECONDS = 40;

function run(plugin: unknown, params: object, flows: number, host = new TestHost(), ecn: number = Ecn.notEct) {
  const link = new TestLink(host, make(plugin, params, host));
  runAimd(link, flows, 50 * MS, SECONDS, 1000, ecn);
  const late = link.sent.filter((s) => s.at > 10 * SECOND);
  const delays = late.map((s) => s.delay / MS).sort((a, b) => a - b);
  const bytes = late.reduce((sum, s) => sum + s.p.size, 0);
  return {
    host,
    link,
    median: delays[delays.length >> 1]!,
    mean: delays.reduce((a, b) => a + b) / delays.length,
    utilisation: (8 * bytes) / host.rate / (SECONDS - 10),
    lost: [...link.refused, ...host.dropped].filter((d) => d.at > 10 * SECOND).length,
  };
}

describe('queues under responsive flows (AIMD, round trip 50 ms)', () => {
  for (const [flows, rate] of [
    [1, 4e6],
    [4, 10e6],
    [16, 40e6],
  ] as const) {
    it(`CoDel keeps the median delay of ${flows} flows at ${rate / 1e6} Mbit/s below twice its target`, () => {
      const host = new TestHost();
      host.rate = rate;
      const { median, utilisation } = run(codel, {}, flows, host);
      assert.ok(median < 10, `${median} ms`);
      assert.ok(utilisation > 0.85, `${utilisation}`);
    });
  }

  it('drop-tail lets the same flows fill half a second of buffer', () => {
    const { median } = run(dropTail, { limit: '500 ms' }, 16);
    assert.ok(median > 250, `${median} ms`);
  });

  it('FQ-CoDel gives 8 flows equal shares within 3 %', () => {
    const { link } = run(fqCodel, { buckets: 0 }, 8);
    const shares = Array.from({ length: 8 }, (_, f) => link.sentBytes(f, 10 * SECOND));
    assert.ok(Math.min(...shares) / Math.max(...shares) > 0.97, shares.join(' '));
  });

  it('RED keeps the mean queue between minTh and twice maxTh, longer for more flows', () => {
    const queue = (flows: number) => {
      const { mean, utilisation } = run(red, { limit: '60 packets' }, flows);
      assert.ok(utilisation > 0.8, `${utilisation}`);
      return (mean * MS * 10e6) / 8e12;
    };
    const few = queue(4);
    const many = queue(32);
    assert.ok(few > 2.5 && few < 15, `${few} packets`);
    assert.ok(many > few && many < 30, `${many} packets`);
  });

  it('RED with ECN loses nothing of four capable flows once they have started', () => {
    const { host, lost } = run(red, { limit: '60 packets' }, 4, new TestHost(), Ecn.ect0);
    assert.ok(host.marks.length > 0);
    assert.equal(lost, 0);
  });

  it('adaptive RED holds the average half way between the thresholds for few flows and for many', () => {
    for (const flows of [6, 24]) {
      const { mean } = run(
        red,
        { adaptive: true, minTh: '10 packets', maxTh: '30 packets', limit: '200 packets' },
        flows,
      );
      const queue = (mean * MS * 10e6) / 8e12;
      assert.ok(queue > 14 && queue < 26, `${flows} flows: ${queue} packets`);
    }
  });
});
