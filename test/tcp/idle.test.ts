import assert from 'node:assert/strict';
import type { TcpConfig } from '../../sim/tcp/config';
import { WindowValidation } from '../../sim/tcp/window-validation';
import { connect, End, MS, pair, SECOND, tcp } from '../support/network';

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
  it('takes the most acknowledged in one of the last three rounds as pipeACK (section 4.2)', () => {
    const validation = new WindowValidation();
    const rounds: readonly (readonly [number, number])[] = [
      [5000, 5000],
      [2000, 5000],
      [1000, 5000],
      [1500, 2000],
      [1000, 1500],
      [9000, 9000],
    ];
    let delivered = 0;
    for (const [bytes, pipeAck] of rounds) {
      delivered += bytes;
      validation.onRound(delivered);
      assert.equal(validation.pipeAck, pipeAck);
    }
  });

  it('is validated while pipeACK is at least half of the window (section 4.3)', () => {
    const validation = new WindowValidation();
    assert.equal(validation.isValidated(1e9, 0), true, 'pipeACK is undefined at first');
    for (const delivered of [5000, 10_000, 15_000]) validation.onRound(delivered);
    assert.equal(validation.isValidated(10_000, 1), true);
    assert.equal(validation.isValidated(10_001, 2), false);
  });

  it('lets the window stand for five minutes, then shrinks it once per period (section 4.4.3)', () => {
    const validation = new WindowValidation();
    validation.onRound(1000);
    validation.isValidated(100_000, 10 * SECOND);
    assert.equal(validation.hasExpired(310 * SECOND - 1), false);
    assert.equal(validation.hasExpired(310 * SECOND), true);
    assert.equal(validation.hasExpired(311 * SECOND), false);
    assert.equal(validation.hasExpired(610 * SECOND), true);
  });

  it('takes what was really in flight when a loss ends the non-validated phase (section 4.4.1)', () => {
    const validation = new WindowValidation();
    assert.equal(validation.lossFlightSize(50_000), 50_000);
    validation.onRound(4000);
    validation.isValidated(100_000, 0);
    assert.equal(validation.lossFlightSize(50_000), 4000);
    assert.equal(validation.lossFlightSize(3000), 3000);
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
