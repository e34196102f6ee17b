import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Ecn, Protocol } from '../../../sim/core/packet';
import { RandomStream } from '../../../sim/core/random';
import { Drop } from '../../../sim/net/queue';
import { queues } from '../../../sim/net/queues';
import { type Arrival, make, MS, packet, TestHost, TestLink } from './support';

/** Settings under which each discipline drops, marks or delays within a short run. */
const STRESSED: Record<keyof typeof queues, object> = {
  'drop-tail': { limit: '20 packets' },
  red: { minTh: '3 packets', maxTh: '9 packets', wq: 0.05, limit: '20 packets' },
  codel: { target: '1 ms', interval: '5 ms', limit: '60 packets' },
  'fq-codel': { target: '1 ms', interval: '5 ms', limit: '40 packets', dropBatch: 8 },
  pie: {
    target: '2 ms',
    tUpdate: '1 ms',
    alpha: 40,
    beta: 400,
    maxBurst: '1 ms',
    markEcnThreshold: 0.8,
    limit: '60 packets',
  },
  drr: { limit: '30 packets' },
  wrr: { limit: '20 kB', flowBy: 'session' },
  'strict-priority': { limit: '10 packets' },
  shaper: { rate: '5 Mbit/s', burst: '3 kB', limit: '20 packets' },
  policer: { rate: '5 Mbit/s', burst: '3 kB', limit: '20 packets' },
  scripted: { drop: [3, 5], every: 7, limit: '20 packets' },
};

/** Bursts from five flows, of mixed sizes, protocols and ECN capability, at 20 Mbit/s on average. */
function traffic(seed: number): Arrival[] {
  const random = new RandomStream([seed, 0, 0, 0], 'traffic');
  const arrivals: Arrival[] = [];
  for (let at = 0; at < 100 * MS; at += Math.round(random.exponential(2.4 * MS))) {
    for (let n = random.integer(1, 14); n > 0; n--) {
      const flow = random.integer(0, 4);
      const p = packet(flow, random.integer(40, 1500), [Ecn.notEct, Ecn.ect0, Ecn.ect1, Ecn.notEct, Ecn.ce][flow]);
      p.protocol = flow === 2 ? Protocol.udp : Protocol.tcp;
      p.seq = arrivals.length;
      arrivals.push({ at, p });
    }
  }
  return arrivals;
}

function run(name: keyof typeof queues, seed: number) {
  const host = new TestHost();
  host.random = new RandomStream([seed, 7, 7, 7], 'queue');
  const arrivals = traffic(seed);
  const link = new TestLink(host, make(queues[name], STRESSED[name], host));
  return { host, arrivals, link };
}

for (const name of Object.keys(queues) as (keyof typeof queues)[]) {
  describe(`every discipline: ${name}`, () => {
    const property = (check: (seed: number) => void) => fc.assert(fc.property(fc.nat(), check), { numRuns: 25 });

    it('loses no packet and makes none: offered = sent + refused + dropped + held, packet by packet and in bytes', () => {
      property((seed) => {
        const { host, arrivals, link } = run(name, seed);
        const size = new Map(arrivals.map(({ p }) => [p, p.size]));
        for (const { at, p } of arrivals) {
          link.run([], at);
          link.offer(p, at);
          const gone = new Set([...link.sent, ...link.refused, ...host.dropped].map((e) => e.p));
          assert.equal(gone.size, link.sent.length + link.refused.length + host.dropped.length, 'one fate per packet');
          const held = arrivals.slice(0, p.seq + 1).filter((a) => !gone.has(a.p));
          assert.equal(link.queue.packets, held.length);
          assert.equal(
            link.queue.bytes,
            held.reduce((sum, a) => sum + size.get(a.p)!, 0),
          );
          if (p.seq > 150) break;
        }
      });
    });

    it('empties when nothing more arrives, and says so', () => {
      property((seed) => {
        const { host, arrivals, link } = run(name, seed);
        link.run(arrivals, 10_000 * MS);
        assert.equal(link.queue.packets, 0);
        assert.equal(link.queue.bytes, 0);
        assert.equal(link.queue.pop(), null);
        assert.equal(link.sent.length + link.refused.length + host.dropped.length, arrivals.length);
      });
    });

    it('keeps the order within a flow', () => {
      property((seed) => {
        const { arrivals, link } = run(name, seed);
        link.run(arrivals, 10_000 * MS);
        const last = new Map<number, number>();
        for (const { p } of link.sent) {
          assert.ok(p.seq > (last.get(p.flow) ?? -1));
          last.set(p.flow, p.seq);
        }
      });
    });

    it('sets CE on ECN-capable packets alone, and reports every one (RFC 3168 section 5)', () => {
      property((seed) => {
        const { host, arrivals, link } = run(name, seed);
        const before = new Map(arrivals.map(({ p }) => [p, p.ecn]));
        link.run(arrivals, 10_000 * MS);
        const changed = arrivals.filter(({ p }) => p.ecn !== before.get(p)).map(({ p }) => p);
        for (const p of changed) {
          assert.equal(p.ecn, Ecn.ce);
          assert.ok(before.get(p) === Ecn.ect0 || before.get(p) === Ecn.ect1);
        }
        assert.deepEqual(new Set(host.marks.map((m) => m.p)), new Set(changed));
        assert.equal(host.marks.length, changed.length);
      });
    });

    it('drops under this load, for reasons of its own', () => {
      const { host, arrivals, link } = run(name, 1);
      link.run(arrivals, 10_000 * MS);
      const reasons = new Set<number>([...link.refused, ...host.dropped].map((d) => d.reason));
      assert.ok(reasons.size > 0);
      for (const reason of reasons)
        assert.ok(reason === Drop.overflow || reason === Drop.aqm || reason === Drop.policed);
      if (['red', 'codel', 'fq-codel', 'pie'].includes(name)) {
        assert.ok(reasons.has(Drop.aqm));
        assert.ok(host.marks.length > 0);
      }
    });

    it('does the same twice', () => {
      const trajectory = () => {
        const { host, arrivals, link } = run(name, 5);
        link.run(arrivals, 10_000 * MS);
        return [...link.sent, ...link.refused, ...host.dropped, ...host.marks].map((e) => [e.p.seq, e.at]);
      };
      assert.deepEqual(trajectory(), trajectory());
    });
  });
}
