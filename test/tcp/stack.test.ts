import assert from 'node:assert/strict';
import { Flag } from '../../sim/core/packet';
import { TcpStack } from '../../sim/tcp/stack';
import { Capture, connect, End, pair, PORT, SECOND, tcp } from '../support/network';

describe('timestamps (RFC 7323 section 5.3)', () => {
  it('are not taken from a segment outside the window', () => {
    const net = pair();
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    client.connection!.writeAll(1000);
    net.simulation.run(SECOND);
    const back = Capture.on(net.back);
    const { simulation, a, b } = net;
    const p = simulation.pool.take();
    const { localPort } = client.connection!;
    Object.assign(p, { src: a.address, dst: b.address, srcPort: localPort, dstPort: PORT, protocol: 0, size: 552 });
    // the data again, as a late copy of a retransmission would come
    Object.assign(p, { flags: Flag.ack, seq: 1, ack: 1, length: 500, window: 1000, tsVal: 900, tsEcr: 10 });
    a.send(p);
    net.simulation.run(2 * SECOND);
    assert.deepEqual([back.sent.length, back.sent[0]!.flags], [1, Flag.ack]);
    assert.ok(back.sent[0]!.tsEcr < 100, `${back.sent[0]!.tsEcr}`);
  });
});

describe('ports', () => {
  it('are given out one after the other, and not twice for the same peer', () => {
    const net = pair();
    const stack = TcpStack.of(net.a);
    const ports = new Set<number>();
    for (let i = 0; i < 500; i++) {
      ports.add(stack.connect(net.b.address, PORT, tcp(), {}, i).localPort);
    }
    assert.equal(ports.size, 500);
    assert.equal(stack.size, 500);
  });

  it('belong to one listener', () => {
    const stack = TcpStack.of(pair().a);
    stack.listen(PORT, tcp(), () => ({}));
    assert.throws(() => stack.listen(PORT, tcp(), () => ({})), /port 80 is taken/);
    stack.unlisten(PORT);
    stack.listen(PORT, tcp(), () => ({}));
  });
});
