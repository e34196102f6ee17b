import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Receiver } from '../../sim/tcp/receiver';
import { tcpConfig } from '../support/network';

function receiver(maxBlocks = 4): Receiver {
  const r = new Receiver(tcpConfig({ receiveBuffer: 1000, quickAcks: 0 }), 100);
  r.sackOk = true;
  r.maxBlocks = maxBlocks;
  return r;
}

/** The blocks that the next ACK reports, as [left, right] pairs. */
function blocks(r: Receiver): number[][] {
  const sack = new Array<number>(8).fill(0);
  const count = r.fillSack(sack);
  return Array.from({ length: count }, (_, i) => sack.slice(2 * i, 2 * i + 2));
}

describe('Receiver', () => {
  it('reassembles as a set of bytes does, whatever comes in whatever order', () => {
    const step = fc.record({
      seq: fc.integer({ min: 1, max: 120 }),
      length: fc.integer({ min: 1, max: 25 }),
      read: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
      maxBlocks: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
        const r = receiver();
        const bytes = new Set<number>();
        let read = 1;
        for (const { seq, length, read: wanted, maxBlocks } of steps) {
          const end = seq + length;
          const before = r.nxt;
          const known = Array.from({ length }, (_, i) => bytes.has(seq + i));
          for (let i = seq; i < end; i++) bytes.add(i);
          let nxt = 1;
          while (bytes.has(nxt)) nxt++;
          r.maxBlocks = maxBlocks;
          r.take(seq, end);
          read += r.read(wanted);
          assert.equal(r.nxt, nxt);
          assert.equal(r.readSeq, read);
          assert.equal(r.readable, nxt - read);
          const beyond = [...bytes].filter((b) => b >= nxt).length;
          assert.equal(r.held, nxt - read + beyond);
          // RFC 2883 section 4: what had arrived before is reported once, ahead of the rest
          const found = blocks(r);
          const isWhole = known.every(Boolean);
          const isDuplicate = isWhole || (found.length > 0 && found[0]![1]! <= nxt);
          if (seq < before) assert.ok(isDuplicate, 'what lies below rcv.nxt is reported');
          if (isDuplicate) {
            const [left, right] = found.shift()!;
            if (isWhole) assert.deepEqual([left, right], [seq, end]);
            else for (let i = left!; i < right!; i++) assert.ok(i >= seq && i < end && known[i - seq], `${i} repeated`);
          }
          // RFC 2018 section 4: every other block is an island whole, no two alike, the latest first
          const islands = islandsOf(bytes, nxt);
          assert.equal(found.length, Math.min(islands.length, maxBlocks - (isDuplicate ? 1 : 0)));
          const names = found.map(String);
          assert.equal(new Set(names).size, names.length);
          for (const name of names) assert.ok(islands.map(String).includes(name), name);
          if (seq > before && !known.every(Boolean) && found.length > 0) {
            assert.ok(found[0]![0]! <= seq && found[0]![1]! >= end, 'the latest first');
          }
        }
      }),
      { numRuns: 1000, seed: 5 },
    );
  });

  it('accepts what is in its window (RFC 9293 section 3.10.7.4, the table of the first step)', () => {
    const r = receiver();
    r.take(1, 101);
    // the window is [101, 1001)
    for (const [seq, length, accepted] of [
      [101, 0, true],
      [100, 0, false],
      [1000, 0, true],
      [1001, 0, false],
      [1, 100, false],
      [1, 101, true],
      [1000, 50, true],
      [1001, 50, false],
    ] as const) {
      assert.equal(r.accepts(seq, length), accepted, `${seq} ${length}`);
    }
    r.take(101, 1001);
    assert.deepEqual([r.accepts(1001, 0), r.accepts(1001, 1), r.accepts(901, 200)], [true, false, false]);
  });

  it('counts what came out of order and what came twice', () => {
    const r = receiver();
    r.take(101, 201);
    r.take(1, 101);
    r.take(1, 101);
    r.take(301, 401);
    assert.deepEqual([r.outOfOrderSegments, r.duplicateSegments, r.nxt], [2, 1, 201]);
  });

  it('keeps a FIN that comes early, SACKs it, and passes it when the data before it is there', () => {
    const r = receiver();
    r.take(101, 201);
    r.takeFin(201);
    assert.deepEqual(blocks(r), [[101, 202]]);
    r.takeFin(201);
    assert.deepEqual(blocks(r), [[101, 202]], 'no duplicate data, no D-SACK');
    assert.deepEqual([r.nxt, r.readable], [1, 0]);
    r.take(1, 101);
    assert.deepEqual([r.nxt, r.readable, r.received], [202, 200, 200]);
    r.read(Infinity);
    assert.equal(r.held, 0);
  });
});

/** Maximal runs of bytes from `nxt` on. */
function islandsOf(bytes: ReadonlySet<number>, nxt: number): number[][] {
  const sorted = [...bytes].filter((b) => b >= nxt).sort((a, b) => a - b);
  const islands: number[][] = [];
  for (const b of sorted) {
    const last = islands.at(-1);
    if (last?.[1] === b) last[1] = b + 1;
    else islands.push([b, b + 1]);
  }
  return islands;
}
