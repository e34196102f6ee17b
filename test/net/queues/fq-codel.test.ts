import assert from 'node:assert/strict';
import { fqCodel } from '../../../sim/net/queues/fq-codel';
import { make, merge, MS, packet, stream, TestHost, TestLink } from './support';

const UNTIL = 2000 * MS;

function link(params: object = {}): TestLink {
  const host = new TestHost();
  return new TestLink(host, make(fqCodel, { buckets: 0, ...params }, host));
}

/** A flow that offers `share` of 10 Mbit/s. */
function flow(number: number, size: number, share: number, from = 0) {
  return stream(number, size, (size * 8e9) / (10e6 * share), UNTIL, from + number);
}

describe('FQ-CoDel, RFC 8290', () => {
  it('gives equal bytes to unequal packet sizes (section 4.2: deficits in bytes)', () => {
    const { sent } = link().run(merge(flow(1, 1500, 2), flow(2, 300, 2), flow(3, 60, 2)), UNTIL);
    const total = sent.reduce((sum, s) => sum + s.p.size, 0);
    for (const f of [1, 2, 3]) {
      const share = sent.reduce((sum, s) => (s.p.flow === f ? sum + s.p.size : sum), 0) / total;
      assert.ok(Math.abs(share - 1 / 3) < 0.01 / 3, `flow ${f}: ${share}`);
    }
  });

  it('holds an unresponsive flow to its share and leaves the rest to the others', () => {
    const served = link().run(merge(flow(1, 1000, 10), flow(2, 1000, 0.2), flow(3, 1000, 0.3)), UNTIL);
    const capacity = (10e6 / 8) * (UNTIL / 1e9);
    for (const [f, share] of [
      [1, 0.5],
      [2, 0.2],
      [3, 0.3],
    ] as const) {
      assert.ok(Math.abs(served.sentBytes(f) / capacity - share) < 0.01);
    }
  });

  it('sends a sparse flow at once: at most one packet of the others before it (section 4.2: new flows first)', () => {
    const bulk = [1, 2, 3, 4].map((f) => flow(f, 1500, 1));
    const voice = stream(9, 200, 20 * MS, UNTIL);
    const { sent } = link().run(merge(...bulk, voice), UNTIL);
    const onePacket = (1500 * 8e9) / 10e6;
    const delays = sent.filter((s) => s.p.flow === 9).map((s) => s.delay);
    assert.ok(delays.length >= 99);
    assert.ok(Math.max(...delays) <= onePacket);
  });

  it('lets no flow stay new by emptying and coming back: it would starve the old ones (section 4.2)', () => {
    // Flow 1 always has packets. Three others send one, find their queue visited empty, and send the next.
    const { queue } = link({ quantum: 1500 });
    for (const { p } of stream(1, 300, 1, 900)) queue.push(p);
    let returning = [2, 3, 4].map((f) => packet(f, 300));
    let served = 0;
    for (let n = 0; n < 2000; n++) {
      const p = queue.pop()!;
      for (const q of returning) queue.push(q);
      returning = p.flow === 1 ? [] : [p];
      if (p.flow === 1) served++;
    }
    assert.ok(served >= 500, `the steady flow got ${served} of 2000`);
  });

  it('drops from the longest flow when the shared buffer is full, a batch at a time (section 4.1)', () => {
    const served = link({ limit: '100 packets', dropBatch: 64, target: '1 h', interval: '1 h' });
    served.run(merge(flow(1, 1500, 20), flow(2, 1500, 0.3)), 500 * MS);
    assert.ok(served.host.dropped.length > 0);
    assert.ok(served.host.dropped.every((d) => d.p.flow === 1));
    const first = served.host.dropped.filter((d) => d.at === served.host.dropped[0]!.at).length;
    assert.ok(first >= 45 && first <= 50, 'half of the flow at once');
    assert.equal(served.refused.length, 0);
  });

  it('runs CoDel on each flow by itself: only the flow with a standing queue loses packets', () => {
    const { host } = link().run(merge(flow(1, 500, 1.5), flow(2, 500, 0.1)), UNTIL);
    assert.ok(host.dropped.length > 0);
    assert.ok(host.dropped.every((d) => d.p.flow === 1));
  });

  it('mixes flows that share a bucket, and only those', () => {
    const served = link({ buckets: 1 }).run(merge(flow(1, 1000, 3), flow(2, 1000, 1)), UNTIL);
    const ratio = served.sentBytes(1) / served.sentBytes(2);
    assert.ok(ratio > 2.5, 'in one bucket there is no fairness');
  });
});
