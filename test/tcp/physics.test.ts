import assert from 'node:assert/strict';
import { Flag } from '../../sim/core/packet';
import { type CongestionControlName, congestionControls } from '../../sim/tcp/cc';
import { Capture, connect, dropTail, End, MS, pair, SECOND, tcp } from '../support/network';

const RATE = 10e6;
const DELAY = 20 * MS;
/** 33 packets: the bandwidth-delay product of 10 Mbit/s and 40 ms. */
const BDP = Math.floor((RATE * 2 * DELAY) / 8e9 / 1500);

function longFlow(cc: CongestionControlName, seconds: number, buffer = BDP) {
  const net = pair(
    { rate: RATE, delay: DELAY, queue: dropTail(buffer) },
    { rate: RATE, delay: DELAY, queue: dropTail() },
  );
  const [client, server] = [new End(), new End()];
  connect(net, client, server, tcp({}, cc));
  client.connection!.writeAll(Infinity);
  net.simulation.run(10 * SECOND);
  const from = net.there.transmittedBytes;
  net.simulation.run((10 + seconds) * SECOND);
  return { net, client, server, utilisation: ((net.there.transmittedBytes - from) * 8) / (RATE * seconds) };
}

describe('a lone long flow', () => {
  it('of CUBIC or Reno keeps a link with a buffer of 1 BDP busy to 99 % after warming up', () => {
    for (const cc of ['cubic', 'reno', 'newreno'] as const) {
      const { utilisation } = longFlow(cc, 60);
      assert.ok(utilisation >= 0.99 && utilisation <= 1.0002, `${cc}: ${utilisation}`);
    }
  });

  it('leaves a part of the link unused with a buffer of a tenth of that', () => {
    const { utilisation } = longFlow('reno', 60, 3);
    assert.ok(utilisation < 0.97 && utilisation > 0.7, `${utilisation}`);
  });

  it('of any congestion control gets no more than the capacity, no faster than light, and every packet is accounted for', () => {
    for (const cc of Object.keys(congestionControls) as CongestionControlName[]) {
      const { net, client, server, utilisation } = longFlow(cc, 10);
      assert.ok(utilisation <= 1.0005, `${cc}: ${utilisation}`);
      assert.ok(server.received * 8 <= RATE * 20 * (1448 / 1500), `${cc}: ${server.received}`);
      const { rtt } = client.connection!.sender!;
      // a full segment there and an ACK back
      const least = 2 * DELAY + ((1500 + 52) * 8e9) / RATE;
      assert.ok(rtt.min >= least - 1 - (1448 * 8e9) / RATE, `${cc}: ${rtt.min}`);
      assert.ok(
        rtt.srtt >= 2 * DELAY && rtt.srtt <= 2 * DELAY + ((BDP + 3) * 1500 * 8e9) / RATE + 40 * MS,
        `${rtt.srtt}`,
      );
      for (const link of [net.there, net.back]) {
        assert.equal(link.sentPackets, link.deliveredPackets + link.droppedPackets + link.heldPackets);
      }
      const held = net.there.heldPackets + net.back.heldPackets;
      assert.equal(net.simulation.pool.live, held);
      assert.ok(utilisation > 0.5, `${cc}: ${utilisation}`);
      client.connection!.abort();
      net.simulation.run(Infinity);
      assert.equal(net.simulation.pool.live, 0);
      assert.equal(net.events.size, 0);
    }
  });

  it('takes the same steps again with the same seed', () => {
    const fingerprints = [1, 2].map(() => longFlow('bbr3', 5).net.simulation.fingerprint.toString());
    assert.equal(fingerprints[0], fingerprints[1]);
    assert.notEqual(longFlow('cubic', 5).net.simulation.fingerprint.toString(), fingerprints[0]);
  });
});

describe('a short flow', () => {
  it('doubles its flight every round trip in slow start: 10, 20, 40 segments', () => {
    const net = pair({ rate: 1e9, delay: 50 * MS });
    const there = Capture.on(net.there);
    const client = new End();
    connect(net, client, new End(), tcp({ quickAcks: 1000 }, 'reno'));
    client.connection!.writeAll(200 * 1448);
    net.simulation.run(10 * SECOND);
    const rounds = [0, 0, 0, 0, 0];
    for (const s of there.sent) {
      if (s.length > 0 && (s.flags & Flag.syn) === 0) rounds[Math.floor((s.at - 100 * MS) / (100 * MS))]!++;
    }
    assert.deepEqual(rounds, [10, 20, 40, 80, 50]);
  });
});
