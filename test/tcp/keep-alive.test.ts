import assert from 'node:assert/strict';
import { Flag } from '../../sim/core/packet';
import { Capture, connect, End, losing, pair, SECOND, tcp } from '../support/network';

describe('keep-alive (RFC 9293 section 3.8.4)', () => {
  const options = tcp({ keepAlive: 10 * SECOND, keepAliveInterval: 2 * SECOND, keepAliveProbes: 3 });

  it('probes an idle peer, and is content with its answer', () => {
    const net = pair();
    const there = Capture.on(net.there);
    const [client, server] = [new End(), new End()];
    connect(net, client, server, options, tcp());
    net.simulation.run(35 * SECOND);
    assert.equal(there.sent.length, 2 + 3);
    assert.ok(there.sent.slice(2).every((s) => s.seq === 0 && s.length === 0));
    assert.deepEqual(client.log, ['established']);
  });

  it('gives up after the last unanswered probe', () => {
    const net = pair({ impairments: losing((_, n) => n > 2) });
    const there = Capture.on(net.there);
    const client = new End();
    connect(net, client, new End(), options, tcp());
    net.simulation.run(60 * SECOND);
    assert.deepEqual(
      there.sent.slice(2).map((s) => Math.round(s.at / SECOND)),
      [10, 12, 14, 16],
    );
    assert.ok(there.sent[there.sent.length - 1]!.flags & Flag.rst, 'and resets the peer');
    assert.deepEqual(client.log, ['established', 'timeout']);
  });
});
