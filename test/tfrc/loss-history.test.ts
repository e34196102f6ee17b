import assert from 'node:assert/strict';
import { LossHistory } from '../../sim/tfrc/loss-history';
import { LossIntervals } from '../../sim/tfrc/loss-intervals';
import { RateWindow } from '../../sim/tfrc/rate-window';

const MS = 1e6;
const RTT = 50 * MS;

/** Packets 0, 1, 2 ... one per millisecond, without the lost ones. Returns the numbers at which events showed. */
function receive(history: LossHistory, to: number, lost: readonly number[], from = 0): number[] {
  const shown: number[] = [];
  for (let seq = from; seq < to; seq++) {
    if (!lost.includes(seq) && history.onArrival(seq, seq * MS, RTT, false)) shown.push(seq);
  }
  return shown;
}

describe('TFRC: detection of loss events (RFC 5348 section 5)', () => {
  it('takes a packet for lost when three later ones have come (section 5.1)', () => {
    assert.deepEqual(receive(new LossHistory(true, () => 100), 50, [10]), [13]);
  });

  it('given a packet that comes late by two, sees no loss', () => {
    const history = new LossHistory(true, () => 100);
    for (const seq of [0, 1, 3, 4, 2, 5, 6, 7, 8]) assert.equal(history.onArrival(seq, seq * MS, RTT, false), false);
    assert.equal(history.rate, 0);
  });

  it('counts losses within a round trip of the first as one event, later ones as another (section 5.2)', () => {
    assert.deepEqual(receive(new LossHistory(true, () => 100), 200, [10, 20, 59]), [13]);
    assert.deepEqual(receive(new LossHistory(true, () => 100), 200, [10, 20, 62]), [13, 65]);
  });

  it('counts a mark as a loss event at its arrival', () => {
    const history = new LossHistory(true, () => 100);
    assert.equal(history.onArrival(0, 0, RTT, false), false);
    assert.equal(history.onArrival(1, MS, RTT, true), true);
    assert.equal(history.onArrival(2, 2 * MS, RTT, true), false);
  });

  it('measures an interval from the first loss of one event to the first of the next (section 5.3)', () => {
    const history = new LossHistory(false, () => 100);
    receive(history, 161, [10, 110]);
    // closed intervals 100 (between the events) and 100 (assumed before the first)
    assert.equal(history.rate, 1 / 100);
  });
});

describe('TFRC: the average loss interval (RFC 5348 section 5.4)', () => {
  const of = (lengths: readonly number[], discounting = false): LossIntervals => {
    const intervals = new LossIntervals(discounting);
    for (const length of lengths) intervals.close(length, length);
    return intervals;
  };

  it('of eight equal intervals is that length, whatever the open one has', () => {
    const intervals = of([100, 100, 100, 100, 100, 100, 100, 100]);
    assert.ok(Math.abs(intervals.rate(1) - 1 / 100) < 1e-15);
    assert.ok(intervals.rate(500) < 1 / 100);
  });

  it('weighs the latest four 1, the others 0.8, 0.6, 0.4, 0.2', () => {
    // latest first: 10, 20 ... 80
    const intervals = of([80, 70, 60, 50, 40, 30, 20, 10]);
    const mean = (10 + 20 + 30 + 40 + 0.8 * 50 + 0.6 * 60 + 0.4 * 70 + 0.2 * 80) / 6;
    assert.ok(Math.abs(1 / intervals.rate(1) - mean) < 1e-9);
  });

  it('uses as many intervals as there are, and keeps no more than eight', () => {
    assert.ok(Math.abs(1 / of([30]).rate(1) - 30) < 1e-12);
    const forgotten = of([1e6, 10, 10, 10, 10, 10, 10, 10, 10]);
    assert.ok(Math.abs(1 / forgotten.rate(1) - 10) < 1e-9);
  });

  it('lets the open interval count only when it raises the mean', () => {
    const intervals = of([100, 100]);
    assert.equal(1 / intervals.rate(50), 100);
    assert.equal(1 / intervals.rate(400), 200);
  });

  it('discounts history when the open interval is over twice the mean (section 5.5): DF = 2 I_mean / I_0 >= 0.25', () => {
    const intervals = of([100, 100, 100, 100, 100, 100, 100, 100], true);
    const old = 3 + 0.8 + 0.6 + 0.4 + 0.2;
    for (const [open, df] of [
      [200, 1],
      [400, 0.5],
      [800, 0.25],
      [8000, 0.25],
    ] as const) {
      const expected = (open + 100 * old * df) / (1 + old * df);
      assert.ok(Math.abs(1 / intervals.rate(open) / expected - 1) < 1e-12, `${open}`);
    }
  });

  it('keeps the discount of closed intervals after the next event', () => {
    const discounted = of([100, 100], true);
    discounted.close(800, 800);
    // 800 with weight 1, the older ones with 0.25 each
    assert.ok(Math.abs(1 / discounted.rate(1) - (800 + 50) / 1.5) < 1e-9);
  });
});

describe('TFRC: the receive rate (RFC 5348 section 6.2)', () => {
  it('is what came within the last round trip, however long ago the last report was', () => {
    const window = new RateWindow();
    for (let i = 1; i <= 300; i++) window.add(i * MS, 1000);
    assert.equal(window.rate(300 * MS, 50 * MS), 1e6);
    assert.equal(window.rate(325 * MS, 50 * MS), 5e5);
    assert.equal(window.rate(900 * MS, 50 * MS), 0);
  });
});
