import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { Reception } from '../../sim/rtp/reception';
import { RtcpInterval } from '../../sim/rtp/rtcp-interval';

const MS = 1e6;

function intervalOf(bandwidth: number): RtcpInterval {
  return new RtcpInterval(bandwidth, new RandomStream([1, 2, 3, 4], 'rtcp'));
}

describe('the RTCP transmission interval (RFC 3550 section 6.3.1)', () => {
  it('is 2.5 s before the first packet and 5 s after, when the bandwidth would allow more', () => {
    const interval = intervalOf(1e6);
    assert.equal(interval.calculated, 2.5e9);
    interval.initial = false;
    assert.equal(interval.calculated, 5e9);
  });

  it('given more than a quarter of senders, shares the bandwidth among all members', () => {
    const interval = intervalOf(10);
    Object.assign(interval, { initial: false, members: 2, senders: 1, averageSize: 100 });
    assert.equal(interval.calculated, (2 * 100 * 1e9) / 10);
  });

  it('given fewer, keeps a quarter of it for the senders', () => {
    const interval = intervalOf(10);
    Object.assign(interval, { initial: false, members: 100, senders: 10, averageSize: 100 });
    assert.equal(interval.calculated, (90 * 100 * 1e9) / 7.5);
    interval.isSender = true;
    assert.equal(interval.calculated, (10 * 100 * 1e9) / 2.5);
  });

  it('is drawn between 0.5 and 1.5 times that, over e - 3/2', () => {
    const interval = intervalOf(1e6);
    interval.initial = false;
    const draws = Array.from({ length: 2000 }, () => interval.draw() / 1e9);
    assert.ok(Math.min(...draws) >= 2.5 / 1.21829 && Math.min(...draws) < 2.1);
    assert.ok(Math.max(...draws) <= 7.5 / 1.21827 && Math.max(...draws) > 6.1);
  });

  it('follows the size of RTCP packets with a gain of 1/16 (section 6.3.3)', () => {
    const interval = intervalOf(1);
    interval.onPacket(288);
    assert.equal(interval.averageSize, 128 + 160 / 16);
  });
});

describe('reception statistics (RFC 3550 section 6.4.1)', () => {
  const receive = (reception: Reception, numbers: readonly number[]): void => {
    for (const seq of numbers) reception.onPacket(seq, seq * 20 * MS, seq * 20 * MS + 50 * MS);
  };

  it('report the fraction lost since the last report, in 256ths, and the sum (appendix A.3)', () => {
    const reception = new Reception();
    receive(reception, [10, 11, 13, 14, 15, 17, 18, 19]);
    assert.deepEqual([reception.report().fractionLost, reception.report().cumulativeLost], [51, 2]);
    receive(reception, [20, 21, 22, 23]);
    assert.deepEqual([reception.report().fractionLost, reception.report().cumulativeLost], [0, 2]);
  });

  it('given more than was expected (duplicates), report no loss, never a negative one', () => {
    const reception = new Reception();
    receive(reception, [1, 2, 2, 2, 3]);
    assert.deepEqual([reception.report().fractionLost, reception.report().cumulativeLost], [0, -2]);
  });

  it('jitter is the mean difference of transit times with gain 1/16 (appendix A.8)', () => {
    const reception = new Reception();
    reception.onPacket(0, 0, 50 * MS);
    reception.onPacket(1, 20 * MS, 86 * MS);
    assert.equal(reception.report().jitter, (16 * MS) / 16);
    reception.onPacket(2, 40 * MS, 106 * MS);
    assert.equal(reception.report().jitter, MS - MS / 16);
  });
});
