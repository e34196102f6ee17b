import assert from 'node:assert/strict';
import { Flag } from '../../sim/core/packet';
import { State, STATE_NAMES, type TcpConnection } from '../../sim/tcp/connection';
import { TcpStack } from '../../sim/tcp/stack';
import { Capture, connect, End, losing, MS, pair, type Pair, PORT, SECOND, type Seen, tcp } from '../support/network';

const NAMES = { fin: 'F', syn: 'S', rst: 'R', psh: 'P', ack: '.' } as const;

/** As tcpdump writes it: flags, then sequence numbers where they say something. */
function text({ flags, seq, length }: Seen): string {
  const letters = (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter((f) => flags & Flag[f]).map((f) => NAMES[f]);
  return letters.join('') + (length > 0 ? ` ${seq}:${seq + length}` : '');
}

function stateOf(connection: TcpConnection | null): string {
  return STATE_NAMES[connection!.state]!;
}

/** Nothing is left: no connection, no packet, no event. */
function assertClean({ simulation, a, b }: Pair): void {
  simulation.run(Infinity);
  assert.equal(TcpStack.of(a).size, 0, 'connections of a');
  assert.equal(TcpStack.of(b).size, 0, 'connections of b');
  assert.equal(simulation.pool.live, 0, 'packets');
  assert.equal(simulation.events.size, 0, 'events');
}

describe('opening (RFC 9293 section 3.5)', () => {
  it('takes three segments and a round trip', () => {
    const net = pair();
    const [there, back] = [Capture.on(net.there), Capture.on(net.back)];
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    net.simulation.run(SECOND);
    assert.deepEqual(there.sent.map(text), ['S', '.']);
    assert.deepEqual(back.sent.map(text), ['S.']);
    assert.deepEqual([client.log, server.log], [['established'], ['established']]);
    const handshake = client.connection!.establishedAt;
    // two propagations and two transmissions of 60 bytes (20 IP, 20 TCP, 20 options) at 10 Mbit/s
    assert.equal(handshake, 20 * MS + 2 * 48_000);
    assert.deepEqual([there.sent[0]!.seq, there.sent[0]!.ack, back.sent[0]!.seq, back.sent[0]!.ack], [0, 0, 0, 1]);
  });

  it('is refused by RST where nobody listens (section 3.10.7.1)', () => {
    const net = pair();
    TcpStack.of(net.b);
    const back = Capture.on(net.back);
    const client = new End();
    TcpStack.of(net.a).connect(net.b.address, PORT, tcp(), client, 1);
    net.simulation.run(SECOND);
    assert.deepEqual(back.sent.map(text), ['R.']);
    assert.equal(back.sent[0]!.ack, 1);
    assert.deepEqual(client.log, ['refused']);
    assertClean(net);
  });

  it('sends the SYN again after 1, 2, 4 s and so on, and gives up (RFC 6298 section 2.1)', () => {
    const net = pair({ impairments: losing(() => true) });
    const there = Capture.on(net.there);
    const client = new End();
    connect(net, client, new End(), tcp({ synRetries: 3 }));
    net.simulation.run(100 * SECOND);
    assert.deepEqual(
      there.sent.map((s) => s.at / SECOND),
      [0, 1, 3, 7],
    );
    assert.deepEqual(client.log, ['timeout']);
    assertClean(net);
  });

  it('answers the SYN again when its SYN-ACK was lost', () => {
    const net = pair({}, { impairments: losing((_, n) => n === 1) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    net.simulation.run(2 * SECOND);
    assert.deepEqual([client.log, server.log], [['established'], ['established']]);
  });

  it('completes with the first data when the last ACK of the handshake was lost', () => {
    const net = pair({ impairments: losing((_, n) => n === 2) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    client.connection!.writeAll(5000);
    net.simulation.run(2 * SECOND);
    assert.deepEqual(server.log, ['established']);
    assert.equal(server.received, 5000);
  });

  it('works from both ends at once (section 3.5, figure 7)', () => {
    const net = pair();
    const there = Capture.on(net.there);
    const ends = [new End(), new End()] as const;
    const first = 49152;
    ends[0].connection = TcpStack.of(net.a).connect(net.b.address, first, tcp(), ends[0], 1);
    ends[1].connection = TcpStack.of(net.b).connect(net.a.address, first, tcp(), ends[1], 1);
    net.simulation.run(SECOND);
    assert.deepEqual(there.sent.map(text).slice(0, 2), ['S', 'S.']);
    for (const end of ends) {
      assert.deepEqual(end.log, ['established']);
      end.connection!.writeAll(20_000);
    }
    net.simulation.run(5 * SECOND);
    assert.deepEqual([ends[0].received, ends[1].received], [20_000, 20_000]);
    for (const end of ends) end.connection!.close();
    assertClean(net);
  });

  it('offers MSS, window scale, SACK and timestamps, and uses what both offer', () => {
    const net = pair();
    const there = Capture.on(net.there);
    const [client, server] = [new End(), new End()];
    connect(net, client, server, tcp(), tcp({ timestamps: false, mss: 1000 }));
    client.connection!.writeAll(10_000);
    net.simulation.run(SECOND);
    assert.deepEqual([there.sent[0]!.mss, there.sent[0]!.windowScale], [1460, 7]);
    // no timestamps, so the whole MSS of the peer is payload
    assert.equal(client.connection!.mss, 1000);
    assert.equal(there.sent[2]!.size, 1040);
  });

  it('scales no window unless both ends can (RFC 7323 section 2.2)', () => {
    for (const [one, other] of [
      [true, true],
      [true, false],
      [false, true],
    ] as const) {
      const net = pair({ rate: 1e9 });
      const [client, server] = [new End(), new End()];
      connect(net, client, server, tcp({ windowScaling: one }), tcp({ windowScaling: other }));
      client.connection!.writeAll(8 << 20);
      let most = 0;
      for (let at = 0; at < SECOND; at += MS) {
        net.simulation.run(at);
        most = Math.max(most, client.connection!.sender?.inFlight ?? 0);
      }
      if (one && other) assert.ok(most > 1_000_000, `${most}`);
      else assert.ok(most <= 65535 && most > 64_000, `${most}`);
    }
  });
});

describe('closing (RFC 9293 section 3.6)', () => {
  function established(options = tcp(), closes = true): { net: Pair; client: End; server: End } {
    const net = pair();
    const [client, server] = [new End(), new End(true, closes)];
    connect(net, client, server, options);
    net.simulation.run(SECOND);
    return { net, client, server };
  }

  it('by one end: FIN-WAIT-1, FIN-WAIT-2, TIME-WAIT there; CLOSE-WAIT, LAST-ACK here (figure 12)', () => {
    const { net, client, server } = established(tcp(), false);
    client.connection!.close();
    assert.equal(stateOf(client.connection), 'finWait1');
    net.simulation.run(2 * SECOND);
    assert.equal(stateOf(client.connection), 'finWait2');
    assert.equal(stateOf(server.connection), 'closeWait');
    server.connection!.close();
    assert.equal(stateOf(server.connection), 'lastAck');
    net.simulation.run(3 * SECOND);
    assert.equal(stateOf(client.connection), 'timeWait');
    assert.deepEqual(server.log, ['established', 'remote closed', 'finished']);
    net.simulation.run(62 * SECOND);
    assert.equal(stateOf(client.connection), 'timeWait');
    net.simulation.run(63 * SECOND);
    assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
    assertClean(net);
  });

  it('by both ends at once: FIN-WAIT-1, CLOSING, TIME-WAIT (figure 13)', () => {
    const { net, client, server } = established();
    client.connection!.close();
    server.connection!.close();
    net.simulation.run(SECOND + 15 * MS);
    assert.deepEqual([stateOf(client.connection), stateOf(server.connection)], ['closing', 'closing']);
    net.simulation.run(SECOND + 30 * MS);
    assert.deepEqual([stateOf(client.connection), stateOf(server.connection)], ['timeWait', 'timeWait']);
    assertClean(net);
    assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['finished', 'finished']);
  });

  it('of one direction leaves the other open: half-close', () => {
    const { net, client, server } = established(tcp(), false);
    client.connection!.writeAll(3000);
    client.connection!.shutdown();
    net.simulation.run(2 * SECOND);
    assert.deepEqual(server.log, ['established', 'remote closed']);
    assert.equal(server.received, 3000);
    server.connection!.writeAll(100_000);
    net.simulation.run(3 * SECOND);
    assert.equal(client.received, 100_000);
    server.connection!.close();
    assertClean(net);
    assert.equal(client.log.at(-1), 'finished');
  });

  it('sends everything written before the FIN, and the FIN with the last byte', () => {
    const { net, client, server } = established();
    const there = Capture.on(net.there);
    client.connection!.writeAll(100_000);
    client.connection!.close();
    net.simulation.run(5 * SECOND);
    assert.equal(server.received, 100_000);
    assert.equal(there.sent.filter((s) => s.flags & Flag.fin).length, 1);
    assert.throws(() => client.connection!.writeAll(1), /write after close/);
    assertClean(net);
  });

  it('in the callback of the handshake keeps what was written before the handshake', () => {
    const net = pair();
    const client = new End(true, true, { onEstablished: (connection) => connection.shutdown() });
    const server = new End();
    connect(net, client, server);
    client.connection!.writeAll(50_000);
    net.simulation.run(10 * SECOND);
    assert.equal(server.received, 50_000);
    assert.deepEqual(server.log, ['established', 'remote closed', 'finished']);
    assertClean(net);
  });

  it('by the server before its handshake is over waits for it', () => {
    const net = pair();
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    net.simulation.run(11 * MS);
    assert.equal(stateOf(server.connection), 'synReceived');
    server.connection!.shutdown();
    net.simulation.run(SECOND);
    assert.equal(server.log[0], 'established');
    assert.deepEqual(client.log.slice(0, 2), ['established', 'remote closed']);
    assertClean(net);
  });

  it('takes a FIN that came before the data in front of it', () => {
    // SYN, ACK, then two segments of which the first is lost
    const net = pair({ impairments: losing((_, n) => n === 3) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    const there = Capture.on(net.there);
    client.connection!.writeAll(2000);
    client.connection!.close();
    net.simulation.run(10 * SECOND);
    assert.equal(server.received, 2000);
    assert.equal(there.sent.filter((s) => s.flags & Flag.fin).length, 1, 'FINs');
    assertClean(net);
  });

  it('of a lost FIN is repaired, whichever it is', () => {
    for (const lost of [3, 4, 5]) {
      for (const direction of ['there', 'back'] as const) {
        const impairments = losing((p, n) => n >= lost && (p.flags & Flag.fin) !== 0 && n < lost + 2);
        const net = direction === 'there' ? pair({ impairments }) : pair({}, { impairments });
        const [client, server] = [new End(), new End()];
        connect(net, client, server);
        client.connection!.writeAll(1000);
        client.connection!.close();
        assertClean(net);
        assert.equal(server.received, 1000);
        assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['finished', 'finished']);
      }
    }
  });

  it('in FIN-WAIT-2 lasts only so long when the application is gone', () => {
    const { net, client } = established(tcp({ finWait2Timeout: 5 * SECOND }), false);
    client.connection!.close();
    net.simulation.run(5.9 * SECOND);
    assert.equal(stateOf(client.connection), 'finWait2');
    net.simulation.run(6.1 * SECOND);
    assert.equal(client.connection!.state, State.closed);
  });

  it('acknowledges a FIN again in TIME-WAIT, and waits anew', () => {
    // the ACK of the second FIN is lost
    let acks = 0;
    const net = pair({ impairments: losing((p) => p.ack === 2 && ++acks === 1) });
    const [client, server] = [new End(), new End()];
    connect(net, client, server, tcp({ timeWait: 10 * SECOND }));
    net.simulation.run(SECOND);
    client.connection!.close();
    assertClean(net);
    assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['finished', 'finished']);
    assert.ok(net.events.now > 11 * SECOND + 100 * MS, 'the wait began again');
  });
});

describe('reset (RFC 9293 section 3.5.3)', () => {
  it('by abort: RST, and both ends are gone at once', () => {
    const net = pair();
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    client.connection!.writeAll(Infinity);
    net.simulation.run(SECOND);
    client.connection!.abort();
    net.simulation.run(2 * SECOND);
    assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['aborted', 'reset']);
    assertClean(net);
  });

  it('by close with unread data (section 3.6.1)', () => {
    const net = pair();
    const [client, server] = [new End(), new End(false, false)];
    connect(net, client, server);
    client.connection!.writeAll(1000);
    net.simulation.run(SECOND);
    server.connection!.close();
    net.simulation.run(2 * SECOND);
    assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['reset', 'aborted']);
    assertClean(net);
  });

  it('answers data that comes after close, and sends nothing more (section 3.6.1)', () => {
    const net = pair();
    const there = Capture.on(net.there);
    const [client, server] = [new End(), new End(true, false)];
    connect(net, client, server);
    net.simulation.run(SECOND);
    client.connection!.writeAll(1_000_000);
    client.connection!.close();
    server.connection!.writeAll(1000);
    net.simulation.run(20 * SECOND);
    const reset = there.sent.findIndex((s) => s.flags & Flag.rst);
    assert.ok(reset > 0);
    assert.ok(there.sent.slice(reset).every((s) => s.flags & Flag.rst));
    assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['aborted', 'reset']);
    assertClean(net);
  });

  it('in any callback leaves nothing behind', () => {
    for (const hook of ['onEstablished', 'onReadable', 'onWritable', 'onRemoteClosed'] as const) {
      const net = pair();
      const log: string[] = [];
      const client = new End(true, false, {
        [hook]: (connection: TcpConnection) => connection.abort(),
        onClosed: () => log.push('closed'),
        onRemoteClosed: (connection) => {
          if (log.length > 0) log.push('told after the end');
          if (hook === 'onRemoteClosed') connection.abort();
        },
      });
      const server = new End(true, true, {
        onEstablished: (connection) => {
          connection.writeAll(5000);
          connection.shutdown();
        },
      });
      const there = Capture.on(net.there);
      connect(net, client, server);
      client.connection!.writeAll(100_000);
      assertClean(net);
      const sent = there.sent.map(text);
      assert.ok(sent.includes('R.'), hook);
      assert.ok(
        sent.slice(sent.indexOf('R.')).every((s) => s.startsWith('R')),
        `${hook}: ${sent.join(', ')}`,
      );
      assert.deepEqual(log, ['closed'], hook);
      assert.equal(client.log.at(-1), 'aborted');
    }
  });

  it('outside the window is ignored, inside it is challenged (RFC 5961 section 3.2)', () => {
    const net = pair();
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    net.simulation.run(SECOND);
    const back = Capture.on(net.back);
    for (const seq of [-1000, 1000, 1e9]) {
      const { simulation, a, b } = net;
      const p = simulation.pool.take();
      const { localPort } = client.connection!;
      Object.assign(p, { src: a.address, dst: b.address, srcPort: localPort, dstPort: PORT, protocol: 0 });
      Object.assign(p, { flags: Flag.rst, seq, ack: 0, length: 0, size: 40 });
      a.send(p);
    }
    net.simulation.run(2 * SECOND);
    assert.deepEqual(back.sent.map(text), ['.']);
    assert.equal(server.connection!.state, State.established);
  });
});

describe('TIME-WAIT (RFC 9293 section 3.10.7.4)', () => {
  it('ends without an error when a stray segment of ours is answered with RST', () => {
    const net = pair();
    const [client, server] = [new End(), new End()];
    connect(net, client, server);
    net.simulation.run(SECOND);
    client.connection!.close();
    net.simulation.run(2 * SECOND);
    assert.deepEqual([stateOf(client.connection), server.log.at(-1)], ['timeWait', 'finished']);
    client.connection!.sendAck();
    net.simulation.run(3 * SECOND);
    assert.deepEqual(client.log, ['established', 'remote closed', 'finished']);
    assertClean(net);
  });

  it('hears no window update for data read after the FIN', () => {
    const net = pair();
    const there = Capture.on(net.there);
    const [client, server] = [new End(false, false), new End()];
    connect(net, client, server, tcp({ receiveBuffer: 6000, windowScaling: false }));
    net.simulation.run(SECOND);
    server.connection!.writeAll(5000);
    server.connection!.close();
    net.simulation.run(2 * SECOND);
    const before = there.sent.length;
    assert.equal(client.connection!.read(Infinity), 5000);
    net.simulation.run(3 * SECOND);
    assert.equal(there.sent.length, before);
  });
});
