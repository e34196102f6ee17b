import assert from 'node:assert/strict';
import * as z from 'zod';
import { bind } from '../../../sim/core/plugin';
import { computeRoutes } from '../../../sim/net/routing';
import { dropTail } from '../../../sim/net/queues/drop-tail';
import { red } from '../../../sim/net/queues/red';
import { Simulation } from '../../../sim/net/simulation';
import { reno } from '../../../sim/tcp/cc/reno';
import { tcpParams } from '../../../sim/tcp/config';
import { type TcpOptions, TcpStack } from '../../../sim/tcp/stack';
import { MS, SECOND } from './support';

/** The network of Floyd's RED simulations: 1.5 Mbit/s and 20 ms between two routers, hosts 2 to 5 ms away at 10 Mbit/s. */
function run(flows: number, ecn: 'off' | 'classic') {
  const simulation = new Simulation([flows, 2, 3, 4]);
  const wide = bind(dropTail, { limit: '1000 packets' });
  const left = simulation.addNode('r1');
  const right = simulation.addNode('r2');
  const core = { rate: 1.5e6, delay: 20 * MS };
  const queue = bind(red, { minTh: '5 packets', maxTh: '15 packets', wait: true, limit: '60 packets' });
  const [bottleneck] = simulation.connect(left, right, { ...core, queue }, { ...core, queue: wide });
  const pairs = Array.from({ length: flows }, (_, i) => {
    const from = simulation.addNode(`s${i}`);
    const to = simulation.addNode(`d${i}`);
    simulation.connect(from, left, { rate: 10e6, delay: (2 + (i % 2)) * MS, queue: wide });
    simulation.connect(to, right, { rate: 10e6, delay: (4 + (i % 2)) * MS, queue: wide });
    return { from, to };
  });
  computeRoutes(simulation);
  const options: TcpOptions = {
    config: z.strictObject(tcpParams).parse({ mss: 980, ecn }),
    congestionControl: bind(reno, {}),
  };
  pairs.forEach(({ from, to }, i) => {
    TcpStack.of(to).listen(80, options, () => ({ onReadable: (connection) => void connection.read(Infinity) }));
    simulation.run(i * 37 * MS);
    TcpStack.of(from).connect(to.address, 80, options, {}, i).writeAll(Infinity);
  });
  simulation.run(10 * SECOND);
  const [dropped, sent] = [bottleneck.droppedPackets, bottleneck.transmittedPackets];
  let held = 0;
  let samples = 0;
  for (let at = 10 * SECOND; at < 100 * SECOND; at += 5 * MS, samples++) {
    simulation.run(at);
    held += bottleneck.queuedPackets;
  }
  const drops = bottleneck.droppedPackets - dropped;
  return { queue: held / samples, drops: drops / (drops + bottleneck.transmittedPackets - sent) };
}

describe('RED under Reno with SACK, against ns-2 (thresholds 5 and 15, wq 0.002, maxP 0.1, gentle, wait)', () => {
  for (const [flows, queue, drops] of [
    [2, 7.5, 0.012],
    [4, 10.2, 0.031],
    [8, 15.0, 0.066],
    [16, 17.1, 0.139],
  ] as const) {
    it(`${flows} flows: a mean queue of ${queue} packets within 15 %, a drop rate of ${drops} within a factor of 1.25`, () => {
      const ours = run(flows, 'off');
      assert.ok(Math.abs(ours.queue / queue - 1) < 0.15, `${ours.queue} packets`);
      assert.ok(ours.drops / drops < 1.25 && drops / ours.drops < 1.25, `${ours.drops}`);
    });
  }

  it('4 ECN-capable flows: no drops', () => {
    assert.equal(run(4, 'classic').drops, 0);
  });
});
