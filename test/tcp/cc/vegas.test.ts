import assert from 'node:assert/strict';
import { ackOf, lossOf, rounds } from '../../support/ack';
import { makeCc, makeFlow, solo } from '../../support/solo';

const MSS = 1000;
const MS = 1e6;

/** One round of Vegas in congestion avoidance at 20 segments, base RTT 100 ms, with this RTT (ms): the change of cwnd. */
function change(rtt: number, params: object = {}): number {
  const flow = makeFlow(MSS, 40 * MSS);
  const cc = makeCc('vegas', params, flow);
  cc.onLossEpisode(lossOf(cc));
  rounds(cc, flow, 1);
  const feed = (roundStart: boolean) => {
    const ack = ackOf({ rtt: rtt * MS, roundStart });
    cc.observe!(ack);
    cc.onAck(ack);
  };
  feed(true);
  const before = cc.cwnd;
  for (let i = 0; i < 5; i++) feed(false);
  feed(true);
  return (cc.cwnd - before) / MSS;
}

describe('Vegas (Brakmo and Peterson 1995)', () => {
  // at 21 segments, Diff = 21 (RTT - 100) / RTT
  it('grows by a segment per round below alpha, shrinks by one above beta, and stays between', () => {
    assert.equal(change(105), 1);
    assert.equal(change(116), 0);
    assert.equal(change(130), -1);
  });

  it('takes alpha and beta as told', () => {
    assert.equal(change(130, { alpha: 8, beta: 10 }), 1);
    assert.equal(change(116, { alpha: 0, beta: 1 }), -1);
  });

  it('doubles every other round in slow start, to compare the rounds between', () => {
    const flow = makeFlow(MSS, 10 * MSS);
    const cc = makeCc('vegas', {}, flow);
    const windows: number[] = [];
    for (let i = 0; i < 5; i++) {
      rounds(cc, flow, 1);
      windows.push(cc.cwnd / MSS);
    }
    assert.deepEqual(windows, [10, 20, 20, 40, 40]);
  });

  it('holds alpha to beta segments in the queue and loses nothing', () => {
    const run = solo('vegas', { rate: 10e6, rtt: 40, buffer: 100, duration: 20 });
    for (const { queue } of run.between(10, 20)) assert.ok(queue >= 1 && queue <= 4, `${queue}`);
    assert.equal(run.lost, 0);
  });

  it('holds as much as the parameters say', () => {
    const run = solo('vegas', { rate: 10e6, rtt: 40, buffer: 100, duration: 20 }, { alpha: 10, beta: 12 });
    for (const { queue } of run.between(10, 20)) assert.ok(queue >= 8 && queue <= 12, `${queue}`);
  });
});
