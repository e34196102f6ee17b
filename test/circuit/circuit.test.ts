import assert from 'node:assert/strict';
import { type CircuitConfig, circuitParams } from '../../sim/circuit/config';
import { Circuits } from '../../sim/circuit/circuits';
import { FRAME_HEADER } from '../../sim/circuit/frames';
import { schedulers } from '../../sim/circuit/schedulers';
import { factoryOf, fields } from '../../sim/core/choice';
import type { ByteStream } from '../../sim/transport/byte-stream';
import type { StreamTransport } from '../../sim/transport/stream-transport';
import { TcpTransport } from '../../sim/tcp/transport';
import { dropTail, pair, type Pair, SECOND, tcp } from '../support/network';
import { nasty, Numbered, PORT, quic, sctp, StreamEnd } from '../transport/streams';

interface Setup {
  readonly config?: Partial<CircuitConfig>;
  readonly scheduler?: keyof typeof schedulers;
  readonly carrier?: () => StreamTransport;
  readonly net?: Pair;
}

/** Circuits from a to b; `open` makes a session and finds its far end. */
function setUp({ config = {}, scheduler = 'drr', carrier = () => new TcpTransport(tcp()), net = pair() }: Setup = {}) {
  const whole = { ...fields(circuitParams).parse({}), ...config };
  const params = fields(schedulers[scheduler].params).parse({});
  const circuits = new Circuits(net.a, net.b, PORT, whole, factoryOf(schedulers, { name: scheduler, params }), carrier);
  const open = (flow: number, weight = 1, server = new StreamEnd()) => {
    const transport = circuits.transport(weight);
    transport.listen(net.b, flow, (stream) => {
      server.stream = stream;
      return server;
    });
    const client = new StreamEnd();
    client.stream = transport.connect(net.a, net.b.address, flow, client, flow);
    return { client, server, stream: client.stream };
  };
  return { net, circuits, open, config: whole };
}

const carriers: readonly [string, () => StreamTransport, number][] = [
  ['TCP', () => new TcpTransport(tcp()), 1],
  ['streams of SCTP', () => sctp({ heartbeat: 0 }, undefined, true), 3],
  ['streams of QUIC', () => quic({}, 'cubic', true), 3],
];

for (const [name, carrier, streams] of carriers) {
  describe(`circuits over ${name}`, () => {
    for (const scheduler of ['fifo', 'round-robin', 'drr', 'weighted'] as const) {
      it(`carry every session whole, in order and apart from the others, through loss (${scheduler})`, () => {
        const net = pair({ queue: dropTail(50), impairments: nasty(0.02) }, { impairments: nasty(0.02) });
        const { open } = setUp({ config: { streams, circuits: 2 }, scheduler, carrier, net });
        const sessions = [1, 2, 3, 4, 5, 6].map((flow) => open(flow));
        sessions.forEach(({ stream }, i) => {
          for (let n = 0; n < 20; n++) stream.writeMessage(new Numbered(100 + 700 * i, i, n));
          stream.shutdown();
        });
        net.simulation.run(120 * SECOND);
        sessions.forEach(({ client, server }, i) => {
          assert.equal(server.received, 20 * (100 + 700 * i));
          assert.deepEqual(
            server.messages.map((m) => [m.stream, m.number]),
            Array.from({ length: 20 }, (_, n) => [i, n]),
          );
          assert.equal(server.stream!.flow, 1 + i);
          assert.deepEqual(server.log, ['established', 'remote closed', 'finished']);
          assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
        });
      });
    }
  });
}

describe('a session in a circuit', () => {
  it('is held up by its own reader alone: credit stops it, the others go on (draft section 3.2)', () => {
    const { net, open, config } = setUp({ config: { window: 20_000 } });
    const slow = open(1, 1, new StreamEnd(false));
    const fast = open(2);
    slow.stream.writeAll(1_000_000);
    fast.stream.writeAll(1_000_000);
    net.simulation.run(20 * SECOND);
    assert.equal(slow.server.stream!.readable, config.window);
    assert.equal(fast.server.received, 1_000_000);
    slow.server.reads = true;
    slow.server.read(slow.server.stream!);
    net.simulation.run(40 * SECOND);
    assert.equal(slow.server.received, 1_000_000);
  });

  it('counts its framing: 8 bytes for each frame of at most `frame` bytes', () => {
    const { net, open, circuits } = setUp({ config: { frame: 1000 } });
    const { stream, server } = open(1);
    stream.writeAll(10_000);
    net.simulation.run(5 * SECOND);
    assert.equal(server.received, 10_000);
    const [end] = circuits.near;
    // OPEN with its port, and the data: DRR cuts at its quantum of 1500 bytes into 1000 and 500
    assert.ok(end!.frames >= 1 + 10, `${end!.frames} frames`);
    assert.equal(end!.overhead, FRAME_HEADER * end!.frames + 4);
  });

  it('is reset with all others when the circuit goes: they share its fate (draft section 4.4)', () => {
    const { net, open, circuits } = setUp();
    const sessions = [open(1), open(2), open(3)];
    for (const { stream } of sessions) stream.writeAll(100);
    net.simulation.run(SECOND);
    (circuits.far[0]!.carrier as ByteStream).abort();
    net.simulation.run(2 * SECOND);
    for (const { client, server } of sessions) {
      assert.deepEqual(client.log, ['established', 'reset']);
      assert.deepEqual(server.log, ['established', 'reset']);
    }
    assert.equal(circuits.near[0]!.size + circuits.far[0]!.size, 0);
  });

  it('aborted, tells the other end and leaves the others alone', () => {
    const { net, open } = setUp();
    const [one, two] = [open(1), open(2)];
    one.stream.writeAll(Infinity);
    two.stream.writeAll(500_000);
    net.simulation.run(SECOND / 5);
    one.stream.abort();
    net.simulation.run(20 * SECOND);
    assert.deepEqual(one.client.log, ['established', 'aborted']);
    assert.deepEqual(one.server.log, ['established', 'reset']);
    assert.equal(two.server.received, 500_000);
  });

  it('costs little while it is idle: some hundred bytes at each end', () => {
    const { net, circuits } = setUp();
    const transport = circuits.transport(1);
    transport.listen(net.b, 7, () => ({}));
    const COUNT = 20_000;
    const client = {};
    const before = process.memoryUsage().heapUsed;
    const kept: ByteStream[] = [];
    for (let i = 0; i < COUNT; i++) kept.push(transport.connect(net.a, net.b.address, 7, client, i));
    net.simulation.run(60 * SECOND);
    assert.equal(circuits.far[0]!.size, COUNT);
    const each = (process.memoryUsage().heapUsed - before) / COUNT;
    // without a collection in between this is an upper bound; two ends within 2 kB make a million fit into 2 GiB
    assert.ok(each < 2000, `${each} bytes for each session`);
    assert.equal(kept.length, COUNT);
  });
});

describe('sharing a circuit', () => {
  /** Bytes that sessions with these weights have delivered after ten seconds of always having something to send. */
  function delivered(scheduler: keyof typeof schedulers, weights: readonly number[]): number[] {
    // Vegas keeps the path's queue short: credit would otherwise be what limits each session
    const { net, open } = setUp({ scheduler, carrier: () => new TcpTransport(tcp({}, 'vegas')) });
    const sessions = weights.map((weight, i) => open(1 + i, weight));
    for (const { stream } of sessions) stream.writeAll(Infinity);
    net.simulation.run(10 * SECOND);
    return sessions.map(({ server }) => server.received);
  }

  it('by DRR gives equal bytes to all that have something to send (Shreedhar and Varghese 1995)', () => {
    const [a, b, c] = delivered('drr', [1, 1, 1]);
    assert.ok(Math.abs(a! / b! - 1) < 0.03 && Math.abs(b! / c! - 1) < 0.03, `${a} ${b} ${c}`);
  });

  it('by weight gives bytes in proportion to it', () => {
    const [one, three] = delivered('weighted', [1, 3]);
    assert.ok(Math.abs(three! / one! - 3) < 0.15, `${three! / one!}`);
    const [a, b] = delivered('drr', [1, 3]);
    assert.ok(Math.abs(b! / a! - 1) < 0.05, `${b! / a!}`);
  });

  it('in the order of writing lets a bulk session delay a message by its credit; with turns by a frame', () => {
    const delay = (scheduler: keyof typeof schedulers) => {
      const { net, open } = setUp({ scheduler, carrier: () => new TcpTransport(tcp({ nagle: false }, 'vegas')) });
      const bulk = open(1);
      const chat = open(2);
      bulk.stream.writeAll(Infinity);
      net.simulation.run(10 * SECOND);
      chat.stream.writeMessage(new Numbered(200, 2, 0));
      const from = net.events.now;
      while (chat.server.messages.length === 0) net.simulation.run(net.events.now + 1e6);
      return net.events.now - from;
    };
    // between half of the credit of 256 KiB and all of it at 10 Mbit/s: 105 to 210 ms, and the path
    const fifo = delay('fifo');
    assert.ok(fifo > 95e6 && fifo < 240e6, `fifo ${fifo / 1e6} ms`);
    for (const scheduler of ['round-robin', 'drr', 'weighted'] as const) {
      assert.ok(delay(scheduler) < 45e6, `${scheduler} ${delay(scheduler) / 1e6} ms`);
    }
  });

  it('of several circuits gives each its sessions in turn', () => {
    const { net, open, circuits } = setUp({ config: { circuits: 3 } });
    for (let flow = 1; flow <= 7; flow++) open(flow);
    net.simulation.run(SECOND);
    assert.deepEqual(
      circuits.near.map((end) => end.size),
      [3, 2, 2],
    );
  });

  it('gives a new session to the circuit with the least waiting, if asked to', () => {
    const { net, open, circuits } = setUp({ config: { circuits: 2, balance: 'least-queued' } });
    const [first] = [open(1), open(2)];
    first.stream.writeAll(Infinity);
    net.simulation.run(SECOND);
    assert.deepEqual(
      circuits.near.map((end) => end.size),
      [2, 0],
    );
    open(3);
    open(4);
    assert.deepEqual(
      circuits.near.map((end) => end.size),
      [2, 2],
    );
  });
});
