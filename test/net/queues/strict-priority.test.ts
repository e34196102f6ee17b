import assert from 'node:assert/strict';
import { Protocol } from '../../../sim/core/packet';
import { RandomStream } from '../../../sim/core/random';
import { strictPriority } from '../../../sim/net/queues/strict-priority';
import { type Arrival, make, merge, MS, packet, SECOND, stream, TestHost, TestLink } from './support';

function link(params: object): TestLink {
  const host = new TestHost();
  return new TestLink(host, make(strictPriority, params, host));
}

function poisson(flow: number, size: number, perSecond: number, until: number): Arrival[] {
  const random = new RandomStream([flow, 1, 1, 1], 'arrivals');
  const arrivals: Arrival[] = [];
  for (let at = 0; at < until; at += random.exponential(SECOND / perSecond)) {
    arrivals.push({ at: Math.round(at), p: packet(flow, size) });
  }
  return arrivals;
}

describe('strict priority', () => {
  it('lets the first class wait for one packet of the others at most', () => {
    const voice = stream(1, 200, 20 * MS, SECOND).map(({ at, p }) => ({
      at,
      p: Object.assign(p, { protocol: Protocol.udp }),
    }));
    const { sent } = link({}).run(merge(stream(2, 1500, 1 * MS, SECOND), voice), SECOND);
    const delays = sent.filter((s) => s.p.flow === 1).map((s) => s.delay);
    assert.equal(delays.length, 50);
    assert.ok(Math.max(...delays) <= 1.2 * MS);
  });

  it('starves the last class when the first has enough for the link', () => {
    const served = link({ classes: [{ sessions: [1] }, {}] });
    served.run(merge(stream(1, 1000, 0.5 * MS, SECOND), stream(2, 1000, 10 * MS, SECOND)), SECOND);
    assert.ok(served.sentBytes(2) <= 1000);
  });

  it('waits as Kleinrock 1976 says: W1 = R / (1 - a), W2 = R / ((1 - a)(1 - a - b))', () => {
    // At 10 Mbit/s: class 1 of 250 bytes, 0.2 ms, load 0.3; class 2 of 1000 bytes, 0.8 ms, load 0.4
    const served = link({ classes: [{ sessions: [1] }, {}], limit: '100000 packets' });
    served.run(merge(poisson(1, 250, 1500, 100 * SECOND), poisson(2, 1000, 500, 100 * SECOND)), 100 * SECOND);
    const mean = (f: number) => {
      const delays = served.sent.filter((s) => s.p.flow === f).map((s) => s.delay);
      return delays.reduce((x, y) => x + y) / delays.length / MS;
    };
    const residual = (1500 * 0.0002 ** 2 + 500 * 0.0008 ** 2) / 2 / 0.001;
    assert.ok(Math.abs(mean(1) / (residual / 0.7) - 1) < 0.03, `W1 ${mean(1)}`);
    assert.ok(Math.abs(mean(2) / (residual / (0.7 * 0.3)) - 1) < 0.05, `W2 ${mean(2)}`);
  });
});
