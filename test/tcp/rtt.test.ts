import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TcpConfig } from '../../sim/tcp/config';
import { RttEstimator } from '../../sim/tcp/rtt';
import { Capture, connect, End, MS, pair, SECOND, tcp, tcpConfig, losing } from '../support/network';

function estimator(changes: Partial<TcpConfig> = {}): RttEstimator {
  return new RttEstimator(tcpConfig({ minRto: SECOND, ...changes }));
}

describe('RttEstimator (RFC 6298)', () => {
  it('begins with 1 s (section 2.1)', () => {
    assert.equal(estimator().rto, SECOND);
  });

  it('takes the first sample R as SRTT, R/2 as RTTVAR: RTO = R + 4 R/2 (section 2.2)', () => {
    const rtt = estimator();
    rtt.sample(500 * MS);
    assert.deepEqual([rtt.srtt, rtt.rttvar, rtt.rto], [500 * MS, 250 * MS, 1500 * MS]);
  });

  it('weighs later samples by 1/8 and their deviation from the old SRTT by 1/4 (section 2.3)', () => {
    const rtt = estimator();
    rtt.sample(800 * MS);
    rtt.sample(1600 * MS);
    // RTTVAR = 3/4 400 + 1/4 |800 - 1600|, then SRTT = 7/8 800 + 1/8 1600
    assert.deepEqual([rtt.rttvar, rtt.srtt, rtt.rto], [500 * MS, 900 * MS, 2900 * MS]);
  });

  it('follows the RFC over any samples: RTO = max(1 s, SRTT + max(G, 4 RTTVAR)), rounded up to G', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5e9 }), { minLength: 1 }), (samples) => {
        const rtt = estimator();
        let [srtt, rttvar] = [0, 0];
        samples.forEach((r, i) => {
          rtt.sample(r);
          rttvar = i === 0 ? r / 2 : 0.75 * rttvar + 0.25 * Math.abs(srtt - r);
          srtt = i === 0 ? r : 0.875 * srtt + 0.125 * r;
          const exact = srtt + Math.max(MS, 4 * rttvar);
          assert.ok(Math.abs(rtt.srtt - srtt) < 1e-3 && Math.abs(rtt.rttvar - rttvar) < 1e-3);
          const rto = Math.max(SECOND, Math.ceil(exact / MS - 1e-9) * MS);
          assert.ok(Math.abs(rtt.rto - Math.min(rto, 120 * SECOND)) <= 1, `${rtt.rto}, expected ${rto}`);
        });
        assert.equal(rtt.min, Math.min(...samples));
      }),
      { numRuns: 1000, seed: 9 },
    );
  });

  it('keeps the RTO a smaller minimum above SRTT when it is told one (docs/models/tcp.md)', () => {
    const rtt = estimator({ minRto: 200 * MS });
    for (let i = 0; i < 100; i++) rtt.sample(40 * MS);
    assert.equal(rtt.rto, 240 * MS);
  });

  it('doubles with every timeout up to the largest, and forgets that with the next sample (section 5)', () => {
    const rtt = estimator({ maxRto: 60 * SECOND });
    rtt.sample(500 * MS);
    const rtos: number[] = [];
    for (let i = 0; i < 8; i++) {
      rtos.push(rtt.rto / SECOND);
      rtt.backoffs++;
    }
    assert.deepEqual(rtos, [1.5, 3, 6, 12, 24, 48, 60, 60]);
    rtt.sample(500 * MS);
    assert.ok(rtt.rto < 1.5 * SECOND);
  });

  it('starts from 3 s when the SYN had to be sent again (section 5.7)', () => {
    const rtt = estimator();
    rtt.backoffs = 2;
    rtt.restartAfterSynLoss();
    assert.equal(rtt.rto, 3 * SECOND);
  });
});

describe('the retransmission timer (RFC 6298 section 5)', () => {
  it('sends the oldest segment again after RTO, and after twice as long each time (5.4 to 5.6)', () => {
    const net = pair({ impairments: losing((p) => p.length > 0) });
    const there = Capture.on(net.there);
    const client = new End();
    connect(net, client, new End(), tcp({ lossRecovery: 'newreno', minRto: SECOND }));
    net.simulation.run(SECOND);
    client.connection!.writeAll(1000);
    net.simulation.run(40 * SECOND);
    const at = there.sent.filter((s) => s.length > 0).map((s) => (s.at - SECOND) / SECOND);
    assert.deepEqual(at, [0, 1, 3, 7, 15, 31]);
  });

  it('starts again with every ACK of new data (5.3), and stops when all is acknowledged (5.2)', () => {
    const net = pair();
    const client = new End();
    connect(net, client, new End());
    client.connection!.writeAll(100_000);
    net.simulation.run(60 * MS);
    assert.ok(net.events.size > 0);
    net.simulation.run(5 * SECOND);
    assert.equal(client.connection!.sender!.timeouts, 0);
    assert.equal(net.events.size, 0);
  });

  it('takes no sample from a segment sent twice unless timestamps tell which (section 3, Karn)', () => {
    for (const timestamps of [true, false]) {
      // the first transmission of the only data segment is lost
      let n = 0;
      const net = pair({ impairments: losing((p) => p.length > 0 && ++n === 1) });
      const client = new End();
      connect(net, client, new End(), tcp({ timestamps, lossRecovery: 'newreno', minRto: SECOND }));
      net.simulation.run(SECOND);
      const { rtt } = client.connection!.sender!;
      client.connection!.writeAll(1000);
      net.simulation.run(5 * SECOND);
      assert.equal(rtt.samples, timestamps ? 2 : 1);
      assert.equal(rtt.backoffs, timestamps ? 0 : 1);
      assert.ok(rtt.srtt < 50 * MS, `${rtt.srtt}`);
    }
  });
});
