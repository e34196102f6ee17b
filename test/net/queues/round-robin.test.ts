import assert from 'node:assert/strict';
import fc from 'fast-check';
import { drr } from '../../../sim/net/queues/drr';
import { wrr } from '../../../sim/net/queues/wrr';
import { type Arrival, make, merge, MS, packet, stream, TestHost, TestLink } from './support';

const UNTIL = 2000 * MS;
const CAPACITY = (10e6 / 8) * (UNTIL / 1e9);

function link(plugin: unknown, params: object): TestLink {
  const host = new TestHost();
  return new TestLink(host, make(plugin, params, host));
}

function flow(number: number, size: number, share: number) {
  return stream(number, size, (size * 8e9) / (10e6 * share), UNTIL, number);
}

describe('deficit round robin, Shreedhar and Varghese 1995', () => {
  it('keeps backlogged flows within 2 Max + quantum at any moment (the fairness measure), whatever their packet sizes', () => {
    const sizes = fc.array(fc.integer({ min: 40, max: 1500 }), { minLength: 200, maxLength: 200 });
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 1500, max: 4000 }), (a, b, quantum) => {
        const backlog: Arrival[] = [];
        a.forEach((size) => backlog.push({ at: 0, p: packet(1, size) }));
        b.forEach((size) => backlog.push({ at: 0, p: packet(2, size) }));
        const { sent } = link(drr, { quantum, limit: '1000 packets' }).run(backlog, UNTIL);
        const total = [0, a.reduce((x, y) => x + y), b.reduce((x, y) => x + y)];
        const bytes = [0, 0, 0];
        for (const { p } of sent) {
          bytes[p.flow]! += p.size;
          if (bytes[1] === total[1] || bytes[2] === total[2]) break;
          assert.ok(Math.abs(bytes[1]! - bytes[2]!) <= 2 * 1500 + quantum);
        }
      }),
    );
  });

  it('is within one quantum after whole rounds: a flow is never more than Max behind m quanta', () => {
    const backlog = [700, 1500, 260].flatMap((size, f) =>
      Array.from({ length: 400 }, () => ({ at: 0, p: packet(f, size) })),
    );
    const full = link(drr, { quantum: 1500, limit: '2000 packets' });
    for (const { p } of backlog) full.queue.push(p);
    const { sent } = full.run([], 300 * MS);
    let round = 0;
    const bytes = [0, 0, 0];
    sent.forEach(({ p }, i) => {
      bytes[p.flow]! += p.size;
      const roundEnds = p.flow === 2 && sent[i + 1]?.p.flow === 0;
      if (!roundEnds || round === 60) return;
      round++;
      for (const [f, max] of [700, 1500, 260].entries()) {
        assert.ok(
          bytes[f]! <= round * 1500 && bytes[f]! > round * 1500 - max,
          `round ${round}, flow ${f}: ${bytes[f]}`,
        );
      }
    });
    assert.equal(round, 60);
  });

  it('shares max-min: demands of 0.1, 0.3, 2 and 2 of the link get 0.1, 0.3, 0.3 and 0.3', () => {
    const load = merge(flow(1, 1000, 0.1), flow(2, 400, 0.3), flow(3, 1500, 2), flow(4, 200, 2));
    const served = link(drr, { quantum: 500 }).run(load, UNTIL);
    [0.1, 0.3, 0.3, 0.3].forEach((share, i) => {
      assert.ok(Math.abs(served.sentBytes(i + 1) / CAPACITY - share) < 0.01, `flow ${i + 1}`);
    });
  });

  it('takes the room in a full buffer from the longest flow', () => {
    const { host, refused } = link(drr, { limit: '20 packets' }).run(merge(flow(1, 500, 3), flow(2, 500, 0.2)), UNTIL);
    assert.ok(host.dropped.length + refused.length > 0);
    assert.ok([...host.dropped, ...refused].every((d) => d.p.flow === 1));
  });

  it('shares by weight between classes', () => {
    const classes = [{ sessions: [1], weight: 3 }, { weight: 1 }];
    const served = link(drr, { classes }).run(merge(flow(1, 300, 2), flow(2, 1500, 2)), UNTIL);
    assert.ok(Math.abs(served.sentBytes(1) / served.sentBytes(2) - 3) < 0.03);
  });
});

describe('weighted round robin', () => {
  it('sends packets in proportion to the weights, bytes in proportion to weight times size', () => {
    const classes = [{ sessions: [1], weight: 2 }, { sessions: [2], weight: 1.5 }, {}];
    const load = merge(flow(1, 200, 2), flow(2, 1000, 2), flow(3, 1500, 2));
    const { sent } = link(wrr, { classes }).run(load, UNTIL);
    const count = (f: number) => sent.filter((s) => s.p.flow === f).length;
    assert.ok(Math.abs(count(1) / count(3) - 2) < 0.01);
    assert.ok(Math.abs(count(2) / count(3) - 1.5) < 0.01);
  });

  it('serves flows of equal packets equally without any classes', () => {
    const served = link(wrr, {}).run(merge(flow(1, 500, 4), flow(2, 500, 0.5), flow(3, 500, 1)), UNTIL);
    for (const f of [1, 2, 3]) assert.ok(Math.abs(served.sentBytes(f) / CAPACITY - 1 / 3) < 0.01);
  });
});
