import assert from 'node:assert/strict';
import type { Simulation } from '../../sim/net/simulation';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation as Network } from '../../sim/net/simulation';
import type { LinkOptions } from '../../sim/net/link';
import { fields } from '../../sim/core/choice';
import { type RelayConfig, relayParams } from '../../sim/relay/config';
import { OnDemand } from '../../sim/relay/next-leg';
import { Processor } from '../../sim/relay/processor';
import { Relay } from '../../sim/relay/relay';
import type { TcpConfig } from '../../sim/tcp/config';
import { State } from '../../sim/tcp/connection';
import { TcpStack } from '../../sim/tcp/stack';
import { TcpTransport } from '../../sim/tcp/transport';
import { Capture, End, linkOf, losing, MS, PORT, SECOND, SEED, tcp } from '../support/network';

interface Chain {
  readonly simulation: Simulation;
  readonly relay: Relay;
  readonly client: End;
  readonly server: End;
}

/** A client, a relay and a server in a row; the client has sent its SYN to the relay. */
function chain(options: {
  first?: Partial<LinkOptions>;
  second?: Partial<LinkOptions>;
  buffer?: number;
  client?: End;
  server?: End;
  listens?: boolean;
  /** With it, everything passes the relay's processor. */
  relay?: Partial<RelayConfig>;
  config?: Partial<TcpConfig>;
}): Chain {
  const simulation = new Network(SEED);
  const [a, r, b] = ['a', 'r', 'b'].map((name) => simulation.addNode(name)) as never as [never, never, never];
  simulation.connect(a, r, linkOf(options.first));
  simulation.connect(r, b, linkOf(options.second));
  computeRoutes(simulation);
  const [client, server] = [options.client ?? new End(), options.server ?? new End()];
  const [from, over, to] = simulation.nodes.map((node) => TcpStack.of(node)) as [TcpStack, TcpStack, TcpStack];
  if (options.listens !== false) {
    to.listen(PORT, tcp(options.config), (connection) => {
      server.connection = connection;
      return server;
    });
  }
  const buffer = options.buffer ?? 4 << 20;
  const ofRelay = tcp({ sendBuffer: buffer, receiveBuffer: buffer, ...options.config });
  const transport = new TcpTransport(ofRelay);
  const next = new OnDemand((delegate, incoming) =>
    transport.connect(r, to.node.address, PORT, delegate, incoming!.flow),
  );
  const config = { ...fields(relayParams).parse({}), ...options.relay };
  const processor =
    options.relay === undefined ? null : new Processor(simulation.events, config.serviceRate, config.messageRate);
  const relay = new Relay(simulation.events, config, next, { processor });
  over.listen(PORT, ofRelay, (connection) => relay.accept(connection));
  client.connection = from.connect(simulation.nodes[1]!.address, PORT, tcp(options.config), client, 1);
  return { simulation, relay, client, server };
}

function assertClean({ simulation, relay }: Chain): void {
  simulation.run(Infinity);
  assert.equal(simulation.pool.live, 0, 'packets');
  assert.equal(simulation.events.size, 0, 'events');
  for (const node of simulation.nodes) assert.equal(TcpStack.of(node).size, 0, `connections of ${node.name}`);
  assert.equal(relay.buffered, 0);
}

describe('Relay', () => {
  it('passes every byte and the end of the stream, both ways', () => {
    const net = chain({
      server: new End(true, true, {
        onReadable: (connection) => {
          if (connection.unacknowledged === 0) connection.write(30_000);
        },
      }),
    });
    net.client.connection!.writeAll(500_000);
    net.client.connection!.shutdown();
    net.simulation.run(20 * SECOND);
    assert.equal(net.server.received, 500_000);
    assert.ok(net.client.received >= 30_000);
    assert.equal(net.relay.bytes, net.server.received + net.client.received);
    assert.equal(net.relay.pairs, 1);
    assertClean(net);
    assert.deepEqual([net.client.log.at(-1), net.server.log.at(-1)], ['finished', 'finished']);
  });

  it('passes them under loss on both legs', () => {
    const impairments = losing((_, n) => n % 37 === 0);
    const net = chain({ first: { impairments }, second: { impairments } });
    net.client.connection!.writeAll(400_000);
    net.client.connection!.shutdown();
    net.simulation.run(60 * SECOND);
    assert.equal(net.server.received, 400_000);
    assert.equal(net.relay.bytes, 400_000);
    assertClean(net);
  });

  it('holds no more than its sockets under a slow next leg, and makes the sender wait', () => {
    const buffer = 50_000;
    const net = chain({ buffer, first: { rate: 100e6 }, second: { rate: 1e6 } });
    const { simulation, relay, client, server } = net;
    client.connection!.writeAll(1_000_000);
    client.connection!.shutdown();
    let most = 0;
    for (let at = 0; at < 7 * SECOND; at += 5 * MS) {
      simulation.run(at);
      most = Math.max(most, relay.buffered);
      assert.ok(relay.buffered <= 2 * buffer, `${relay.buffered} at ${at}`);
      assert.ok(server.received <= relay.bytes && relay.bytes <= server.received + buffer);
    }
    assert.ok(most > 1.8 * buffer, `the buffers were used: ${most}`);
    // the first leg could have carried everything in a tenth of a second
    assert.ok(server.received < 1_000_000 && server.received > 800_000);
    assertClean(net);
    assert.equal(server.received, 1_000_000);
  });

  it('counts what it holds while the next leg is being opened', () => {
    const net = chain({ buffer: 20_000, first: { delay: 1 * MS }, second: { delay: 500 * MS } });
    net.client.connection!.writeAll(100_000);
    net.simulation.run(400 * MS);
    // all that two sockets can hold: one has received it, the other will send it
    assert.ok(net.relay.buffered > 35_000 && net.relay.buffered <= 40_000, `${net.relay.buffered}`);
  });

  it('passes on an end of stream that comes before the next leg is established', () => {
    const net = chain({ second: { delay: 200 * MS } });
    net.simulation.run(100 * MS);
    net.client.connection!.shutdown();
    net.simulation.run(5 * SECOND);
    assert.deepEqual(net.server.log, ['established', 'remote closed', 'finished']);
    assertClean(net);
  });

  it('keeps account of a leg that is still sending when the other has finished', () => {
    const server = new End(true, false, { onEstablished: (connection) => connection.shutdown() });
    const net = chain({ server, second: { rate: 1e6 }, first: { rate: 100e6, delay: MS } });
    net.client.connection!.writeAll(300_000);
    net.client.connection!.close();
    net.simulation.run(SECOND);
    assert.ok(net.relay.buffered > 100_000, `${net.relay.buffered}`);
    assertClean(net);
    assert.equal(server.received, 300_000);
  });

  it('leaves one direction open when the other has ended', () => {
    const net = chain({ server: new End(true, false) });
    net.client.connection!.writeAll(1000);
    net.client.connection!.shutdown();
    net.simulation.run(SECOND);
    assert.deepEqual(net.server.log, ['established', 'remote closed']);
    net.server.connection!.writeAll(200_000);
    net.simulation.run(5 * SECOND);
    assert.equal(net.client.received, 200_000);
    net.server.connection!.close();
    assertClean(net);
  });

  for (const [who, whom] of [
    ['client', 'server'],
    ['server', 'client'],
  ] as const) {
    it(`passes on a reset by the ${who}`, () => {
      const net = chain({});
      net.client.connection!.writeAll(Infinity);
      net.simulation.run(SECOND);
      net[who].connection!.abort();
      net.simulation.run(2 * SECOND);
      assert.equal(net[who].log.at(-1), 'aborted');
      assert.equal(net[whom].log.at(-1), 'reset');
      assertClean(net);
    });
  }

  it('resets the client when the next hop refuses, or does not answer', () => {
    const refused = chain({ listens: false });
    refused.simulation.run(SECOND);
    assert.equal(refused.client.log.at(-1), 'reset');
    assertClean(refused);
    const silent = chain({ second: { impairments: losing(() => true) }, config: { synRetries: 2 } });
    silent.simulation.run(6 * SECOND);
    assert.deepEqual(silent.client.log, ['established']);
    silent.simulation.run(8 * SECOND);
    assert.equal(silent.client.log.at(-1), 'reset');
    assertClean(silent);
  });

  it('acknowledges on its own leg: the client hears after one hop, not two', () => {
    const net = chain({ first: { delay: 1 * MS }, second: { delay: 300 * MS } });
    const back = Capture.on(net.simulation.links[1]!);
    net.client.connection!.writeAll(1000);
    net.simulation.run(100 * MS);
    assert.equal(back.arrived.at(-1)!.ack, 1001);
    assert.equal(net.server.connection?.state, undefined);
    assert.equal(net.client.connection!.state, State.established);
  });
});

describe('messages through a Relay', () => {
  it('arrive whole and in order through buffers smaller than they are', () => {
    const taken: number[] = [];
    const server = new End(true, true, {
      onReadable: (stream) => {
        for (let m = stream.takeMessage(); m !== null; m = stream.takeMessage()) taken.push(m.size);
      },
    });
    const net = chain({ server, buffer: 20_000, second: { rate: 1e6, impairments: losing((_, n) => n % 23 === 0) } });
    const sizes = Array.from({ length: 60 }, (_, i) => 1 + ((i * 7919) % 50_000));
    for (const size of sizes) net.client.connection!.writeMessage({ size });
    net.client.connection!.shutdown();
    net.simulation.run(120 * SECOND);
    assert.deepEqual(taken, sizes);
    assertClean(net);
  });
});

describe('a Relay with a processor', () => {
  const take = (into: { size: number; at: number }[]) =>
    new End(true, true, {
      onReadable: (stream) => {
        for (let m = stream.takeMessage(); m !== null; m = stream.takeMessage()) {
          into.push({ size: m.size, at: stream.events.now });
        }
      },
    });

  it('passes on whole messages only, after the last byte and its service (store and forward)', () => {
    const first = { rate: 1e6, delay: MS };
    const firstBytesAt = (forward: RelayConfig['forward']): number => {
      const net = chain({ first, second: { rate: 1e9, delay: MS }, relay: { forward, processing: 2 * MS } });
      const there = Capture.on(net.simulation.links[2]!);
      net.simulation.run(50 * MS);
      net.client.connection!.writeMessage({ size: 10_000 });
      net.simulation.run(SECOND);
      return there.sent.find(({ length }) => length > 0)!.at - 50 * MS;
    };
    const whole = firstBytesAt('store-and-forward');
    const through = firstBytesAt('cut-through');
    // 10 kB and their headers take 83 ms on the first leg, the first segment 12 ms
    assert.ok(whole > 84 * MS && whole < 88 * MS, `${whole}`);
    assert.ok(through > 14 * MS && through < 17 * MS, `${through}`);
  });

  it('serves messages one after the other at its rate, of all sessions that share it', () => {
    const taken: { size: number; at: number }[] = [];
    const relay = { forward: 'store-and-forward', messageRate: 50 } as const;
    const net = chain({ server: take(taken), relay, config: { nagle: false } });
    for (let i = 0; i < 20; i++) net.client.connection!.writeMessage({ size: 100 });
    net.simulation.run(2 * SECOND);
    const gaps = taken.slice(1).map(({ at }, i) => at - taken[i]!.at);
    assert.equal(taken.length, 20);
    assert.ok(
      gaps.every((gap) => Math.abs(gap - 20 * MS) < MS),
      gaps.join(' '),
    );
  });

  it('never holds more than its sockets and its store, whatever is offered, and loses nothing', () => {
    for (const forward of ['bytes', 'cut-through', 'store-and-forward'] as const) {
      const [buffer, store] = [20_000, 30_000];
      const taken: { size: number; at: number }[] = [];
      const net = chain({
        server: take(taken),
        buffer,
        first: { rate: 100e6, delay: MS },
        second: { rate: 1e6, impairments: losing((_, n) => n % 50 === 0) },
        relay: { forward, store, serviceRate: 2e6 },
      });
      const sizes = Array.from({ length: 60 }, (_, i) => 1 + ((i * 7919) % store));
      for (const size of sizes) net.client.connection!.writeMessage({ size });
      net.client.connection!.shutdown();
      let most = 0;
      for (let at = 0; at < 15 * SECOND; at += 2 * MS) {
        net.simulation.run(at);
        most = Math.max(most, net.relay.buffered);
      }
      assert.ok(most <= 2 * buffer + store, `${forward}: ${most}`);
      assert.ok(most > buffer + store, `${forward}: the store was used: ${most}`);
      net.simulation.run(60 * SECOND);
      assert.deepEqual(
        taken.map(({ size }) => size),
        sizes,
      );
      assertClean(net);
    }
  });

  it('resets a session with a message that its store can never take, or, told so, one that overflows', () => {
    const large = chain({ relay: { forward: 'store-and-forward', store: 10_000 } });
    large.client.connection!.writeMessage({ size: 10_001 });
    large.simulation.run(SECOND);
    assert.equal(large.client.log.at(-1), 'reset');
    assert.equal(large.relay.failures, 1);
    assertClean(large);
    const many = chain({
      buffer: 10_000,
      second: { rate: 1e5 },
      relay: { forward: 'store-and-forward', store: 10_000, overflow: 'reset' },
    });
    for (let i = 0; i < 100; i++) many.client.connection!.writeMessage({ size: 3000 });
    many.simulation.run(5 * SECOND);
    assert.equal(many.client.log.at(-1), 'reset');
    assertClean(many);
  });

  it('passes on the end of the stream after everything else, and bytes that belong to no message', () => {
    const net = chain({ relay: { forward: 'store-and-forward', processing: 30 * MS } });
    net.client.connection!.writeAll(50_000);
    net.client.connection!.shutdown();
    net.simulation.run(10 * SECOND);
    assert.equal(net.server.received, 50_000);
    assertClean(net);
    assert.deepEqual([net.client.log.at(-1), net.server.log.at(-1)], ['finished', 'finished']);
  });
});
