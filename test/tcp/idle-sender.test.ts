import assert from 'node:assert/strict';
import type { CongestionControlName } from '../../sim/tcp/cc';
import type { TcpConfig } from '../../sim/tcp/config';
import { Capture, connect, End, linkOf, losing, MS, pair, SECOND, tcp } from '../support/network';

/** A client that has sent 100 kB to a server that has sent nothing: 40 ms of round-trip time. */
function received(cc: CongestionControlName = 'cubic') {
  const net = pair({ delay: 20 * MS });
  const [client, server] = [new End(), new End(true, false)];
  connect(net, client, server, tcp({}, cc));
  client.connection!.writeAll(100_000);
  net.simulation.run(SECOND);
  assert.equal(server.received, 100_000);
  return { net, client: client.connection!, server: server.connection! };
}

/** What went over both links of a request, `thought` that the server takes, and an answer into a lossy link. */
function answered(cc: CongestionControlName, changes: Partial<TcpConfig>, thought: number, asksEarly: boolean) {
  const net = pair(
    { delay: 20 * MS },
    { ...linkOf({ delay: 20 * MS }), impairments: losing((p, n) => p.length > 0 && n % 71 === 0) },
  );
  const onEstablished = (c: NonNullable<End['connection']>) => void (asksEarly && c.sender);
  const server = new End(true, true, { onEstablished });
  const client = new End();
  const captures = [Capture.on(net.there), Capture.on(net.back)];
  connect(net, client, server, tcp(changes, cc));
  client.connection!.writeAll(5000);
  net.simulation.run(thought);
  assert.equal(server.connection!.activeSender !== null, asksEarly);
  server.connection!.writeAll(600_000);
  server.connection!.shutdown();
  net.simulation.run(thought + 60 * SECOND);
  assert.equal(client.received, 600_000);
  return captures.map(({ sent }) => sent);
}

describe('an end that has sent nothing', () => {
  it('given a transfer to it, when all is acknowledged, then it has made no sender, and answers what is asked of it', () => {
    const { client, server } = received();
    assert.equal(server.activeSender, null);
    assert.deepEqual([client.unacknowledged, client.sender!.retransmittedSegments], [0, 0]);
    const { sndUna, sndNxt, written, unsent, acknowledged, unacknowledged, writable } = server;
    assert.deepEqual([sndUna, sndNxt, written, unsent, acknowledged, unacknowledged], [1, 1, 0, 0, 0, 0]);
    assert.equal(writable, server.config.sendBuffer);
    assert.equal(server.activeSender, null, 'none of that needs one');
  });

  it('given a client that only receives, when its sender is asked for, then it knows the window that the last segment told (RFC 9293 section 3.10.7.4)', () => {
    const net = pair();
    const client = new End();
    const server = new End(true, true, { onEstablished: (c) => c.writeAll(1000) });
    connect(net, client, server);
    net.simulation.run(SECOND);
    assert.deepEqual([client.received, client.connection!.activeSender], [1000, null]);
    // the window of a SYN-ACK has no scale, that of data has one (RFC 7323 section 2.2)
    const { wnd, maxWnd } = client.connection!.sender!;
    assert.deepEqual([wnd, maxWnd], [4 * 2 ** 20, 4 * 2 ** 20]);
  });

  it('given a transfer to it, when its sender is asked for, then it knows what the handshake told: window, options, RTT (RFC 6298 section 2.2)', () => {
    const { client, server } = received();
    const { wnd, maxWnd, windowShift, rtt, cc, sackOk, mss, una, nxt } = server.sender!;
    assert.deepEqual([wnd, maxWnd], [client.receiver.edge - 1, client.receiver.edge - 1]);
    assert.equal(windowShift, client.receiver.windowShift);
    assert.ok(windowShift > 0 && sackOk);
    assert.equal(rtt.samples, 1);
    assert.ok(rtt.srtt >= 40 * MS && rtt.srtt < 41 * MS, `${rtt.srtt}`);
    assert.deepEqual([cc.cwnd, una, nxt], [10 * mss, 1, 1]);
  });

  it('given a congestion control that reads the delivery rate, when it begins to send, then nothing to send has been the limit (draft-ietf-ccwg-bbr section 4.1.2.4)', () => {
    assert.equal(received('bbr3').server.sender!.rate.appLimited, 1);
    assert.equal(received('cubic').server.sender!.rate.appLimited, 0);
  });

  it('given a SYN-ACK that was lost, when it sends, then it begins with one segment (RFC 6928 section 2) and an RTO of 3 s (RFC 6298 section 5.7)', () => {
    const net = pair({}, { ...linkOf(), impairments: losing((_, n) => n === 1) });
    const server = new End();
    connect(net, new End(), server, tcp());
    net.simulation.run(2 * SECOND);
    assert.equal(server.connection!.activeSender, null);
    const { rtt, cc, mss } = server.connection!.sender!;
    assert.deepEqual([cc.cwnd, rtt.samples, rtt.rto], [mss, 0, 3 * SECOND]);
  });

  it('given that it has nothing to send, when it closes, then its FIN is sent and acknowledged (RFC 9293 section 3.6)', () => {
    const { net, client, server } = received();
    server.close();
    assert.equal(server.sndNxt, 2);
    net.simulation.run(2 * SECOND);
    assert.ok(client.isRemoteClosed && server.sndUna === 2);
  });

  it('given that it was aborted, when the application writes all the same, then nothing is sent (RFC 9293 section 3.10.5)', () => {
    const { net, server } = received();
    const back = Capture.on(net.back);
    server.abort();
    server.writeAll(5000);
    net.simulation.run(20 * SECOND);
    assert.equal(back.sent.length, 1);
  });

  const cases: readonly [CongestionControlName, Partial<TcpConfig>, number][] = [
    ['cubic', {}, SECOND],
    ['cubic', { idle: 'validate' }, SECOND],
    ['newreno', { sack: false }, SECOND],
    ['dctcp', { ecn: 'dctcp' }, SECOND],
    // longer than BBR trusts its shortest round-trip time
    ['bbr1', {}, 15 * SECOND],
    ['bbr3', {}, 15 * SECOND],
  ];
  for (const [cc, changes, thought] of cases) {
    it(`given ${cc} ${JSON.stringify(changes)}, when it writes, then all goes as if its sender had been made with the connection`, () => {
      assert.deepEqual(answered(cc, changes, thought, false), answered(cc, changes, thought, true));
    });
  }
});
