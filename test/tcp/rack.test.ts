import assert from 'node:assert/strict';
import { Rack } from '../../sim/tcp/rack';
import { RttEstimator } from '../../sim/tcp/rtt';
import { Mark, Scoreboard } from '../../sim/tcp/scoreboard';
import { SegmentPool } from '../../sim/tcp/segment-pool';
import { connect, End, losing, MS, pair, SECOND, tcp, tcpConfig } from '../support/network';

const RTT = 100 * MS;

/** `count` segments of 1000 bytes, sent 1 ms apart from time 0, on a path of 100 ms. */
function flight(count: number) {
  const board = new Scoreboard(new SegmentPool(), 1);
  const rtt = new RttEstimator(tcpConfig());
  rtt.sample(RTT);
  const clock = { now: 0 };
  const rack = new Rack(board, rtt, clock);
  for (let i = 0; i < count; i++) {
    board.stamp(board.append(1 + (i + 1) * 1000), i * MS, 0, 0);
  }
  let lost = 0;
  return {
    board,
    rtt,
    rack,
    clock,
    /** Segment `i` is SACKed at `now`. */
    deliver(i: number, now: number): void {
      const retransmitted = (board.marks(i) & Mark.everRetransmitted) !== 0;
      clock.now = now;
      rack.onDelivered(i, retransmitted, false);
      board.markSacked(i);
    },
    resend(i: number, now: number): void {
      board.stamp(i, now, Mark.lost | Mark.retransmitted | Mark.everRetransmitted, 0);
      board.countRetransmission(i);
      rack.onRetransmitted(i);
    },
    /** Bytes found lost at `now`, and when to look again. */
    detect(now: number, inRecovery = false): { lost: number; again: number } {
      lost = 0;
      clock.now = now;
      const again = rack.detect(inRecovery, { lose: (segment) => (lost += board.markLost(segment)) });
      return { lost, again };
    },
    isLost: (i: number) => (board.marks(i) & Mark.lost) !== 0,
  };
}

describe('Rack (RFC 8985 section 6.2)', () => {
  it('waits a quarter of the smallest RTT for reordering before it calls a segment lost (steps 4 and 5)', () => {
    const f = flight(5);
    f.deliver(1, 101 * MS);
    // sent at 0, RTT 100 ms, reordering window 25 ms
    assert.deepEqual(f.detect(101 * MS), { lost: 0, again: 125 * MS });
    assert.deepEqual(f.detect(125 * MS - 1), { lost: 0, again: 125 * MS });
    assert.equal(f.detect(125 * MS).lost, 1000);
    assert.ok(f.isLost(0));
  });

  it('does not wait once three segments above are SACKed and no reordering was seen', () => {
    const f = flight(5);
    for (const [i, now] of [
      [1, 101],
      [2, 102],
      [3, 103],
    ] as const) {
      f.deliver(i, now * MS);
    }
    assert.equal(f.detect(103 * MS).lost, 1000);
  });

  it('does not judge what was sent after the latest delivered segment', () => {
    const f = flight(5);
    f.deliver(2, 102 * MS);
    f.detect(10 * SECOND);
    assert.deepEqual([0, 1, 3, 4].map(f.isLost), [true, true, false, false]);
  });

  it('waits again once it has seen reordering (step 3)', () => {
    const f = flight(6);
    f.deliver(1, 101 * MS);
    f.deliver(0, 102 * MS);
    assert.equal(f.rack.reorderingSeen, true);
    for (const i of [3, 4, 5]) f.deliver(i, (100 + i) * MS);
    assert.equal(f.detect(105 * MS).lost, 0);
    assert.equal(f.detect(127 * MS).lost, 1000);
  });

  it('widens the window by a quarter RTT per round with a D-SACK, to SRTT at most, for 16 recoveries', () => {
    const { rack, rtt } = flight(1);
    assert.equal(rack.reorderingWindow(false), RTT / 4);
    rack.onDsack(1000, 5000);
    // a second one before all that was sent by then is acknowledged
    rack.onDsack(4000, 9000);
    assert.equal(rack.reorderingWindow(false), RTT / 2);
    for (let round = 1; round < 9; round++) rack.onDsack(5000 * round, 5000 * round + 5000);
    assert.equal(rack.reorderingWindow(false), rtt.srtt);
    for (let i = 0; i < 15; i++) rack.onRecoveryExit();
    assert.equal(rack.reorderingWindow(false), rtt.srtt);
    rack.onRecoveryExit();
    assert.equal(rack.reorderingWindow(false), RTT / 4);
  });

  it('counts the recovery of a timeout among the 16, too (step 4)', () => {
    // given: a segment whose original and probe are lost; SYN and ACK come first
    const net = pair({ impairments: losing((_, n) => n === 3 || n === 4) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    client.connection!.writeAll(1000);
    net.simulation.run(100 * MS);
    const { recovery } = client.connection!.sender!;
    const rack = recovery.rack!;
    rack.onDsack(1, 1);
    for (let i = 0; i < 15; i++) rack.onRecoveryExit();
    const wide = rack.reorderingWindow(false);
    // when: the timer repairs it
    net.simulation.run(5 * SECOND);
    assert.deepEqual([server.received, client.connection!.sender!.timeouts], [1000, 1]);
    assert.equal(rack.reorderingWindow(false), wide / 2);
  });

  it('finds a lost retransmission by a later delivery', () => {
    const f = flight(4);
    for (const i of [1, 2, 3]) f.deliver(i, (100 + i) * MS);
    f.detect(103 * MS);
    f.resend(0, 103 * MS);
    assert.deepEqual(f.detect(150 * MS, true), { lost: 0, again: 0 });
    // something sent after the retransmission arrives
    f.board.stamp(f.board.append(5001), 110 * MS, 0, 0);
    f.deliver(4, 210 * MS);
    assert.equal(f.detect(210 * MS, true).lost, 1000);
    assert.equal(f.board.marks(0) & Mark.retransmitted, 0);
  });

  it('takes no time from an ACK that came too soon to be for the retransmission (step 2)', () => {
    const f = flight(4);
    for (const i of [1, 2, 3]) f.deliver(i, (100 + i) * MS);
    f.detect(103 * MS);
    f.resend(0, 103 * MS);
    const before = f.rack.xmitTs;
    f.clock.now = 120 * MS;
    f.rack.onDelivered(0, true, false);
    assert.equal(f.rack.xmitTs, before);
    f.clock.now = 203 * MS;
    f.rack.onDelivered(0, true, false);
    assert.equal(f.rack.xmitTs, 103 * MS);
  });
});

describe('tail loss probe (RFC 8985 section 7)', () => {
  /** When 10 segments have all arrived although the last ones are lost; SYN and ACK come first. */
  function arrival(isLost: (n: number) => boolean, retransmissions: number): number {
    const net = pair({ impairments: losing((_, n) => isLost(n)) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    client.connection!.writeAll(10 * 1448);
    let at = 0;
    while (at < 2 * SECOND && server.received < 14480) net.simulation.run((at += MS));
    const { timeouts, retransmittedSegments } = client.connection!.sender!;
    assert.deepEqual([timeouts, retransmittedSegments], [0, retransmissions]);
    return at;
  }

  it('repairs the loss of the end of a flight after two round trips, without a timeout', () => {
    // 32 ms until the flight has arrived, 40 to 60 for the probe, a round trip to learn of the loss, and the way
    const at = arrival((n) => n === 11 || n === 12, 2);
    assert.ok(at > 100 * MS && at < 190 * MS, `${at}`);
  });

  it('waits 200 ms more for a single segment, whose ACK may be delayed (section 7.2)', () => {
    const at = arrival((n) => n === 12, 1);
    assert.ok(at > 250 * MS && at < 330 * MS, `${at}`);
  });

  it('leaves it to the retransmission timer without RACK-TLP', () => {
    const net = pair({ impairments: losing((_, n) => n === 12) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server, tcp({ lossRecovery: 'sack' }));
    client.connection!.writeAll(10 * 1448);
    net.simulation.run(2 * SECOND);
    assert.equal(server.received, 14480);
    assert.equal(client.connection!.sender!.timeouts, 1);
  });
});
