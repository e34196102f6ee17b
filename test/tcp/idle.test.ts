import assert from 'node:assert/strict';
import type { TcpConfig } from '../../sim/tcp/config';
import { WindowValidation } from '../../sim/tcp/window-validation';
import { connect, End, losing, MS, pair, SECOND, tcp } from '../support/network';

const IDLE = 5 * SECOND;

/** A transfer that opens the window, a pause, and a second transfer: the window before and just after the pause. */
function pauseAndResume(idle: TcpConfig['idle'], pause: number) {
  const net = pair({ rate: 100e6 });
  const [client, server] = [new End(), new End()];
  connect(net, client, server, tcp({ idle }, 'reno'));
  client.connection!.writeAll(200_000);
  while (server.received < 200_000 || client.connection!.unacknowledged > 0) {
    net.simulation.run(net.events.now + MS);
  }
  const { sender } = client.connection!;
  const before = sender!.cc.cwnd;
  net.simulation.run(net.events.now + pause);
  client.connection!.writeAll(200_000);
  return { before, after: sender!.cc.cwnd, inFlight: sender!.inFlight, mss: sender!.mss };
}

describe('a sender that has been idle', () => {
  it('restarts from the initial window after more than an RTO (RFC 5681 section 4.1)', () => {
    const { before, after, inFlight, mss } = pauseAndResume('restart', IDLE);
    assert.ok(before > 20 * mss);
    assert.deepEqual([after, inFlight], [10 * mss, 10 * mss]);
  });

  it('keeps its window through a shorter pause', () => {
    const { before, after } = pauseAndResume('restart', 0);
    assert.equal(after, before);
  });

  it('keeps its window if told so', () => {
    const { before, after } = pauseAndResume('keep', IDLE);
    assert.equal(after, before);
  });

  it('with validation keeps it for five minutes (RFC 7661 section 4.4.1)', () => {
    const { before, after } = pauseAndResume('validate', IDLE);
    assert.equal(after, before);
  });
});

describe('WindowValidation (RFC 7661)', () => {
  const RTT = 100 * MS;

  it('takes the most acknowledged in a round trip of the last second, or of three round trips, as pipeACK (section 4.2)', () => {
    for (const rtt of [RTT, SECOND]) {
      const validation = new WindowValidation();
      assert.equal(validation.pipeAck(0), Infinity, 'undefined before the first round trip');
      const period = Math.max(SECOND, 3 * rtt);
      validation.onRound(5000, rtt, rtt);
      validation.onRound(7000, 2 * rtt, rtt);
      assert.equal(validation.pipeAck(2 * rtt), 5000);
      // the first has aged out, the second has not
      assert.equal(validation.pipeAck(rtt + period), rtt === RTT ? 0 : 2000);
      assert.equal(validation.pipeAck(2 * rtt + period), 0, 'idle for a whole sampling period');
      validation.onRound(16_000, 3 * rtt + period, rtt);
      assert.equal(validation.pipeAck(3 * rtt + period), 9000);
    }
  });

  it('takes no sample during loss recovery (section 4.2)', () => {
    const validation = new WindowValidation();
    validation.onRound(1000, RTT, RTT);
    validation.skipRound(50_000);
    assert.equal(validation.pipeAck(2 * RTT), 1000);
    validation.onRound(52_000, 3 * RTT, RTT);
    assert.equal(validation.pipeAck(3 * RTT), 2000);
  });

  it('is validated while pipeACK is at least half of the window (section 4.3)', () => {
    const validation = new WindowValidation();
    assert.equal(validation.isValidated(1e9, 0), true, 'pipeACK is undefined at first');
    validation.onRound(5000, RTT, RTT);
    assert.equal(validation.isValidated(10_000, RTT), true);
    assert.equal(validation.isValidated(10_001, RTT), false);
  });

  it('lets the window stand for five minutes after the last use, then shrinks it once for each five (section 4.4.3)', () => {
    const validation = new WindowValidation();
    validation.onRound(60_000, 9 * SECOND, RTT);
    // validated until a sampling period after the last use
    const since = 10 * SECOND;
    assert.equal(validation.hasExpired(100_000, since + 300 * SECOND - 1), false);
    assert.equal(validation.hasExpired(100_000, since + 300 * SECOND), true);
    assert.equal(validation.hasExpired(50_000, since + 301 * SECOND), false);
    assert.equal(validation.hasExpired(50_000, since + 900 * SECOND), true);
    assert.equal(validation.hasExpired(25_000, since + 900 * SECOND), true);
    assert.equal(validation.hasExpired(25_000, since + 900 * SECOND), false);
  });

  it('reduces the larger of pipeACK and FlightSize in the non-validated phase (section 4.4.1)', () => {
    const validation = new WindowValidation();
    assert.equal(validation.onLoss(50_000, 60_000, 0, 0), 50_000);
    validation.onRound(40_000, RTT, RTT);
    assert.equal(validation.onLoss(3000, 100_000, RTT, 0), 40_000);
    assert.equal(validation.onLoss(45_000, 100_000, RTT, 0), 45_000);
    assert.equal(validation.onLoss(3000, 60_000, RTT, 0), 3000, 'validated: FlightSize, as ever');
  });

  it('ends recovery with half of that less what was retransmitted, and pipeACK undefined (section 4.4.1)', () => {
    const validation = new WindowValidation();
    validation.onRound(40_000, RTT, RTT);
    validation.onLoss(30_000, 100_000, RTT, 5000);
    assert.equal(validation.onRecovered(9000), (40_000 - 4000) / 2);
    assert.equal(validation.pipeAck(RTT), Infinity);
    validation.onLoss(30_000, 100_000, 2 * RTT, 9000);
    assert.equal(validation.onRecovered(12_000), Infinity, 'the window was validated');
  });

  it('halves the window of a sender that wakes after six minutes before it sends (section 4.4.3)', () => {
    const { before, after, inFlight, mss } = pauseAndResume('validate', 360 * SECOND);
    assert.ok(before > 30 * mss);
    assert.equal(after, before / 2);
    assert.ok(inFlight <= after && inFlight > after - mss, `${inFlight} of ${after}`);
  });

  it('never makes it smaller than the initial window', () => {
    const { after, mss } = pauseAndResume('validate', 86_400 * SECOND);
    assert.equal(after, 10 * mss);
  });

  it('after a loss in the non-validated phase leaves half of what was used, not half of the window (section 4.4.1)', () => {
    const cwnd = (['keep', 'validate'] as const).map((idle) => {
      let n = 0;
      const drop = { at: Infinity };
      const net = pair({ rate: 100e6, impairments: losing((p) => p.length > 0 && ++n === drop.at) });
      const [client, server] = [new End(), new End()];
      connect(net, client, server, tcp({ idle }, 'reno'));
      client.connection!.writeAll(400_000);
      net.simulation.run(3 * SECOND);
      // ten segments at a time, then six, the second of which is lost
      for (let i = 0; i <= 10; i++) {
        if (i === 10) drop.at = n + 2;
        client.connection!.writeAll((i < 10 ? 10 : 6) * 1448);
        net.simulation.run(net.events.now + 200 * MS);
      }
      const { sender } = client.connection!;
      assert.equal(sender!.retransmittedSegments, 1);
      return sender!.cc.cwnd / sender!.mss;
    });
    // one of the six was acknowledged before the loss was seen: FlightSize / 2; with validation, (pipeACK - R) / 2
    assert.deepEqual(cwnd, [5 / 2, (10 - 1) / 2]);
  });

  it('does not let a sender that uses little of its window grow it', () => {
    for (const idle of ['validate', 'keep'] as const) {
      const net = pair({ rate: 100e6 });
      const [client, server] = [new End(), new End()];
      connect(net, client, server, tcp({ idle }, 'reno'));
      for (let at = SECOND; at < 20 * SECOND; at += 50 * MS) {
        net.simulation.run(at);
        client.connection!.writeAll(1000);
      }
      const { sender } = client.connection!;
      assert.ok(server.received > 300_000);
      assert.ok(sender!.cc.cwnd <= 10 * sender!.mss, `${idle}: ${sender!.cc.cwnd}`);
    }
  });
});
