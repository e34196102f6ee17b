import assert from 'node:assert/strict';
import { RandomStream } from '../../sim/core/random';
import { dropTail, type Pair, pair, SECOND } from '../support/network';
import { type Candidate, CANDIDATES, nasty, Numbered, PORT, StreamEnd } from './streams';

/*
 * What every transport of byte streams promises (sim/transport/byte-stream.ts), whatever the network does.
 */

const HOUR = 3600 * SECOND;
const STREAMS = 3;

interface Opened {
  readonly client: StreamEnd;
  readonly server: StreamEnd;
}

/** Streams from a to b; each sends its number in its first message, by which the server's end is found. */
function openStreams(net: Pair, candidate: Candidate, count: number, buffer?: number): Opened[] {
  const transport = candidate.make(buffer);
  const servers: StreamEnd[] = [];
  transport.listen(net.b, PORT, () => {
    const end = new StreamEnd();
    servers.push(end);
    return end;
  });
  const opened: Opened[] = [];
  for (let i = 0; i < count; i++) {
    const client = new StreamEnd(true, true);
    client.stream = transport.connect(net.a, net.b.address, PORT, client, 1 + i);
    client.stream.writeMessage(new Numbered(40, i, -1));
    opened.push({
      client,
      get server() {
        return servers.find((end) => end.messages[0]?.stream === i)!;
      },
    });
  }
  return opened;
}

function runDry(net: Pair, until = HOUR): void {
  for (let at = SECOND; net.events.size > 0 && at < until; at += SECOND) net.simulation.run(at);
}

for (const candidate of CANDIDATES) {
  describe(`byte streams over ${candidate.name}`, () => {
    for (const [seed, loss] of [
      [1, 0],
      [2, 0.02],
      [3, 0.1],
    ] as const) {
      it(`deliver everything once and in order within each stream at ${100 * loss} % loss, reordering, duplication`, () => {
        const link = { rate: 8e6, queue: dropTail(30), impairments: nasty(loss) };
        const net = pair(link, link, [seed, 5, 6, 7]);
        const random = new RandomStream([seed, 1, 1, 1], 'sizes');
        const streams = openStreams(net, candidate, STREAMS);
        const written = streams.map(({ client }, i) => {
          let bytes = 40;
          for (let n = 0; n < 30; n++) {
            const size = random.integer(1, 5000);
            bytes += size;
            client.stream!.writeMessage(new Numbered(size, i, n));
          }
          client.stream!.shutdown();
          return bytes;
        });

        runDry(net);

        streams.forEach(({ client, server }, i) => {
          assert.equal(server.received, written[i]);
          assert.deepEqual(
            server.messages.map((m) => [m.stream, m.number]),
            Array.from({ length: 31 }, (_, n) => [i, n - 1]),
          );
          assert.deepEqual(server.log, ['established', 'remote closed', 'finished']);
          assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
          assert.equal(server.stream!.flow, 1 + i);
        });
        assertNothingLeft(net, candidate);
      });
    }

    it('carry data the other way after the client has ended its direction', () => {
      const net = pair({ impairments: nasty(0.03) }, { impairments: nasty(0.03) });
      const transport = candidate.make();
      const client = new StreamEnd();
      const server = new StreamEnd(true, false, {
        onRemoteClosed: (stream) => {
          stream.writeAll(100_000);
          stream.close();
        },
      });
      transport.listen(net.b, PORT, () => server);
      client.stream = transport.connect(net.a, net.b.address, PORT, client, 1);
      client.stream.writeAll(1000);
      client.stream.shutdown();
      runDry(net);
      assert.equal(server.received, 1000);
      assert.equal(client.received, 100_000);
      assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
      assertNothingLeft(net, candidate);
    });

    it('hold no more than their buffers when the reader stops, and go on when it reads again', () => {
      const BUFFER = 40_000;
      const BYTES = 400_000;
      const net = pair();
      const [stream] = openStreams(net, candidate, 1, BUFFER);
      const { client } = stream!;
      net.simulation.run(SECOND);
      const { server } = stream!;
      server.reads = false;
      client.stream!.writeAll(BYTES);
      client.stream!.shutdown();
      net.simulation.run(60 * SECOND);
      assert.equal(server.received, 40);
      const { ahead = 0 } = candidate;
      assert.ok(server.stream!.buffered <= BUFFER + ahead, `${server.stream!.buffered} bytes are held`);
      assert.ok(
        server.stream!.readable > (ahead > 0 ? ahead / 4 : BUFFER / 2),
        `only ${server.stream!.readable} bytes can be read`,
      );
      assert.ok(client.stream!.unacknowledged >= BYTES - BUFFER - ahead);
      for (let at = net.events.now; server.received < 40 + BYTES && at < HOUR; at += SECOND) {
        net.simulation.run(at);
        server.read(server.stream!);
      }
      runDry(net);
      assert.equal(server.received, 40 + BYTES);
      assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
      assertNothingLeft(net, candidate);
    });

    it('tell the peer when they are aborted, and leave nothing behind', () => {
      const net = pair();
      const [stream] = openStreams(net, candidate, 1);
      stream!.client.stream!.writeAll(10_000_000);
      net.simulation.run(SECOND);
      stream!.client.stream!.abort();
      runDry(net, 600 * SECOND);
      assert.deepEqual(stream!.client.log, ['established', 'aborted']);
      const [first, last] = [stream!.server.log[0], stream!.server.log[stream!.server.log.length - 1]];
      assert.equal(first, 'established');
      assert.ok(last === 'reset' || last === 'finished', last);
      assert.ok(stream!.server.received < 10_000_000);
      assertNothingLeft(net, candidate);
    });

    it('write no more than they have room for, and say when there is room', () => {
      const net = pair();
      const transport = candidate.make(30_000);
      const server = new StreamEnd();
      transport.listen(net.b, PORT, () => server);
      let left = 500_000;
      const write = () => {
        const bytes = Math.min(left, client.stream!.writable);
        if (bytes === 0) return;
        left -= bytes;
        client.stream!.writeAll(bytes);
        assert.ok(client.stream!.unacknowledged <= 30_000);
      };
      const client = new StreamEnd();
      client.onEstablished = write;
      Object.assign(client, { onWritable: write });
      client.stream = transport.connect(net.a, net.b.address, PORT, client, 1);
      net.simulation.run(120 * SECOND);
      assert.equal(left, 0);
      assert.equal(server.received, 500_000);
    });
  });
}

function assertNothingLeft(net: Pair, candidate: Candidate): void {
  assert.equal(net.simulation.pool.live, 0, 'packets left');
  assert.equal(net.events.size, 0, 'events left');
  assert.equal(candidate.count(net.a) + candidate.count(net.b), 0, 'connections left');
  for (const link of [net.there, net.back]) {
    assert.ok(link.sentPackets <= link.deliveredPackets + link.droppedPackets);
  }
}
