import assert from 'node:assert/strict';
import * as z from 'zod';
import { bind } from '../../../sim/core/plugin';
import { RandomStream } from '../../../sim/core/random';
import { congestionControls, type CongestionControlName } from '../../../sim/tcp/cc';
import type { AckSample, CongestionControl } from '../../../sim/tcp/cc/congestion-control';
import { ackOf, lossOf, rounds } from '../../support/ack';
import { lossPatterns, makeCc, makeFlow, solo } from '../../support/solo';

/** Where an algorithm departs by design from what the others do. Whoever is not listed keeps every rule. */
const exceptions: Partial<Record<CongestionControlName, { lossAloneIsNoSignal?: string; growsByModel?: string }>> = {
  bbr1: {
    lossAloneIsNoSignal: 'its model knows bandwidth and RTT only',
    growsByModel: 'the window follows the model, not what was sent',
  },
  bbr3: {
    lossAloneIsNoSignal: 'it answers to the rate of loss in a round, not to one segment',
    growsByModel: 'the window follows the model, not what was sent',
  },
  westwood: { lossAloneIsNoSignal: 'it backs off to the measured bandwidth, which here is the window' },
};

const names = Object.keys(congestionControls) as CongestionControlName[];
const SEQUENCES = 100_000;

for (const name of names) {
  describe(`every congestion control: ${name}`, () => {
    const exception = exceptions[name] ?? {};

    it('declares a summary, a reference and a text for every parameter', () => {
      const plugin = congestionControls[name];
      assert.match(plugin.summary, /\w{3}/);
      assert.match(plugin.reference, /RFC \d+|draft-|\d{4}/);
      for (const [key, schema] of Object.entries(plugin.params as Record<string, z.ZodType>)) {
        assert.ok(schema.description, `${key} has no text`);
        assert.notEqual(schema.safeParse(undefined).data, undefined, `${key} has no default`);
      }
      assert.throws(() => bind(plugin as never, { noSuchParameter: 1 }), /noSuchParameter/);
    });

    it('begins with no more than the initial window and never divides by what it does not know', () => {
      const flow = makeFlow();
      const cc = makeCc(name, {}, flow);
      assert.ok(cc.cwnd >= flow.mss && cc.cwnd <= flow.initialWindow);
      const ack = ackOf({ rtt: -1, srtt: 0, minRtt: Infinity, oneWayDelay: -1, deliveryRate: 0, interval: 0 });
      cc.observe?.(ack);
      cc.onAck(ack);
      check(cc, flow.mss);
    });

    it('backs off when an episode of loss begins', function () {
      if (exception.lossAloneIsNoSignal) this.skip();
      const flow = makeFlow();
      const cc = makeCc(name, {}, flow);
      rounds(cc, flow, 4);
      const before = cc.cwnd;
      cc.onLossEpisode(lossOf(cc));
      assert.ok(cc.cwnd < before, `${cc.cwnd} < ${before}`);
    });

    it('falls to the loss window at a timeout, and comes back from it (RFC 5681 section 3.1)', () => {
      const flow = makeFlow();
      const cc = makeCc(name, {}, flow);
      rounds(cc, flow, 4);
      cc.onTimeout(lossOf(cc));
      assert.equal(cc.cwnd, flow.mss);
      cc.onTimeout(lossOf(cc, { inFlight: flow.mss }));
      assert.equal(cc.cwnd, flow.mss);
      cc.onRecoveryExit?.(0);
      rounds(cc, flow, 10);
      assert.ok(cc.cwnd > flow.mss);
    });

    it('does not grow while the application is the limit (RFC 7661 section 4.4)', function () {
      if (exception.growsByModel) this.skip();
      const flow = makeFlow();
      const cc = makeCc(name, {}, flow);
      rounds(cc, flow, 2);
      cc.onLossEpisode(lossOf(cc));
      cc.onRecoveryExit?.(cc.cwnd);
      rounds(cc, flow, 3);
      const before = cc.cwnd;
      rounds(cc, flow, 20, 100, { cwndLimited: false });
      assert.ok(cc.cwnd <= before, `${cc.cwnd} <= ${before}`);
    });

    it('fills an idle path of 10 Mbit/s to at least nine tenths', () => {
      const run = solo(name, { rate: 10e6, rtt: 40, buffer: 50, duration: 20 });
      assert.ok(run.goodput(10) > 9e6, `${run.goodput(10)} bit/s`);
      assert.ok(run.goodput(10) <= 10.05e6, `${run.goodput(10)} bit/s: faster than the link`);
    });

    it('survives an outage', () => {
      const run = solo(name, { rate: 10e6, rtt: 40, buffer: 50, duration: 20, loss: lossPatterns.outage(5, 7) });
      assert.ok(run.timeouts > 0);
      assert.ok(run.goodput(15) > 5e6, `${run.goodput(15)} bit/s`);
    });

    it('is a function of its input and its random stream', () => {
      const options = { rate: 10e6, rtt: 40, buffer: 30, duration: 15, markAbove: 20 };
      const one = solo(name, { ...options, loss: lossPatterns.random(0.002) });
      const two = solo(name, { ...options, loss: lossPatterns.random(0.002) });
      assert.deepEqual(one.points, two.points);
    });

    it(`keeps its invariants over random operations`, () => {
      const count = Math.ceil(SEQUENCES / names.length);
      for (let seed = 1; seed <= count; seed++) fuzz(name, seed);
    });
  });
}

function check(cc: CongestionControl, mss: number): void {
  assert.ok(Number.isFinite(cc.cwnd) && cc.cwnd >= mss, `cwnd ${cc.cwnd}`);
  assert.ok(cc.ssthresh >= 2 * mss, `ssthresh ${cc.ssthresh}`);
  assert.ok(Number.isFinite(cc.pacingRate) && cc.pacingRate >= 0, `pacingRate ${cc.pacingRate}`);
}

/** One short life of a connection with nothing likely about it. */
function fuzz(name: CongestionControlName, seed: number): void {
  const random = new RandomStream([seed, 0, 0, 0], name);
  const mss = random.integer(1, 9000);
  const flow = makeFlow(mss, mss * random.integer(1, 20));
  const cc = makeCc(name, {}, flow);
  const log: string[] = [];
  const ack = ackOf({ una: 0, nxt: 0, delivered: 0, minRtt: Infinity });
  try {
    for (let operations = random.integer(2, 20); operations > 0; operations--) {
      flow.now += Math.floor(random.pareto(1000, 0.3)) % 30e9;
      log.push(operate(cc, ack, mss, random));
      check(cc, mss);
    }
    cc.readout();
  } catch (error) {
    throw new Error(`seed ${seed}, mss ${mss}: ${log.join(' ')}: ${String(error)}`, { cause: error });
  }
}

function operate(cc: CongestionControl, ack: AckSample, mss: number, random: RandomStream): string {
  const inFlight = random.integer(0, 1000) * mss;
  const loss = { inFlight, lostBytes: mss, delivered: ack.delivered, ecn: false, pipe: inFlight };
  switch (random.integer(0, 15)) {
    case 0:
      cc.onLossEpisode(loss);
      return 'loss';
    case 1:
      cc.onTimeout(loss);
      return 'timeout';
    case 2:
      cc.onRecoveryExit?.(inFlight);
      return 'exit';
    case 3:
      loss.ecn = true;
      if (cc.onEcn) cc.onEcn(loss);
      else cc.onLossEpisode(loss);
      return 'ecn';
    case 4:
      cc.onIdleRestart?.(mss * random.integer(1, 10));
      return 'idle';
    case 5:
      cc.onSend?.(mss, random.chance(0.5) ? 0 : inFlight);
      return 'send';
    case 6:
      cc.onSpuriousLoss?.();
      return 'spurious';
    case 7:
      cc.onSegmentLost?.(mss, inFlight + mss, mss * random.integer(1, 50), random.chance(0.2));
      return 'segment-lost';
    default:
      acknowledge(cc, ack, mss, inFlight, random);
      return 'ack';
  }
}

function acknowledge(cc: CongestionControl, ack: AckSample, mss: number, inFlight: number, random: RandomStream): void {
  const rtt = random.chance(0.1) ? -1 : Math.floor(random.pareto(1000, 0.5)) % 10e9;
  ack.ackedBytes = random.chance(0.2) ? random.integer(1, mss) : mss * random.integer(1, 100);
  ack.lostBytes = random.chance(0.2) ? mss * random.integer(1, 20) : 0;
  ack.inFlight = inFlight;
  ack.priorInFlight = inFlight + ack.ackedBytes + ack.lostBytes;
  ack.rtt = rtt;
  if (rtt >= 0) {
    ack.srtt = ack.srtt === 0 ? rtt : (7 * ack.srtt + rtt) / 8;
    ack.minRtt = Math.min(ack.minRtt, rtt);
  }
  ack.oneWayDelay = random.chance(0.3) ? -1 : random.integer(0, 1e9);
  ack.priorDelivered = random.integer(0, Math.max(0, ack.delivered - 1));
  ack.delivered += ack.ackedBytes;
  ack.deliveryRate = random.chance(0.1) ? 0 : random.pareto(1000, 0.3) % 1e12;
  ack.deliveredInSample = random.chance(0.05) ? 0 : ack.delivered - ack.priorDelivered;
  ack.interval = random.integer(0, 1e9);
  ack.rateAppLimited = random.chance(0.2);
  ack.txInFlight = random.integer(1, 1000) * mss;
  ack.lostInSample = random.chance(0.7) ? 0 : random.integer(0, 100) * mss;
  ack.cwndLimited = random.chance(0.8);
  ack.roundStart = random.chance(0.3);
  ack.ceBytes = random.chance(0.3) ? ack.ackedBytes : 0;
  ack.ece = ack.ceBytes > 0;
  ack.inRecovery = random.chance(0.3);
  ack.una += ack.ackedBytes;
  ack.nxt = ack.una + inFlight;
  cc.observe?.(ack);
  cc.onAck(ack);
}
