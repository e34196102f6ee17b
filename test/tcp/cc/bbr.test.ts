import assert from 'node:assert/strict';
import { WindowedMax } from '../../../sim/tcp/cc/windowed-max';
import { ackOf, lossOf } from '../../support/ack';
import { lossPatterns, makeCc, makeFlow, solo, type SoloPoint } from '../../support/solo';

const PATH = { rate: 10e6, rtt: 40, buffer: 200, duration: 40 };
const BDP = 50;

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected} +- ${tolerance}`);
}

function mean(points: SoloPoint[], of: (point: SoloPoint) => number): number {
  return points.reduce((sum, p) => sum + of(p), 0) / points.length;
}

/** Beginnings of the stretches in which the window is at most `segments`, s. */
function dips(points: SoloPoint[], segments: number): number[] {
  const low = (p: SoloPoint | undefined) => p !== undefined && p.cwnd <= segments;
  return points.filter((p, i) => low(p) && !low(points[i - 1])).map((p) => p.time);
}

function gainsIn(points: SoloPoint[]): Set<number> {
  return new Set(points.map((p) => Number(p.readout['pacingGain']!.toFixed(3))));
}

describe('WindowedMax', () => {
  it('is the largest value of the last ticks', () => {
    const max = new WindowedMax(3);
    max.update(5, 0);
    max.update(9, 1);
    max.update(7, 2);
    assert.equal(max.value, 9);
    max.update(1, 3);
    assert.equal(max.value, 9);
    max.update(1, 4);
    assert.equal(max.value, 7);
    assert.equal(max.recent(1), 1);
    max.update(2, 100);
    assert.equal(max.value, 2);
  });
});

describe('BBRv1 (draft-cardwell-iccrg-bbr-congestion-control-00)', () => {
  const run = solo('bbr1', PATH);

  it('paces the initial window at high gain over the first RTT (section 4.2.1)', () => {
    const flow = makeFlow();
    const cc = makeCc('bbr1', {}, flow);
    near(cc.pacingRate, (2.885 * 10 * 1000 * 8) / 0.001, 1);
    cc.onAck(ackOf({ rtt: 40e6, srtt: 40e6, deliveryRate: 1000, cwndLimited: true, ackedBytes: 0 }));
    near(cc.pacingRate, (2.885 * 10 * 1000 * 8) / 0.04, 1);
  });

  it('measures the bottleneck bandwidth and the base RTT', () => {
    const { readout } = run.points.at(-1)!;
    near(readout['btlBw']!, 10e6, 0.05e6);
    near(readout['rtProp']! / 1e6, 40.8, 1);
  });

  it('fills the pipe in log2(BDP) rounds or so, and then drains what it queued (sections 4.3.2 and 4.3.3)', () => {
    assert.ok(run.goodput(0.5, 1) > 9.5e6);
    assert.ok(Math.max(...run.between(0, 1).map((p) => p.queue)) > BDP / 2);
    assert.ok(gainsIn(run.between(0, 1)).has(0.347), 'drain gain is 1 / high gain');
    assert.ok(mean(run.between(2, 9), (p) => p.queue) < BDP / 2);
  });

  it('cycles through the gains 1.25, 0.75 and six times 1 (section 4.3.4)', () => {
    assert.deepEqual(gainsIn(run.between(2, 9)), new Set([1.25, 0.75, 1]));
    const cruising = run.between(2, 9).filter((p) => p.readout['pacingGain'] === 1).length / run.between(2, 9).length;
    near(cruising, 0.75, 0.1);
  });

  it('begins the cycle at a random phase, never the draining one', () => {
    const first = new Set<number>();
    for (let seed = 0; seed < 40; seed++) {
      const quick = solo('bbr1', { ...PATH, duration: 2, seed });
      const drained = quick.points.findIndex((p) => p.readout['pacingGain']! < 0.5);
      const probing = quick.points.slice(drained).find((p) => p.readout['pacingGain']! > 0.5)!;
      first.add(probing.readout['pacingGain']!);
    }
    assert.deepEqual(first, new Set([1, 1.25]));
  });

  it('ends a probe when the two segments that leave next would reach its target (Linux), or when it is reached (section 4.3.4.3)', () => {
    /** Bytes in flight that end the probing phase: BDP of 100 segments, target 1.25 BDP and the 9 segments of the quanta. */
    const ending = (flightAtDeparture: boolean): number => {
      const flow = makeFlow();
      const cc = makeCc('bbr1', { flightAtDeparture }, flow);
      let delivered = 0;
      const ack = (priorInFlight: number): number => {
        flow.now += 101e6;
        const priorDelivered = delivered;
        delivered += 100_000;
        cc.onAck(ackOf({ deliveryRate: 8e6, delivered, priorDelivered, priorInFlight, inFlight: 0 }));
        return cc.readout()['pacingGain']!;
      };
      let steps = 0;
      while (ack(100_000) !== 1.25 && steps < 30) steps++;
      let inFlight = 120_000;
      while (ack(inFlight) === 1.25) inFlight += 1000;
      return inFlight;
    };
    assert.equal(ending(false), 134_000);
    assert.equal(ending(true), 132_000);
  });

  it('allows two BDPs in flight (section 4.2.3)', () => {
    const windows = run.between(2, 9).map((p) => p.cwnd);
    assert.ok(Math.min(...windows) >= 2 * BDP && Math.max(...windows) <= 2 * BDP * 1.25, `${windows}`);
  });

  it('holds four segments for 200 ms when the RTT was not lower for 10 s (section 4.3.5)', () => {
    const starts = dips(run.points.slice(30), 4);
    assert.equal(starts.length, 3);
    near(starts[1]! - starts[0]!, 10.3, 0.4);
    const first = run.between(starts[0]!, starts[0]! + 1).filter((p) => p.cwnd <= 4);
    near(first.length * 0.04, 0.26, 0.1);
  });

  it('does not slow down for random loss of 1 %', () => {
    const lossy = solo('bbr1', { ...PATH, loss: lossPatterns.random(0.01) });
    assert.ok(lossy.goodput(5) > 0.9 * 10e6, `${lossy.goodput(5)}`);
  });

  it('forgets a bandwidth after ten rounds', () => {
    const slowed = solo('bbr1', { ...PATH, duration: 20, rateAt: (time) => (time < 6 ? 10e6 : 4e6) });
    near(slowed.points.at(-1)!.readout['btlBw']!, 4e6, 0.1e6);
    assert.ok(slowed.between(6, 6.2).some((p) => p.readout['btlBw']! > 9e6));
  });

  it('learns a higher bandwidth in a few cycles', () => {
    const raised = solo('bbr1', { ...PATH, duration: 20, rateAt: (time) => (time < 6 ? 4e6 : 10e6) });
    assert.ok(raised.goodput(12) > 9.3e6, `${raised.goodput(12)}`);
  });

  it('conserves packets in the first round of recovery, and restores the window after it (section 4.2.3.4)', () => {
    const flow = makeFlow(1000, 100_000);
    const cc = makeCc('bbr1', {}, flow);
    cc.onLossEpisode(lossOf(cc));
    cc.onAck(ackOf({ inFlight: 30_000, ackedBytes: 1000, lostBytes: 1000, inRecovery: true }));
    assert.equal(cc.cwnd, 31_000);
    cc.onAck(ackOf({ inFlight: 30_000, ackedBytes: 1000, priorDelivered: 100_000, delivered: 101_000 }));
    assert.ok(cc.cwnd >= 100_000);
  });

  it('keeps its bandwidth while only the application limits it (section 4.1.1.3)', () => {
    const idle = solo('bbr1', { ...PATH, duration: 9, offered: 1e6 });
    assert.ok(idle.points.at(-1)!.readout['btlBw']! >= 1e6);
    const flow = makeFlow();
    const cc = makeCc('bbr1', {}, flow);
    cc.onAck(ackOf({ deliveryRate: 8e6, deliveredInSample: 1000 }));
    for (let i = 1; i < 30; i++) {
      cc.onAck(ackOf({ deliveryRate: 1e6, rateAppLimited: true, delivered: 1e5 * i, priorDelivered: 1e5 * i - 1 }));
    }
    assert.equal(cc.readout()['btlBw'], 8e6);
  });
});

describe('BBRv3 (draft-ietf-ccwg-bbr-06)', () => {
  const run = solo('bbr3', PATH);

  it('measures the bottleneck bandwidth and the base RTT', () => {
    const { readout } = run.points.at(-1)!;
    near(readout['maxBw']!, 10e6, 0.05e6);
    near(readout['minRtt']! / 1e6, 40.8, 1);
  });

  it('ends Startup at the plateau and drains at half the rate (sections 5.3.1.2 and 5.3.2)', () => {
    const gains = run.points.map((p) => Number(p.readout['pacingGain']!.toFixed(3)));
    const states = gains.filter((gain, i) => gain !== gains[i - 1]).slice(0, 2);
    assert.deepEqual(states, [2.77, 0.5]);
    assert.ok(gains.indexOf(0.5) * 0.04 < 1);
  });

  it('cycles through 0.90, 1.0 and 1.25 (section 5.3.3)', () => {
    assert.deepEqual(gainsIn(run.between(3, 40)), new Set([0.9, 1, 1.25]));
  });

  it('probes every two to three seconds, or after as many rounds as its BDP has segments (section 5.3.3.8)', () => {
    const ups = run.points.filter(
      (p, i, all) => p.readout['pacingGain'] === 1.25 && all[i - 1]?.readout['pacingGain'] !== 1.25,
    );
    const gaps = ups.slice(1).map((p, i) => p.time - ups[i]!.time);
    for (const gap of gaps) assert.ok(gap > 1.9 && gap < 6.5, `${gaps}`);
    assert.ok(mean(run.between(3, 40), (p) => p.queue) < BDP / 3);
  });

  it('holds half a BDP for 200 ms when the RTT was not lower for 5 s (section 5.3.4)', () => {
    const starts = dips(run.points.slice(30), BDP / 2 + 2);
    assert.ok(starts.length >= 5, `${starts}`);
    for (let i = 1; i < starts.length; i++) assert.ok(starts[i]! - starts[i - 1]! > 4.9, `${starts}`);
    const low = run.between(5, 40).filter((p) => p.cwnd <= BDP / 2 + 2);
    assert.ok(Math.min(...low.map((p) => p.cwnd)) > BDP / 2 - 2);
    near((low.length * 0.04) / starts.length, 0.26, 0.1);
  });

  it('ends Startup when a buffer overflows, with inflight_longterm set (section 5.3.1.3)', () => {
    const shallow = solo('bbr3', { ...PATH, buffer: 10 });
    assert.ok(shallow.between(1, 3).every((p) => p.readout['inflightLongterm']! < 3 * BDP * 1000));
    assert.ok(shallow.goodput(5) > 0.88 * 10e6, `${shallow.goodput(5)}`);
    assert.ok(shallow.lost / shallow.sent < 0.02, `${shallow.lost / shallow.sent}`);
  });

  it('loses far less than BBRv1 in a shallow buffer', () => {
    const v1 = solo('bbr1', { ...PATH, buffer: 10 });
    const v3 = solo('bbr3', { ...PATH, buffer: 10 });
    assert.ok(v3.lost / v3.sent < v1.lost / v1.sent / 2, `${v3.lost / v3.sent} ${v1.lost / v1.sent}`);
  });

  it('bears loss below LossThresh and yields above it', () => {
    const below = solo('bbr3', { ...PATH, loss: lossPatterns.every(200) });
    const above = solo('bbr3', { ...PATH, loss: lossPatterns.every(20) });
    assert.ok(below.goodput(5) > 0.85 * 10e6, `${below.goodput(5)}`);
    assert.ok(above.goodput(5) < 0.5 * 10e6, `${above.goodput(5)}`);
  });

  /** A controller that has settled in ProbeBW_CRUISE at 10 Mbit/s and 40 ms. */
  function settled() {
    const options = { ...PATH, duration: 4 };
    const { cc } = solo('bbr3', options);
    return cc;
  }

  it('cuts its short-term bounds by at most 30 % for a round with loss outside a probe (section 5.5.10.3)', () => {
    const cc = settled();
    const { maxBw } = cc.readout() as { maxBw: number };
    const sample = { rtt: 40e6, srtt: 41e6, minRtt: 40e6, inFlight: 50_000, txInFlight: 50_000 };
    const delivered = 1e9;
    cc.onAck(ackOf({ ...sample, delivered, priorDelivered: delivered - 50_000, deliveryRate: 1e6, lostBytes: 1000 }));
    cc.onAck(ackOf({ ...sample, delivered: delivered + 50_000, priorDelivered: delivered, deliveryRate: 1e6 }));
    const { bwShortterm } = cc.readout() as { bwShortterm: number };
    assert.ok(bwShortterm >= 0.7 * maxBw - 1 && bwShortterm < maxBw, `${bwShortterm}`);
  });

  it('lets one more segment leave after a timeout (section 5.6.4.4)', () => {
    const flow = makeFlow(1000, 10 * 1000);
    const cc = makeCc('bbr3', {}, flow);
    cc.onTimeout(lossOf(cc, { inFlight: 10 * 1000, pipe: 6 * 1000 }));
    assert.equal(cc.cwnd, 7 * 1000);
  });

  it('takes the bounds back when the loss was spurious (section 5.5.11)', () => {
    const cc = settled();
    const before = cc.readout();
    const sample = { rtt: 40e6, srtt: 41e6, minRtt: 40e6, inFlight: 50_000, txInFlight: 50_000, deliveryRate: 1e6 };
    cc.onLossEpisode(lossOf(cc));
    const delivered = 1e9;
    cc.onAck(ackOf({ ...sample, delivered, priorDelivered: delivered - 50_000, lostBytes: 1000, inRecovery: true }));
    cc.onAck(ackOf({ ...sample, delivered: delivered + 50_000, priorDelivered: delivered, inRecovery: true }));
    assert.ok(cc.readout()['bwShortterm']! < Infinity);
    cc.onSpuriousLoss!();
    assert.equal(cc.readout()['bwShortterm'], before['bwShortterm']);
    assert.equal(cc.readout()['inflightShortterm'], before['inflightShortterm']);
    assert.ok(cc.cwnd >= before['cwnd']!);
  });

  it('learns a higher bandwidth at its next probes', () => {
    const raised = solo('bbr3', { ...PATH, duration: 20, rateAt: (time) => (time < 6 ? 4e6 : 10e6) });
    assert.ok(raised.goodput(14) > 9e6, `${raised.goodput(14)}`);
  });

  it('forgets a bandwidth after two probing cycles (section 5.5.6)', () => {
    const slowed = solo('bbr3', { ...PATH, duration: 25, rateAt: (time) => (time < 6 ? 10e6 : 4e6) });
    near(slowed.points.at(-1)!.readout['maxBw']!, 4e6, 0.2e6);
  });
});
