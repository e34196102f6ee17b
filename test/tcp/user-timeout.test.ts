import assert from 'node:assert/strict';
import { connect, End, losing, MS, pair, SECOND, tcp } from '../support/network';

describe('user timeout (RFC 9293 section 3.9.1, RFC 5482)', () => {
  for (const userTimeout of [700 * MS, 2 * SECOND, 5 * SECOND]) {
    it(`of ${userTimeout / SECOND} s ends the connection so long after data was first sent, whatever the RTO is by then`, () => {
      // the handshake passes, and nothing after it
      const net = pair({ impairments: losing((_, n) => n > 2) });
      const client = new End();
      connect(net, client, new End(), tcp({ userTimeout }), tcp());
      net.simulation.run(1 * SECOND);
      client.connection!.write(3000);
      const written = net.simulation.events.now;
      net.simulation.run(written + userTimeout - 1);
      assert.deepEqual(client.log, ['established']);
      net.simulation.run(written + userTimeout + 1);
      assert.deepEqual(client.log, ['established', 'timeout']);
    });
  }

  it('starts anew when something is acknowledged', () => {
    const net = pair({ impairments: losing((_, n) => n > 4) });
    const client = new End();
    connect(net, client, new End(), tcp({ userTimeout: 2 * SECOND }), tcp());
    net.simulation.run(1 * SECOND);
    client.connection!.write(1000);
    net.simulation.run(2 * SECOND);
    client.connection!.write(1000);
    net.simulation.run(3 * SECOND);
    client.connection!.write(1000);
    net.simulation.run(4.9 * SECOND);
    assert.deepEqual(client.log, ['established']);
    net.simulation.run(5.1 * SECOND);
    assert.deepEqual(client.log, ['established', 'timeout']);
  });

  it('starts anew with every partial ACK of a recovery that lasts longer than it (RFC 6582 section 3.2)', () => {
    // every fourth of the first forty segments is lost: NewReno repairs one in a round trip of 0.4 s
    const lost = new Set([4, 8, 12, 16, 20, 24, 28, 32, 36, 40].map((n) => n + 2));
    const net = pair({ delay: 200 * MS, impairments: losing((_, n) => lost.has(n)) });
    const client = new End();
    const server = new End();
    const options = tcp({ userTimeout: 2 * SECOND, lossRecovery: 'newreno', initialWindow: 60 });
    connect(net, client, server, options, tcp());
    net.simulation.run(1 * SECOND);
    client.connection!.write(60_000);
    net.simulation.run(12 * SECOND);
    assert.deepEqual(client.log, ['established']);
    assert.equal(server.received, 60_000);
  });
});
