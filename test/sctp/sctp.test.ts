import assert from 'node:assert/strict';
import type { Packet } from '../../sim/core/packet';
import { Chunk, END, nextChunk } from '../../sim/sctp/chunks';
import type { SctpConfig } from '../../sim/sctp/config';
import type { SctpStream } from '../../sim/sctp/stream';
import { SctpStack } from '../../sim/sctp/stack';
import { linkOf, losing, MS, pair, SECOND } from '../support/network';
import { PORT, sctp, StreamEnd, Numbered } from '../transport/streams';

interface Setup {
  readonly config?: Partial<SctpConfig>;
  readonly there?: (p: Packet, n: number) => boolean;
  readonly back?: (p: Packet, n: number) => boolean;
  readonly multiplex?: boolean;
}

/** A client at a, a server at b, 20 ms of round trip. */
function setUp({ config = {}, there, back, multiplex = false }: Setup = {}) {
  const net = pair(
    linkOf({ impairments: there ? losing(there) : [] }),
    linkOf({ impairments: back ? losing(back) : [] }),
  );
  const transport = sctp({ heartbeat: 0, ...config }, undefined, multiplex);
  const servers: StreamEnd[] = [];
  transport.listen(net.b, PORT, () => {
    const end = new StreamEnd();
    servers.push(end);
    return end;
  });
  const open = () => {
    const client = new StreamEnd();
    const stream = transport.connect(net.a, net.b.address, PORT, client, 1) as SctpStream;
    client.stream = stream;
    return { client, stream };
  };
  return { net, servers, open };
}

function chunks(p: Packet): number[] {
  const types: number[] = [];
  for (let at = 1; p.sack[at] !== END; at = nextChunk(p.sack, at)) types.push(p.sack[at]!);
  return types;
}

const has = (p: Packet, type: number) => chunks(p).includes(type);

describe('SCTP', () => {
  it('sets up in four steps, with data in the third (RFC 9260 section 5.1)', () => {
    const seen: string[] = [];
    const note = (way: string) => (p: Packet) => (seen.push(way + chunks(p).join('+')), false);
    const { net, servers, open } = setUp({ there: note('>'), back: note('<') });
    open().stream.writeAll(100);
    net.simulation.run(100 * MS);
    assert.deepEqual(seen.slice(0, 4), [
      `>${Chunk.init}`,
      `<${Chunk.initAck}`,
      `>${Chunk.cookieEcho}+${Chunk.data}`,
      `<${Chunk.cookieAck}`,
    ]);
    assert.equal(servers[0]!.received, 100);
  });

  it('keeps nothing of a peer before its cookie is back (RFC 9260 section 5.1.3)', () => {
    const { net, open } = setUp({ there: (_p, n) => n > 1 });
    open();
    net.simulation.run(SECOND / 2);
    assert.equal(SctpStack.of(net.b).size, 0);
  });

  for (const [what, type] of [
    ['INIT', Chunk.init],
    ['INIT ACK', Chunk.initAck],
    ['COOKIE ECHO', Chunk.cookieEcho],
    ['COOKIE ACK', Chunk.cookieAck],
    ['SHUTDOWN', Chunk.shutdown],
    ['SHUTDOWN ACK', Chunk.shutdownAck],
    ['SHUTDOWN COMPLETE', Chunk.shutdownComplete],
    ['RE-CONFIG', Chunk.reconfig],
    ['SACK', Chunk.sack],
  ] as const) {
    it(`gets over the loss of a ${what} (RFC 9260 sections 5.1, 9.2; RFC 6525)`, () => {
      let lost = 0;
      const once = (p: Packet) => has(p, type) && lost++ === 0;
      const { net, servers, open } = setUp({ there: once, back: once });
      const { client, stream } = open();
      stream.writeAll(20_000);
      stream.shutdown();
      net.simulation.run(60 * SECOND);
      assert.ok(lost >= 1, 'nothing was lost');
      assert.equal(servers[0]!.received, 20_000);
      assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
      assert.deepEqual(servers[0]!.log, ['established', 'remote closed', 'finished']);
      assert.equal(SctpStack.of(net.a).size + SctpStack.of(net.b).size, 0);
      assert.equal(net.simulation.pool.live, 0);
    });
  }

  it('begins with min(4 PMDCS, max(2 PMDCS, 4404)) bytes and grows by one chunk for each SACK (section 7.2.1)', () => {
    const { net, open } = setUp();
    const { stream } = open();
    const { outbound } = stream.association;
    assert.equal(outbound.cc.cwnd, 4404);
    stream.writeAll(1e6);
    net.simulation.run(45 * MS);
    assert.equal(outbound.cc.cwnd, 4404);
    // three packets leave, one SACK for two of them comes back
    net.simulation.run(72 * MS);
    assert.equal(outbound.cc.cwnd, 4404 + 1468);
  });

  it('retransmits after three reports that a TSN is missing, and halves cwnd once (sections 7.2.3, 7.2.4)', () => {
    let data = 0;
    const { net, servers, open } = setUp({ there: (p) => has(p, Chunk.data) && ++data === 20 });
    const { stream } = open();
    stream.writeAll(200_000);
    net.simulation.run(3 * SECOND);
    const { outbound } = stream.association;
    assert.equal(servers[0]!.received, 200_000);
    assert.equal(outbound.retransmittedSegments, 1);
    assert.equal(outbound.timeouts, 0);
    assert.equal(outbound.driver.episodes, 1);
  });

  it('waits for T3-rtx, of a second at least, when the last packet is lost; cwnd is then one chunk (6.3.3, 7.2.3)', () => {
    let data = 0;
    const { net, servers, open } = setUp({ there: (p) => has(p, Chunk.data) && ++data === 2 });
    const { stream } = open();
    stream.writeAll(2 * 1452);
    net.simulation.run(900 * MS);
    assert.equal(servers[0]?.received ?? 0, 0);
    net.simulation.run(1300 * MS);
    assert.equal(servers[0]!.received, 2 * 1452);
    assert.equal(stream.association.outbound.timeouts, 1);
  });

  it('acknowledges every second packet, and one after 200 ms (section 6.2)', () => {
    let sacks = 0;
    const { net, open } = setUp({ back: (p) => (has(p, Chunk.sack) && sacks++, false) });
    const { stream } = open();
    net.simulation.run(SECOND);
    stream.writeAll(1452 * 2);
    net.simulation.run(2 * SECOND);
    assert.equal(sacks, 1);
    stream.writeAll(100);
    const from = net.events.now;
    while (sacks === 1) net.simulation.run(net.events.now + MS);
    assert.ok(Math.abs(net.events.now - from - 220 * MS) < 3 * MS, `${(net.events.now - from) / MS} ms`);
  });

  it('keeps order within a stream only: a loss holds up no other (sections 6.5, 6.6)', () => {
    let data = 0;
    const { net, servers, open } = setUp({
      multiplex: true,
      config: { nagle: false },
      there: (p) => has(p, Chunk.data) && ++data === 1,
    });
    const [one, two] = [open(), open()];
    one.stream.writeMessage(new Numbered(1400, 0, 0));
    two.stream.writeMessage(new Numbered(1400, 1, 0));
    net.simulation.run(70 * MS);
    assert.deepEqual(
      servers.map((end) => end.messages.map((m) => m.stream)),
      [[1]],
    );
    net.simulation.run(5 * SECOND);
    assert.deepEqual(servers.map((end) => end.received).sort(), [1400, 1400]);
  });

  it('delivers unordered messages as they arrive (section 6.6)', () => {
    const first = (ordered: boolean) => {
      let data = 0;
      const { net, servers, open } = setUp({
        config: { ordered, nagle: false },
        there: (p) => has(p, Chunk.data) && ++data === 1,
      });
      const { stream } = open();
      for (let n = 0; n < 3; n++) stream.writeMessage(new Numbered(1400, 0, n));
      net.simulation.run(100 * MS);
      return servers[0]?.received ?? 0;
    };
    assert.equal(first(true), 0);
    assert.equal(first(false), 2800);
  });

  it('sends a heartbeat when idle, and fails when they go unanswered (sections 8.1, 8.3)', () => {
    let beats = 0;
    let dark = false;
    const { net, open } = setUp({
      config: { heartbeat: 5 * SECOND, maxRetransmits: 3 },
      there: (p) => (has(p, Chunk.heartbeat) && beats++, dark),
    });
    const { client, stream } = open();
    stream.writeAll(100);
    net.simulation.run(30 * SECOND);
    assert.ok(beats >= 4 && beats <= 6, `${beats}`);
    dark = true;
    net.simulation.run(90 * SECOND);
    assert.equal(client.log[client.log.length - 1], 'timeout');
  });

  it('answers what belongs to no association with ABORT (section 8.4)', () => {
    const { net, open } = setUp();
    const { client, stream } = open();
    stream.writeAll(1000);
    net.simulation.run(SECOND);
    // the server forgets it without a word
    SctpStack.of(net.b).forget([...openOn(net.b)][0]!);
    stream.writeAll(1000);
    net.simulation.run(3 * SECOND);
    assert.equal(client.log[client.log.length - 1], 'reset');
  });
});

function openOn(node: Parameters<typeof SctpStack.of>[0]) {
  return (SctpStack.of(node) as unknown as { associations: Map<string, never> }).associations.values();
}
