import assert from 'node:assert/strict';
import type { TcpConfig } from '../../sim/tcp/config';
import { Capture, connect, End, losing, MS, pair, SECOND, tcp } from '../support/network';

/** A peer that reads nothing has closed its window; from `deafFrom` on nothing reaches it. */
function closedWindow(changes: Partial<TcpConfig>, deafFrom = Infinity) {
  const now = { at: 0 };
  const net = pair({ rate: 100e6, impairments: losing(() => now.at >= deafFrom) });
  const out = Capture.on(net.there);
  const [client, server] = [new End(), new End(false)];
  connect(net, client, server, tcp(changes), tcp({ receiveBuffer: 20_000 }));
  client.connection!.writeAll(40_000);
  return {
    client,
    run(until: number): void {
      for (now.at = net.events.now; now.at < until;) {
        now.at = Math.min(now.at + 10 * MS, until);
        net.simulation.run(now.at);
      }
    },
    probes: () => out.sent.filter((s) => s.at > SECOND && s.length === 0).map((s) => s.at),
  };
}

describe('a closed window (RFC 9293 section 3.8.6.1)', () => {
  it('is probed for an hour while the peer answers, whatever limits retransmissions have (MUST-37)', () => {
    const { client, run, probes } = closedWindow({ dataRetries: 3, userTimeout: 5 * SECOND, maxRto: 10 * SECOND });
    run(3600 * SECOND);
    assert.deepEqual(client.log, ['established']);
    assert.ok(probes().length > 300);
  });

  it('ends the connection when as many probes as retransmissions are allowed have no answer', () => {
    const { client, run, probes } = closedWindow({ dataRetries: 3, maxRto: 10 * SECOND }, 100 * SECOND);
    run(200 * SECOND);
    assert.deepEqual(client.log, ['established', 'timeout']);
    assert.equal(probes().filter((at) => at >= 100 * SECOND).length, 3);
  });

  it('ends it by the user timeout, counted from the first probe without an answer (RFC 5482)', () => {
    const { client, run, probes } = closedWindow({ userTimeout: 25 * SECOND, maxRto: 10 * SECOND }, 100 * SECOND);
    run(110 * SECOND);
    const first = probes().find((at) => at >= 100 * SECOND)!;
    run(first + 25 * SECOND - 1);
    assert.deepEqual(client.log, ['established']);
    run(first + 25 * SECOND + 1);
    assert.deepEqual(client.log, ['established', 'timeout']);
  });
});
