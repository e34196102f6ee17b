import assert from 'node:assert/strict';
import type { Packet } from '../../sim/core/packet';
import { PacketType } from '../../sim/quic/frames';
import type { QuicStream } from '../../sim/quic/stream';
import type { CongestionControlName } from '../../sim/tcp/cc';
import type { QuicConfig } from '../../sim/quic/config';
import { linkOf, losing, MS, pair, SECOND } from '../support/network';
import { PORT, quic, StreamEnd } from '../transport/streams';

interface Setup {
  readonly config?: Partial<QuicConfig>;
  readonly cc?: CongestionControlName;
  readonly rate?: number;
  /** Packets towards the server, and back, that are lost; counted from 1. */
  readonly there?: (p: Packet, n: number) => boolean;
  readonly back?: (p: Packet, n: number) => boolean;
}

/** A client at a, a server at b, 20 ms of round trip; `bytes` are written at once. */
function setUp({ config = {}, cc = 'reno', rate = 10e6, there, back }: Setup = {}) {
  const net = pair(
    linkOf({ rate, impairments: there ? losing(there) : [] }),
    linkOf({ rate, impairments: back ? losing(back) : [] }),
  );
  const transport = quic(config, cc, true);
  const servers: StreamEnd[] = [];
  transport.listen(net.b, PORT, () => {
    const end = new StreamEnd();
    servers.push(end);
    return end;
  });
  const open = () => {
    const client = new StreamEnd();
    const stream = transport.connect(net.a, net.b.address, PORT, client, 1) as QuicStream;
    client.stream = stream;
    return { client, stream };
  };
  return { net, servers, open };
}

/** Numbers of the n-th packet of a datagram with one packet, and its type. */
const typeOf = (p: Packet) => p.sack[2];
const isData = (p: Packet) => typeOf(p) === PacketType.oneRtt && p.length > 1000;

describe('QUIC', () => {
  it('takes one round trip before data, none with 0-RTT (RFC 9001 section 4)', () => {
    for (const [handshake, rtts] of [
      ['1-rtt', 1.5],
      ['0-rtt', 0.5],
    ] as const) {
      const { net, servers, open } = setUp({ config: { handshake } });
      open().stream.writeAll(100);
      net.simulation.run((rtts * 20 + 8) * MS);
      assert.equal(servers[0]?.received, 100, handshake);
    }
  });

  it('sends a server that has not validated the address three times what it got (RFC 9000 section 8.1)', () => {
    let sent = 0;
    // the client never answers: its packets after the first are lost
    const { net, open } = setUp({
      config: { serverFlight: 20_000 },
      there: (_p, n) => n > 1,
      back: (p) => ((sent += p.length), false),
    });
    open().stream.writeAll(100);
    net.simulation.run(10 * SECOND);
    assert.equal(sent, 3600);
  });

  it('repeats a lost Initial after a PTO of three times 333 ms (RFC 9002 section 6.2.2)', () => {
    const { net, servers, open } = setUp({ there: (_p, n) => n === 1 });
    open().stream.writeAll(100);
    net.simulation.run(998 * MS);
    assert.equal(servers.length, 0);
    net.simulation.run(1040 * MS);
    assert.equal(servers[0]!.received, 100);
  });

  for (const [what, lost, back] of [
    ['HANDSHAKE_DONE', -1, 4],
    ["the server's first flight", -1, 1],
    ["the client's Finished", 2, -1],
  ] as const) {
    it(`completes when ${what} is lost (RFC 9002 section 6.2)`, () => {
      const { net, servers, open } = setUp({ there: (_p, n) => n === lost, back: (_p, n) => n === back });
      const { stream } = open();
      stream.writeAll(50_000);
      net.simulation.run(5 * SECOND);
      assert.equal(servers[0]!.received, 50_000);
      assert.ok(stream.connection.isConfirmed);
    });
  }

  it('finds a packet lost when one three later is acknowledged, and sends its frames anew (RFC 9002 section 6.1.1)', () => {
    let data = 0;
    const { net, servers, open } = setUp({ there: (p) => isData(p) && ++data === 3 });
    const { stream } = open();
    stream.writeAll(14_000);
    stream.connection.streams.closesWhenDone = false;
    net.simulation.run(90 * MS);
    assert.equal(servers[0]!.received, 14_000);
    const { connection } = stream;
    assert.equal(connection.loss.lostPackets, 1);
    assert.equal(connection.retransmittedSegments, 1);
    assert.equal(connection.loss.ptoCount, 0);
    // half of the window at the loss (section 7.3.2), once
    assert.equal(connection.driver.episodes, 1);
    assert.ok(connection.cc.cwnd < 0.7 * connection.initialWindow);
  });

  it('finds the last packet lost by PTO, with one probe and no reduction (RFC 9002 section 6.2.4, 7.5)', () => {
    let data = 0;
    const { net, servers, open } = setUp({ there: (p) => isData(p) && ++data === 3 });
    const { stream } = open();
    const payload = 1430;
    stream.writeAll(3 * payload);
    net.simulation.run(400 * MS);
    assert.equal(servers[0]!.received, 3 * payload);
    assert.equal(stream.connection.driver.collapses, 0);
  });

  it('collapses the window in persistent congestion only (RFC 9002 section 7.6)', () => {
    const dark = (from: number, to: number) => {
      const { net, open } = setUp({ there: () => net.events.now > from && net.events.now < to });
      const { stream } = open();
      stream.writeAll(Infinity);
      net.simulation.run(10 * SECOND);
      return stream.connection.driver.collapses;
    };
    assert.equal(dark(SECOND, SECOND + 30 * MS), 0);
    assert.ok(dark(SECOND, 5 * SECOND) >= 1);
  });

  it('never uses a packet number twice (RFC 9000 section 12.3)', () => {
    const seen = new Set<number>();
    const { net, open } = setUp({
      there: (p, n) => {
        if (typeOf(p) === PacketType.oneRtt) {
          assert.ok(!seen.has(p.sack[3]!), `packet number ${p.sack[3]}`);
          seen.add(p.sack[3]!);
        }
        return n % 7 === 0;
      },
    });
    open().stream.writeAll(200_000);
    net.simulation.run(10 * SECOND);
    assert.ok(seen.size > 140);
  });

  it('acknowledges every second packet, others within max_ack_delay (RFC 9000 section 13.2)', () => {
    let acks = 0;
    const { net, open } = setUp({ back: (p) => (typeOf(p) === PacketType.oneRtt && p.length < 100 && acks++, false) });
    const { stream } = open();
    net.simulation.run(SECOND);
    const before = acks;
    stream.writeAll(1430 * 8);
    net.simulation.run(2 * SECOND);
    assert.equal(acks - before, 4);
    stream.writeAll(10);
    const sent = net.events.now;
    const heard = acks;
    while (acks === heard) net.simulation.run(net.events.now + MS);
    // 20 ms of path, 25 ms of delay
    assert.ok(Math.abs(net.events.now - sent - 45 * MS) < 3 * MS, `${(net.events.now - sent) / MS} ms`);
  });

  it('lets a sender have no more under way than MAX_STREAM_DATA and MAX_DATA (RFC 9000 section 4.1)', () => {
    for (const config of [{ maxStreamData: 30_000 }, { maxData: 30_000 }]) {
      const { net, servers, open } = setUp({ config });
      const { stream } = open();
      stream.writeAll(500_000);
      while (servers.length === 0) net.simulation.run(net.events.now + MS);
      servers[0]!.reads = false;
      net.simulation.run(5 * SECOND);
      assert.equal(servers[0]!.received + servers[0]!.stream!.readable, 30_000);
      servers[0]!.reads = true;
      servers[0]!.read(servers[0]!.stream!);
      net.simulation.run(10 * SECOND);
      assert.equal(servers[0]!.received, 500_000);
    }
  });

  it('opens no more streams than the peer allows, and the rest as others end (RFC 9000 section 4.6)', () => {
    const { net, servers, open } = setUp({ config: { maxStreams: 4 } });
    const streams = Array.from({ length: 10 }, open);
    for (const { stream } of streams) stream.writeAll(100);
    net.simulation.run(SECOND);
    assert.equal(servers.length, 4);
    for (const { stream } of streams) stream.close();
    net.simulation.run(3 * SECOND);
    assert.equal(servers.length, 10);
    assert.ok(servers.every(({ received }) => received === 100));
  });

  it('holds up only the stream whose packet is lost (RFC 9000 section 2.2)', () => {
    let data = 0;
    const { net, servers, open } = setUp({ there: (p) => isData(p) && ++data === 1 });
    const [one, two] = [open(), open()];
    one.stream.writeAll(1300);
    two.stream.writeAll(1300);
    net.simulation.run(40 * MS);
    const received = servers.map((end) => end.received).sort((a, b) => a - b);
    assert.ok(received[received.length - 1]! >= 1200, `${received}`);
    assert.ok(received.length === 1 || received[0]! < 1300, `${received}`);
    net.simulation.run(2 * SECOND);
    assert.deepEqual(
      servers.map((end) => end.received),
      [1300, 1300],
    );
  });

  it('paces a window over its round trip (RFC 9002 section 7.7)', () => {
    const longest = (pacing: boolean) => {
      const { net, open } = setUp({ rate: 100e6, config: { pacing, initialWindow: 60 } });
      open().stream.writeAll(80_000);
      let queue = 0;
      for (let t = 0; t < 400; t++) {
        net.simulation.run(net.events.now + MS / 10);
        queue = Math.max(queue, net.there.queuedPackets);
      }
      return queue;
    };
    // 1.25 windows in a round trip are less than the link's rate here: little more than the burst of ten packets queues
    assert.ok(longest(true) <= 14, `${longest(true)}`);
    assert.ok(longest(false) > 40, `${longest(false)}`);
  });
});
