import type { AckSample, CongestionControl, LossSample } from '../../sim/tcp/cc/congestion-control';

const MS = 1e6;

/** An ACK of one full-sized segment on a quiet path of 100 ms, changed as the test says. */
export function ackOf(changes: Partial<AckSample> = {}): AckSample {
  return {
    ackedBytes: 1000,
    lostBytes: 0,
    priorInFlight: 10000,
    inFlight: 9000,
    rtt: 100 * MS,
    srtt: 100 * MS,
    minRtt: 100 * MS,
    oneWayDelay: -1,
    delivered: 100000,
    priorDelivered: 90000,
    deliveryRate: 0,
    deliveredInSample: 10000,
    interval: 100 * MS,
    rateAppLimited: false,
    txInFlight: 10000,
    lostInSample: 0,
    cwndLimited: true,
    roundStart: false,
    round: 0,
    ceBytes: 0,
    ece: false,
    inRecovery: false,
    una: 1,
    nxt: 10001,
    ...changes,
  };
}

export function lossOf(cc: CongestionControl, changes: Partial<LossSample> = {}): LossSample {
  return { inFlight: cc.cwnd, lostBytes: 1000, delivered: 0, ecn: false, pipe: 0, ...changes };
}

/** A whole episode of loss as the connection tells of it. */
export function lose(cc: CongestionControl): void {
  cc.onLossEpisode(lossOf(cc));
  cc.onRecoveryExit?.(cc.cwnd);
}

/** Feeds the ACKs of `rounds` full windows, each `rtt` ms, to a controller whose clock is `flow`. */
export function rounds(
  cc: CongestionControl,
  flow: { now: number; mss: number },
  count: number,
  rtt = 100,
  changes: Partial<AckSample> = {},
): void {
  for (let round = 0; round < count; round++) {
    flow.now += rtt * MS;
    const window = Math.max(1, Math.floor(cc.cwnd / flow.mss));
    const start = flow.now;
    for (let i = 0; i < window; i++) {
      flow.now = start + Math.floor((i * rtt * MS) / window / 1000);
      const delivered = flow.now * 10 + i;
      const ack = ackOf({
        rtt: rtt * MS,
        srtt: rtt * MS,
        minRtt: rtt * MS,
        delivered,
        roundStart: i === 0,
        una: delivered,
        nxt: delivered + window,
        ...changes,
      });
      cc.observe?.(ack);
      cc.onAck(ack);
    }
  }
}
