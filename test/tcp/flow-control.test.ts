import assert from 'node:assert/strict';
import { Flag } from '../../sim/core/packet';
import { type TcpConfig } from '../../sim/tcp/config';
import { Capture, connect, End, losing, MS, pair, SECOND, tcp } from '../support/network';

function open(config: Partial<TcpConfig>, reads: boolean, there = {}) {
  const net = pair({ rate: 100e6, ...there });
  const [client, server] = [new End(), new End(reads)];
  const [out, back] = [Capture.on(net.there), Capture.on(net.back)];
  connect(net, client, server, tcp(config));
  return { net, client, server, out, back };
}

describe('flow control (RFC 9293 section 3.8.6)', () => {
  it('holds no more than the receive buffer when the receiver does not read, and loses nothing', () => {
    const { net, client, server } = open({ receiveBuffer: 20_000 }, false);
    client.connection!.writeAll(100_000);
    net.simulation.run(5 * SECOND);
    assert.equal(server.connection!.receiver.held, 20_000);
    assert.equal(client.connection!.sender!.wnd, 0);
    assert.equal(client.connection!.sender!.retransmittedSegments, 0);
    let read = 0;
    for (let at = 5; at < 20; at += 0.05) {
      read += server.connection!.read(1700);
      net.simulation.run(at * SECOND);
      assert.ok(server.connection!.receiver.held <= 20_000);
    }
    assert.equal(read, 100_000);
    assert.equal(client.connection!.sender!.unacknowledged, 0);
  });

  it('never sends beyond the window that it was offered', () => {
    const { net, client, server, out, back } = open({ receiveBuffer: 30_000, windowScaling: false }, false);
    client.connection!.writeAll(300_000);
    for (let at = 0; at < 6; at += 0.01) {
      server.connection?.read(900);
      net.simulation.run(Math.round(at * SECOND));
    }
    let edge = 0;
    let i = 0;
    for (const s of out.sent) {
      for (; i < back.arrived.length && back.arrived[i]!.at <= s.at; i++) {
        edge = Math.max(edge, back.arrived[i]!.ack + back.arrived[i]!.window);
      }
      assert.ok(s.seq + s.length <= edge || s.flags & Flag.syn || s.length === 0, `${s.seq} beyond ${edge}`);
    }
    // and the receiver never takes back what it offered
    const edges = back.sent.slice(1).map((s) => s.ack + s.window);
    assert.deepEqual(
      edges,
      [...edges].sort((a, b) => a - b),
    );
  });

  it('probes a closed window after an RTO, then at doubled intervals (section 3.8.6.1)', () => {
    const { net, client, server, out } = open({ receiveBuffer: 10_000, minRto: SECOND }, false);
    client.connection!.writeAll(50_000);
    net.simulation.run(40 * SECOND);
    const probes = out.sent.filter((s) => s.at > SECOND / 2 && s.length === 0).map((s) => s.at);
    const gaps = probes.slice(1).map((at, i) => Math.round((at - probes[i]!) / SECOND));
    assert.deepEqual(gaps, [2, 4, 8, 16]);
    assert.deepEqual(server.log, ['established']);
    assert.equal(client.log.length, 1, 'a peer that answers is never given up');
  });

  it('recovers by a probe when the window update is lost', () => {
    let cut = false;
    const net = pair({ rate: 100e6 }, { rate: 100e6, impairments: losing(() => cut) });
    const [client, server] = [new End(), new End(false)];
    connect(net, client, server, tcp({ receiveBuffer: 10_000 }));
    client.connection!.writeAll(30_000);
    net.simulation.run(SECOND);
    cut = true;
    server.connection!.read(Infinity);
    net.simulation.run(1.05 * SECOND);
    cut = false;
    assert.equal(client.connection!.sender!.wnd, 0);
    net.simulation.run(10 * SECOND);
    assert.equal(server.connection!.readable, 10_000);
  });

  it('offers no slivers: the window opens by an MSS or half the buffer at least (section 3.8.6.2.2)', () => {
    const { net, client, server, back } = open({ receiveBuffer: 20_000, windowScaling: false }, false);
    client.connection!.writeAll(100_000);
    net.simulation.run(SECOND);
    const from = back.sent.length;
    for (let i = 0; i < 2000; i++) {
      server.connection!.read(10);
      net.simulation.run(SECOND + i * MS);
    }
    const opened = back.sent.slice(from).map((s) => s.ack + s.window);
    const steps = opened.slice(1).map((edge, i) => edge - opened[i]!);
    assert.ok(steps.length > 5);
    assert.ok(
      steps.every((step) => step === 0 || step >= 1460),
      steps.join(' '),
    );
  });

  it('tells the writer when acknowledged data has made room, and takes no more than the send buffer', () => {
    const net = pair({ rate: 10e6 });
    let written = 0;
    const client = new End(true, true, {
      onWritable: (connection) => {
        if (written < 500_000) written += connection.write(Math.min(10_000, 500_000 - written));
        assert.ok(connection.sender!.unacknowledged <= 30_000);
      },
    });
    const server = new End();
    connect(net, client, server, tcp({ sendBuffer: 30_000 }));
    written = client.connection!.write(1_000_000);
    assert.equal(written, 30_000);
    assert.equal(client.connection!.writable, 0);
    net.simulation.run(20 * SECOND);
    assert.equal(written, 500_000);
    assert.equal(server.received, 500_000);
  });
});

describe('Nagle (RFC 9293 section 3.7.4)', () => {
  /** Ten writes of 100 bytes, 1 ms apart, over a round trip of 20 ms. */
  function chatter(nagle: boolean): number[] {
    const { net, client, server, out } = open({ nagle }, true);
    net.simulation.run(SECOND);
    for (let i = 0; i < 10; i++) {
      net.simulation.run(SECOND + i * MS);
      client.connection!.writeAll(100);
    }
    net.simulation.run(2 * SECOND);
    assert.equal(server.received, 1000);
    return out.sent.filter((s) => s.length > 0).map((s) => s.length);
  }

  it('holds small segments back while data is outstanding', () => {
    assert.deepEqual(chatter(true), [100, 900]);
  });

  it('can be turned off', () => {
    assert.deepEqual(chatter(false), new Array(10).fill(100));
  });

  it('does not hold back the last segment before a FIN', () => {
    const { net, client, server, out } = open({}, true);
    client.connection!.writeAll(2000);
    client.connection!.shutdown();
    net.simulation.run(SECOND);
    assert.equal(server.received, 2000);
    const data = out.sent.filter((s) => s.length > 0);
    assert.ok(data[1]!.at - data[0]!.at < 5 * MS);
  });
});

describe('delayed ACKs (RFC 5681 section 4.2)', () => {
  function acksFor(config: Partial<TcpConfig>, bytes: number) {
    const { net, client, back } = open({ quickAcks: 0, ...config }, true);
    client.connection!.writeAll(bytes);
    net.simulation.run(5 * SECOND);
    return back.sent.slice(1);
  }

  it('acknowledge every second full segment', () => {
    assert.equal(acksFor({}, 40 * 1448).length, 20);
  });

  it('acknowledge every n-th as told', () => {
    assert.equal(acksFor({ delayedAckSegments: 1 }, 40 * 1448).length, 40);
    assert.equal(acksFor({ delayedAckSegments: 4, initialWindow: 40 }, 40 * 1448).length, 10);
  });

  it('wait no longer than the timeout', () => {
    const acks = acksFor({ delayedAckTimeout: 40 * MS }, 1448);
    assert.equal(acks.length, 1);
    // arrival of the only segment: SYN, SYN-ACK and data each 10 ms, then 40 ms
    assert.ok(Math.abs(acks[0]!.at - 70 * MS) < MS, `${acks[0]!.at}`);
  });

  it('start with an ACK for each of the first segments', () => {
    assert.equal(acksFor({ quickAcks: 10 }, 40 * 1448).length, 10 + 15);
  });

  it('come at once for a gap, for what fills it, and for a duplicate', () => {
    // the third data segment is lost: SYN and ACK are 1 and 2
    const { net, client, back } = open({ quickAcks: 0 }, true, { impairments: losing((_, n) => n === 5) });
    client.connection!.writeAll(6 * 1448);
    net.simulation.run(5 * SECOND);
    const acks = back.sent.slice(1).map((s) => s.ack);
    assert.deepEqual(
      acks.map((ack) => (ack - 1) / 1448),
      [2, 2, 2, 2, 6],
    );
    const last = back.sent.at(-1)!;
    assert.deepEqual(last.sack, []);
    assert.deepEqual(back.sent.at(-2)!.sack, [1 + 3 * 1448, 1 + 6 * 1448]);
  });
});
