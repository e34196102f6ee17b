import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Mark, Scoreboard } from '../../sim/tcp/scoreboard';
import { SegmentPool } from '../../sim/tcp/segment-pool';

interface Segment {
  start: number;
  readonly end: number;
  sacked: boolean;
  lost: boolean;
  resent: boolean;
}

/** The same, as a list that is walked for every question. */
class Model {
  una = 1;
  segments: Segment[] = [];

  private sum(which: (s: Segment) => boolean): number {
    return this.segments.filter(which).reduce((bytes, s) => bytes + s.end - s.start, 0);
  }

  get counts() {
    return {
      una: this.una,
      sackedBytes: this.sum((s) => s.sacked),
      sackedSegments: this.segments.filter((s) => s.sacked).length,
      lostBytes: this.sum((s) => s.lost),
      retransmittedBytes: this.sum((s) => s.resent),
      // RFC 6675 section 4, SetPipe: sent once and neither SACKed nor lost, or sent again
      pipe: this.sum((s) => !s.sacked && !s.lost) + this.sum((s) => s.resent),
      nextLost: this.segments.findIndex((s) => s.lost && !s.resent),
      highestSacked: this.segments.map((s) => s.sacked).lastIndexOf(true),
    };
  }
}

function countsOf(board: Scoreboard) {
  const index = (segment: number): number => (segment < 0 ? -1 : segment - board.first);
  return {
    una: board.una,
    sackedBytes: board.sackedBytes,
    sackedSegments: board.sackedSegments,
    lostBytes: board.lostBytes,
    retransmittedBytes: board.retransmittedBytes,
    pipe: board.pipe(board.nxt),
    nextLost: index(board.nextLost()),
    highestSacked: index(board.highestSacked),
  };
}

const OPERATIONS = ['append', 'append', 'append', 'sack', 'lose', 'resend', 'clear', 'ack', 'trim', 'forget'] as const;

describe('Scoreboard', () => {
  it('counts as a list of segments does, after any sequence of operations', () => {
    const operation = fc.record({ op: fc.constantFrom(...OPERATIONS), at: fc.nat({ max: 1000 }) });
    fc.assert(
      fc.property(fc.array(operation, { minLength: 20, maxLength: 150 }), (operations) => {
        const board = new Scoreboard(new SegmentPool(), 1);
        const model = new Model();
        let now = 0;
        for (const { op, at } of operations) {
          now++;
          const { segments } = model;
          const i = segments.length > 0 ? at % segments.length : -1;
          const s = segments[i];
          const segment = board.first + i;
          if (op === 'append') {
            const start = segments.at(-1)?.end ?? model.una;
            segments.push({ start, end: start + 1 + (at % 1460), sacked: false, lost: false, resent: false });
            board.stamp(board.append(segments.at(-1)!.end), now, 0, 0);
          } else if (s === undefined) continue;
          else if (op === 'sack' && !s.sacked) {
            Object.assign(s, { sacked: true, lost: false, resent: false });
            board.markSacked(segment);
          } else if (op === 'lose') {
            const newly = s.sacked || (s.lost && !s.resent) ? 0 : s.end - s.start;
            assert.equal(board.markLost(segment), newly);
            if (!s.sacked) Object.assign(s, { lost: true, resent: false });
          } else if (op === 'resend') {
            const next = board.nextLost();
            if (next < 0) continue;
            board.stamp(next, now, Mark.lost | Mark.retransmitted | Mark.everRetransmitted, 0);
            board.countRetransmission(next);
            segments[next - board.first]!.resent = true;
          } else if (op === 'clear') {
            board.clearLost(segment);
            if (s.lost) Object.assign(s, { lost: false, resent: false });
          } else if (op === 'ack') {
            board.removeFirst();
            model.una = segments.shift()!.end;
          } else if (op === 'trim' && segments[0]!.end - model.una > 1) {
            model.una += 1 + (at % (segments[0]!.end - model.una - 1));
            board.trimFirst(model.una);
            segments[0]!.start = model.una;
          } else if (op === 'forget') {
            board.forgetSacks();
            for (const segment of segments) segment.sacked = false;
          }
          assert.deepEqual(countsOf(board), model.counts, op);
          model.segments.forEach(({ start, end }, k) => {
            assert.deepEqual([board.start(board.first + k), board.end(board.first + k)], [start, end]);
          });
        }
      }),
      { numRuns: 400, seed: 11 },
    );
  });

  it('finds the segment of a sequence number, and both ends outside', () => {
    const board = new Scoreboard(new SegmentPool(), 1);
    for (let end = 101; end <= 2001; end += 100) board.append(end);
    for (let i = 0; i < 5; i++) board.removeFirst();
    for (const [seq, segment] of [
      [501, 5],
      [600, 5],
      [601, 6],
      [2000, 19],
      [2001, 20],
      [9999, 20],
      [1, 5],
    ] as const) {
      assert.equal(board.find(seq), segment, `${seq}`);
    }
  });

  it('tells ends beyond 2^31', () => {
    const start = 2 ** 31 - 150;
    const board = new Scoreboard(new SegmentPool(), start);
    for (let i = 1; i <= 20; i++) board.append(start + 100 * i);
    for (let i = 0; i < 20; i++) {
      assert.equal(board.end(board.first), start + 100 * (i + 1));
      assert.equal(board.lastUnmarked(board.nxt), 19);
      assert.equal(board.lastUnmarked(board.nxt - 1), -1);
      assert.equal(board.lastUnmarked(board.nxt - 100), i === 19 ? -1 : 18);
      board.removeFirst();
    }
    assert.equal(board.una, start + 2000);
  });

  it('finds the segment that holds a sequence number, whatever is SACKed', () => {
    for (let sacked = -1; sacked < 10; sacked++) {
      const board = new Scoreboard(new SegmentPool(), 1);
      for (let i = 1; i <= 10; i++) board.stamp(board.append(1 + 100 * i), 0, 0, 0);
      if (sacked >= 0) board.markSacked(sacked);
      for (let seq = 1; seq < 1101; seq += 50) assert.equal(board.find(seq), Math.min(Math.floor((seq - 1) / 100), 10));
    }
  });

  it('lends what it has given back to others', () => {
    const pool = new SegmentPool();
    const boards = Array.from({ length: 3 }, () => new Scoreboard(pool, 1));
    const [first, second, third] = boards as [Scoreboard, Scoreboard, Scoreboard];
    const fill = (board: Scoreboard): void => {
      const { nxt } = board;
      for (let i = 1; i <= 3000; i++) board.stamp(board.append(nxt + 10 * i), i, 0, i);
    };
    fill(first);
    fill(second);
    first.removeUnmarked(first.next - 1, first.nxt);
    const free = pool.pageFor(4096);
    pool.give(free, pool.takeFrom(free));
    for (let round = 0; round < 5; round++) {
      fill(third);
      for (let i = 0; i < 3000; i++) {
        assert.equal(second.end(i), 11 + 10 * i);
        assert.equal(second.sentAt(i), i + 1);
        assert.ok(second.isOfRound(i, i + 1));
      }
      third.removeUnmarked(third.next - 1, third.nxt);
    }
    assert.equal(pool.pageFor(4096), free);
  });
});

describe('SACK blocks of successive ACKs (RFC 2018 section 4)', () => {
  const noted = (...sack: number[]): Scoreboard => {
    const board = new Scoreboard(new SegmentPool(), 1);
    for (let end = 101; end <= 1001; end += 100) board.stamp(board.append(end), 0, 0, 0);
    board.noteBlocks(sack, sack.length / 2);
    return board;
  };
  const knows = (board: Scoreboard, ...sack: number[]) => board.knowsAfterFirst(sack, sack.length / 2);

  it('given two, when the first grows, then nothing is new after it', () => {
    assert.equal(knows(noted(501, 601, 201, 301), 501, 701, 201, 301), true);
  });

  it('given two, when another comes before them, then nothing is new after it', () => {
    assert.equal(knows(noted(501, 601, 201, 301), 801, 901, 501, 601, 201, 301), true);
  });

  it('given two, when the second grows too, as after a lost ACK, then that is new', () => {
    assert.equal(knows(noted(501, 601, 201, 301), 501, 701, 201, 401), false);
    assert.equal(knows(noted(501, 601, 201, 301), 801, 901, 501, 701, 201, 301), false);
  });

  it('given none before, then only a block alone has nothing new after it', () => {
    assert.equal(knows(noted(), 501, 601), true);
    assert.equal(knows(new Scoreboard(new SegmentPool(), 1), 501, 601, 201, 301), false);
  });

  it('given a receiver that reneged (section 8), when it reports the same again, then all of it is new', () => {
    const board = noted(501, 601, 201, 301);
    board.forgetSacks();
    assert.equal(knows(board, 501, 601, 201, 301), false);
  });
});
