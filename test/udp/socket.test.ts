import assert from 'node:assert/strict';
import type { Packet } from '../../sim/core/packet';
import { Drop } from '../../sim/net/queue';
import { Simulation } from '../../sim/net/simulation';
import { computeRoutes } from '../../sim/net/routing';
import { queues } from '../../sim/net/queues';
import { bind } from '../../sim/core/plugin';
import { stampOf } from '../../sim/udp/socket';
import { UdpStack } from '../../sim/udp/stack';
import { checkPhysics } from '../../sim/run/physics';

const SILENT = { onDatagram: () => undefined };

/** Two hosts 10 ms apart at 8 Mbit/s: 1 byte takes 1 us. */
function twoHosts() {
  const simulation = new Simulation([1, 2, 3, 4]);
  const queue = bind(queues['drop-tail'] as never, {}) as never;
  const a = simulation.addNode('a');
  const b = simulation.addNode('b');
  simulation.connect(a, b, { rate: 8e6, delay: 10e6, queue });
  computeRoutes(simulation);
  return { simulation, a, b };
}

describe('UDP (RFC 768)', () => {
  it('given a datagram of 1000 bytes, puts 28 bytes of headers around it and delivers it to the port it names', () => {
    const { simulation, a, b } = twoHosts();
    const got: [number, number, number, number][] = [];
    const server = UdpStack.of(b).bind(
      { onDatagram: (p: Packet) => got.push([p.length, p.size, p.seq, simulation.events.now - stampOf(p)]) },
      7,
      5004,
    );
    const client = UdpStack.of(a).bind(SILENT, 7);
    client.connect(b.address, 5004);
    client.send(client.datagram(1000, 42));
    simulation.run(1e9);
    assert.deepEqual(got, [[1000, 1028, 42, 1_028_000 + 10e6]]);
    assert.equal(server.received, 1);
    assert.equal(simulation.pool.live, 0);
    checkPhysics(simulation);
  });

  it('when a socket answers, sends to the address and port that the last datagram came from', () => {
    const { simulation, a, b } = twoHosts();
    let answered = 0;
    const server = UdpStack.of(b).bind({ onDatagram: () => server.send(server.datagram(10, 0)) }, 1, 53);
    const client = UdpStack.of(a).bind({ onDatagram: () => answered++ }, 1);
    client.connect(b.address, 53);
    assert.equal(server.hasPeer, false);
    assert.throws(() => server.datagram(10, 0), /no peer/);
    client.send(client.datagram(10, 0));
    client.send(client.datagram(10, 1));
    simulation.run(1e9);
    assert.equal(answered, 2);
    assert.equal(simulation.pool.live, 0);
  });

  it('when nobody has bound the port, drops the datagram and counts it', () => {
    const { simulation, a, b } = twoHosts();
    UdpStack.of(b);
    const client = UdpStack.of(a).bind(SILENT, 1);
    client.connect(b.address, 9);
    client.send(client.datagram(10, 0));
    simulation.run(1e9);
    assert.equal(b.drops[Drop.unroutable], 1);
    assert.equal(simulation.pool.live, 0);
  });

  it('gives a port to one socket at a time, ephemeral ones from 49152 (RFC 6335 section 6)', () => {
    const { a } = twoHosts();
    const stack = UdpStack.of(a);
    const socket = stack.bind(SILENT, 1, 5004);
    assert.throws(() => stack.bind(SILENT, 2, 5004), /taken/);
    socket.close();
    stack.bind(SILENT, 2, 5004);
    assert.equal(stack.bind(SILENT, 3).port, 49152);
    assert.equal(stack.bind(SILENT, 3).port, 49153);
    assert.equal(stack.size, 3);
  });

  it('carries a time to the nanosecond in the stamp of a datagram', () => {
    const { simulation, a, b } = twoHosts();
    const client = UdpStack.of(a).bind(SILENT, 1);
    client.connect(b.address, 9);
    for (const time of [0, 1, 999_999, 1_000_000, 86_400e9 + 123_456_789]) {
      simulation.events.now = time;
      const p = client.datagram(1, 0);
      assert.equal(stampOf(p), time);
      simulation.pool.give(p);
    }
  });
});
