import assert from 'node:assert/strict';
import type { TcpConfig } from '../../sim/tcp/config';
import { Capture, connect, End, linkOf, losing, MS, pair, SECOND, tcp } from '../support/network';

/** What went both ways while both ends wrote, read and closed over a path that loses some packets of each. */
function exchange(changes: Partial<TcpConfig>) {
  const lossy = (nth: number) => ({
    ...linkOf({ delay: 10 * MS }),
    impairments: losing((_, n) => n > 3 && n % nth === 0),
  });
  const net = pair(lossy(53), lossy(37));
  const captures = [Capture.on(net.there), Capture.on(net.back)];
  const server = new End(true, true, { onEstablished: (c) => c.writeAll(50_000) });
  const client = new End();
  connect(net, client, server, tcp(changes));
  client.connection!.writeAll(400_000);
  net.simulation.run(SECOND);
  server.connection!.writeAll(300_000);
  net.simulation.run(2 * SECOND);
  client.connection!.shutdown();
  net.simulation.run(200 * SECOND);
  assert.deepEqual([client.received, server.received], [350_000, 400_000]);
  assert.deepEqual([client.log.at(-1), server.log.at(-1)], ['finished', 'finished']);
  return captures.map(({ sent }) => sent);
}

describe('header prediction (RFC 1144 appendix B.1)', () => {
  const cases: readonly Partial<TcpConfig>[] = [
    {},
    { timestamps: false },
    { sack: false },
    { receiveBuffer: 6000 },
    { delayedAckSegments: 1 },
  ];
  for (const changes of cases) {
    it(`given ${JSON.stringify(changes)}, when both ends send, then all goes as where every segment is looked at in full (RFC 9293 section 3.10.7.4)`, () => {
      // a keep-alive that is never due hears of every segment, so that none takes the short way
      assert.deepEqual(exchange(changes), exchange({ ...changes, keepAlive: 1e6 * SECOND }));
    });
  }
});
