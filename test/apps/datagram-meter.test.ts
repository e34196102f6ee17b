import assert from 'node:assert/strict';
import { DatagramMeter } from '../../sim/apps/datagram-meter';

const MS = 1e6;

/** One datagram every 20 ms from 0; those in `arrivals` come after their delay, in the order given. */
function meterOf(sent: number, arrivals: readonly (readonly [seq: number, delay: number])[], warmup = 0) {
  const meter = new DatagramMeter(warmup);
  for (let seq = 0; seq < sent; seq++) meter.onSent(seq, seq * 20 * MS);
  const isNew = arrivals.map(([seq, delay]) => meter.onArrival(seq, seq * 20 * MS, seq * 20 * MS + delay * MS));
  const of = (name: string): number | undefined => meter.metrics().find(({ metric }) => metric === name)?.value;
  return { isNew, of };
}

describe('what the receiver of numbered datagrams measures', () => {
  it('loss is what is missing up to the highest number seen (RFC 3550 appendix A.3)', () => {
    // 0 to 9, of which 3 and 4 are lost; 10 to 19 are still under way
    const { of } = meterOf(
      20,
      [0, 1, 2, 5, 6, 7, 8, 9].map((seq) => [seq, 30]),
    );
    assert.equal(of('loss'), 0.2);
    assert.equal(of('datagramsSent'), 20);
  });

  it('if nothing comes, all is lost, and nothing is said of delay', () => {
    const { of } = meterOf(5, []);
    assert.equal(of('loss'), 1);
    assert.equal(of('oneWayDelayMean'), undefined);
  });

  it('jitter follows the difference of transit times with gain 1/16 (RFC 3550 section 6.4.1)', () => {
    const { of } = meterOf(3, [
      [0, 30],
      [1, 46],
      [2, 46],
    ]);
    assert.ok(Math.abs(of('jitter')! - (0 + 1e-3 + (1e-3 * 15) / 16) / 3) < 1e-12);
  });

  it('counts a copy once, and what comes after a later one as reordered (RFC 4737)', () => {
    const { isNew, of } = meterOf(4, [
      [0, 30],
      [2, 30],
      [2, 31],
      [1, 60],
      [3, 30],
    ]);
    assert.deepEqual(isNew, [true, true, false, true, true]);
    assert.equal(of('duplicates'), 1);
    assert.equal(of('reordered'), 0.25);
    assert.equal(of('loss'), 0);
  });

  it('what was sent in the warm-up does not count, though it arrives later', () => {
    const { of } = meterOf(
      10,
      [3, 4, 5, 6, 7, 8, 9].map((seq) => [seq, 30]),
      100 * MS,
    );
    assert.equal(of('datagramsSent'), 5);
    assert.equal(of('loss'), 0);
  });
});
