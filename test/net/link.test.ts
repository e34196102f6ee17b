import assert from 'node:assert/strict';
import { bind } from '../../sim/core/plugin';
import { RandomStream } from '../../sim/core/random';
import { impairmentsOf } from '../../sim/net/impairments/list';
import type { LinkOptions } from '../../sim/net/link';
import { Drop } from '../../sim/net/queue';
import { queues } from '../../sim/net/queues';
import { Capture, dropTail, losing, MS, pair, row, SECOND, Sink, Source } from '../support/network';

/** Sends packets of `sizes` at `times`, and stops the clock at each of `stops` to look. */
function drive(options: LinkOptions, load: Load, hops: number) {
  const names = Array.from({ length: hops + 1 }, (_, i) => `n${i}`);
  const simulation = row(names, options, load.seed);
  const [first, last] = [simulation.nodes[0]!, simulation.nodes[hops]!];
  const deliveries: string[] = [];
  Sink.on(last, (p) => deliveries.push(`${p.seq} ${p.size} ${p.ecn} @${simulation.events.now}`));
  let i = 0;
  let j = 0;
  new Source(
    first,
    last,
    () => load.times[i++] ?? Infinity,
    () => load.sizes[j++]!,
  );
  const links = simulation.links.filter((_, k) => k % 2 === 0);
  const captures = links.map((link) => Capture.on(link));
  const looks: unknown[] = [];
  for (const at of load.stops) {
    simulation.run(at);
    for (const link of links) {
      looks.push([link.queuedPackets, link.queuedBytes, link.heldPackets, link.transmittedPackets]);
      looks.push([link.transmittedBytes, link.acceptedBytes, ...link.drops]);
      assert.equal(link.sentPackets, link.deliveredPackets + link.droppedPackets + link.heldPackets);
    }
    assert.equal(
      simulation.pool.live,
      links.reduce((sum, link) => sum + link.heldPackets, 0),
    );
  }
  simulation.run(Infinity);
  assert.equal(simulation.pool.live, 0);
  return {
    deliveries,
    drops: captures.map((c) => c.dropped.map((d) => `${d.seq} ${d.reason} @${d.at}`)),
    looks,
    fingerprint: hops === 1 ? simulation.fingerprint.toString() : '',
    events: simulation.events.fired,
  };
}

interface Load {
  readonly seed: readonly [number, number, number, number];
  readonly sizes: readonly number[];
  readonly times: readonly number[];
  readonly stops: readonly number[];
}

/** Arrivals on a grid as coarse as the transmission of the smallest packet, so that most instants are shared. */
function randomLoad(random: RandomStream, seed: number, rate: number): Load {
  const count = random.integer(1, 60);
  const unit = random.integer(1, 4) * 50;
  const grid = Math.round((unit * 8e9) / rate) || 1;
  const burst = random.uniform();
  const sizes = Array.from({ length: count }, () => unit * random.integer(1, random.chance(0.5) ? 1 : 6));
  let at = 0;
  const times = sizes.map(() => (at += random.chance(burst) ? 0 : grid * random.integer(1, 6)));
  const stops = Array.from({ length: 8 }, () => grid * random.integer(0, Math.ceil((2 * at) / grid))).sort(
    (a, b) => a - b,
  );
  return { seed: [seed, 7, 7, 7], sizes, times, stops };
}

describe('Link: one event per hop', () => {
  it('is the link with a transmitter event: same deliveries, drops, counters and fingerprint', () => {
    let dropped = 0;
    let saved = 0;
    for (let seed = 0; seed < 600; seed++) {
      const random = new RandomStream([seed, 1, 2, 3], 'load');
      const rate = [1e6, 3e6, 10e6, 8e9, 25e9][random.integer(0, 4)]!;
      const load = randomLoad(random, seed, rate);
      const delay = [0, 1, 1000, 1 * MS][random.integer(0, 3)]!;
      const packets = random.chance(0.7) ? random.integer(0, 8) : Infinity;
      const bytes = random.chance(0.4) ? random.integer(0, 2000) : Infinity;
      const isRed = random.chance(0.2);
      const red = bind(queues.red as never, { minTh: '2 packets', maxTh: '5 packets', limit: '8 packets' });
      const loss = random.chance(0.3) ? 0.2 : 0;
      const options: LinkOptions = {
        rate,
        delay,
        queue: isRed ? (red as LinkOptions['queue']) : dropTail(packets, bytes),
        impairments: impairmentsOf(loss, []),
      };
      const hops = random.integer(1, 3);
      const one = drive({ ...options, express: true }, load, hops);
      const two = drive({ ...options, express: false }, load, hops);
      const { events: fewer, ...found } = one;
      const { events: more, ...expected } = two;
      assert.deepEqual(found, expected, `seed ${seed}`);
      dropped += one.drops.flat().length;
      saved += more - fewer;
    }
    // the comparison is of links that lose packets and do save events
    assert.ok(dropped > 2000, `${dropped} drops`);
    assert.ok(saved > 10_000, `${saved} events saved`);
  });
});

for (const express of [true, false]) {
  describe(`Link, ${express ? 'one event' : 'two events'} per hop`, () => {
    /** Departure times of packets that all arrive at time 0. */
    function departures(rate: number, size: number, count: number): number[] {
      const { simulation, a, b } = pair({ rate, delay: 0, queue: dropTail(), express });
      const at: number[] = [];
      Sink.on(b, () => at.push(simulation.events.now));
      let i = 0;
      new Source(
        a,
        b,
        () => (i++ < count ? 0 : Infinity),
        () => size,
      );
      simulation.run(Infinity);
      return at;
    }

    it('carries the fraction of a nanosecond from packet to packet: no drift', () => {
      for (const [rate, size] of [
        [25e9, 64],
        [3e6, 1000],
        [100e9, 1500],
        [7e6, 41],
      ] as const) {
        departures(rate, size, 5000).forEach((at, i) => {
          const exact = ((i + 1) * size * 8e9) / rate;
          assert.ok(Math.abs(at - exact) <= 1, `${size} B at ${rate} bit/s, packet ${i}: ${at}, exactly ${exact}`);
        });
      }
    });

    it('delivers after serialisation and propagation', () => {
      const { simulation, a, b } = pair({ rate: 10e6, delay: 7 * MS, express });
      let at = 0;
      Sink.on(b, () => (at = simulation.events.now));
      new Source(
        a,
        b,
        () => (at === 0 && simulation.events.now === 0 ? 1 * MS : Infinity),
        () => 1250,
      );
      simulation.run(SECOND);
      assert.equal(at, 9 * MS);
    });

    it('counts against its limit what waits, not what is being sent', () => {
      const { simulation, a, b, there } = pair({ rate: 10e6, queue: dropTail(3), express });
      const sink = Sink.on(b);
      let i = 0;
      new Source(
        a,
        b,
        () => (i++ < 6 ? 0 : Infinity),
        () => 1250,
      );
      simulation.run(0);
      assert.equal(there.queuedPackets, 3);
      assert.equal(there.queuedBytes, 3750);
      assert.equal(there.drops[Drop.overflow], 2);
      simulation.run(SECOND);
      assert.equal(sink.received, 4);
    });

    it('counts bytes likewise', () => {
      const { simulation, a, b, there } = pair({ rate: 10e6, queue: dropTail(Infinity, 2500), express });
      const sizes = [1500, 1500, 1000, 1, 500];
      const capture = Capture.on(there);
      Sink.on(b);
      let i = 0;
      let j = 0;
      new Source(
        a,
        b,
        () => (i++ < 5 ? 0 : Infinity),
        () => sizes[j++]!,
      );
      simulation.run(SECOND);
      assert.deepEqual(
        capture.dropped.map((d) => d.size),
        [1, 500],
      );
    });

    it('lets a packet leave before one that arrives at the same instant is judged', () => {
      const { simulation, a, b, there } = pair({ rate: 10e6, queue: dropTail(1), express });
      Sink.on(b);
      // one in service and one waiting; the third arrives exactly when the first has left
      const times = [0, 0, 1 * MS];
      let i = 0;
      new Source(
        a,
        b,
        () => times[i++] ?? Infinity,
        () => 1250,
      );
      simulation.run(SECOND);
      assert.equal(there.droppedPackets, 0);
      assert.equal(there.deliveredPackets, 3);
    });

    it('asks the loss model once per packet, in order, after serialisation', () => {
      const { simulation, a, b, there } = pair({
        rate: 10e6,
        delay: 5 * MS,
        express,
        impairments: losing((_, n) => n % 3 === 0),
      });
      const seen: number[] = [];
      Sink.on(b, (p) => seen.push(p.seq));
      let i = 0;
      new Source(
        a,
        b,
        () => (i++ < 9 ? 0 : Infinity),
        () => 1250,
      );
      simulation.run(SECOND);
      assert.deepEqual(seen, [0, 1, 3, 4, 6, 7]);
      assert.equal(there.drops[Drop.loss], 3);
      assert.equal(there.transmittedPackets, 9);
      assert.equal(there.transmittedBytes, 9 * 1250);
    });
  });
}
