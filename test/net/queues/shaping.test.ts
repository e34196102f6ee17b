import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Drop } from '../../../sim/net/queue';
import { policer } from '../../../sim/net/queues/policer';
import { shaper } from '../../../sim/net/queues/shaper';
import { type Arrival, make, MS, packet, SECOND, stream, TestHost, TestLink } from './support';

function link(plugin: unknown, params: object): TestLink {
  const host = new TestHost();
  return new TestLink(host, make(plugin, params, host));
}

/** Throws when more than b + r t bytes left in any interval of length t (RFC 2215 section 3.6). */
function assertConforms(sent: readonly { p: { size: number }; at: number }[], rate: number, burst: number): void {
  // Bytes up to each departure, less r times its time; no later value may exceed an earlier one by more than b.
  let bytes = 0;
  let lowest = Infinity;
  for (const { p, at } of sent) {
    lowest = Math.min(lowest, bytes - (rate / 8e9) * at);
    bytes += p.size;
    assert.ok(bytes - (rate / 8e9) * at - lowest <= burst + 1e-6);
  }
}

const bursts = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 40, max: 1500 })), {
  minLength: 50,
});

function arrivals(steps: readonly (readonly [number, number])[]): Arrival[] {
  let at = 0;
  return steps.map(([gap, size]) => ({ at: (at += gap < 20 ? 0 : gap * MS), p: packet(1, size) }));
}

describe('token bucket shaper', () => {
  it('never sends more than b + r t bytes in a time t (RFC 2215 section 3.6)', () => {
    fc.assert(
      fc.property(bursts, (steps) => {
        const served = link(shaper, { rate: '3 Mbit/s', burst: '3000 B', limit: '1000 packets' });
        served.run(arrivals(steps), 60 * SECOND);
        assert.equal(served.sent.length, steps.length);
        assertConforms(served.sent, 3e6, 3000);
      }),
    );
  });

  it('sends the burst at link rate, then exactly at its rate', () => {
    const served = link(shaper, { rate: '1 Mbit/s', burst: '5 kB', limit: '1000 packets' });
    served.run(stream(1, 500, 1000, 200_000), 10 * SECOND);
    // The 10 packets of the bucket, and tokens that came while they were sent, leave every 0.4 ms; then one each 4 ms.
    assert.deepEqual(
      served.sent.slice(0, 4).map((s) => s.at),
      [0, 0.4 * MS, 0.8 * MS, 1.2 * MS],
    );
    served.sent.slice(12).forEach(({ at }, i) => assert.ok(Math.abs(at - (12 + i + 1 - 10) * 4 * MS) <= 1));
  });

  it('refuses a packet larger than the bucket, which could never leave', () => {
    const served = link(shaper, { burst: '1000 B' }).run([{ at: 0, p: packet(1, 1001) }], SECOND);
    assert.equal(served.refused[0]!.reason, Drop.policed);
  });

  it('measures a limit in time at its own rate: 96 ms of 1 Mbit/s are 8 packets of 1500 bytes', () => {
    const served = link(shaper, { rate: '1 Mbit/s', burst: '1500 B', limit: '96 ms' });
    served.run(stream(1, 1500, 1, 20), 20);
    assert.equal(served.sent.length, 1);
    assert.equal(served.queue.packets, 8);
  });
});

describe('token bucket policer', () => {
  it('never admits more than b + r t bytes in a time t', () => {
    fc.assert(
      fc.property(bursts, (steps) => {
        const host = new TestHost();
        const queue = make(policer, { rate: '3 Mbit/s', burst: '3000 B', limit: '1000 packets' }, host);
        const admitted = arrivals(steps).filter(({ at, p }) => {
          host.now = at;
          return queue.push(p) === Drop.none;
        });
        assertConforms(admitted, 3e6, 3000);
      }),
    );
  });

  it('passes 1/2 of a constant rate of twice its own, after the burst', () => {
    const served = link(policer, { rate: '1 Mbit/s', burst: '10 kB' });
    served.run(stream(1, 500, 2 * MS, 20 * SECOND), 20 * SECOND);
    // 10 kB drain at 1 Mbit/s net in 80 ms; from then on every second packet
    const late = served.sent.filter((s) => s.at > SECOND).length;
    assert.ok(Math.abs(late - (19 * SECOND) / (4 * MS)) <= 1);
    assert.ok(served.refused.every((r) => r.reason === Drop.policed));
    assert.equal(served.refused.filter((r) => r.at < 76 * MS).length, 0);
  });
});
