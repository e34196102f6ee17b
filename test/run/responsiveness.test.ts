import assert from 'node:assert/strict';
import { type Responsiveness, responsivenessOf } from '../../sim/run/responsiveness';
import { scenarioOf } from '../support/scenario';

const link = (sessions: string) =>
  scenarioOf(`
title: responsiveness
network: { chain: { segments: 1, rate: 4 Mbit/s, rtt: 40 ms, loss: 0.005 } }
sessions:
${sessions}
run: { duration: 60 s, warmup: 5 s }
`);

function only(found: readonly Responsiveness[]): Responsiveness {
  assert.equal(found.length, 1);
  return found[0]!;
}

describe('The second test of Floyd and Fall (1999, section 4.2): four times the loss', () => {
  it('given Reno, it sends about half: 0.40 to 0.65, for 1/√x = 0.5', () => {
    const tcp = '  - { name: A, from: first, to: last, transport: { tcp: { congestionControl: reno } } }';
    const { before, after, isUnresponsive } = only(responsivenessOf(link(tcp), 1, 2));
    assert.ok(Math.abs(after.p / before.p - 4) < 0.6, `loss × ${after.p / before.p}`);
    const ratio = after.rate / before.rate;
    assert.ok(ratio > 0.4 && ratio < 0.65, `${ratio}`);
    assert.equal(isUnresponsive, false);
  });

  it('given UDP at a constant rate, it sends as much as before and is found out', () => {
    const udp = '  - { name: U, from: first, to: last, app: { cbr: { rate: 1 Mbit/s, size: 972 B } } }';
    const { before, after, isUnresponsive } = only(responsivenessOf(link(udp), 1, 1));
    assert.ok(Math.abs(after.rate / before.rate - 1) < 0.01);
    assert.equal(isUnresponsive, true);
  });

  it('given a flow that loses nothing by itself, it is tested from 0.25 % on', () => {
    const lossless = scenarioOf(`
title: responsiveness
network: { chain: { segments: 1, rate: 4 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 1000 packets } } } }
sessions: [{ name: U, from: first, to: last, app: { cbr: { rate: 3 Mbit/s, size: 972 B } } }]
run: { duration: 60 s, warmup: 5 s }
`);
    const { before, after } = only(responsivenessOf(lossless, 1, 1));
    assert.ok(Math.abs(before.p - 0.0025) < 0.001, `${before.p}`);
    assert.ok(Math.abs(after.p / before.p - 4) < 0.6, `${after.p}`);
  });

  it('says nothing of relayed sessions, which have several control loops', () => {
    const scenario = scenarioOf(`
title: relayed
network: { chain: { segments: 2, rate: 4 Mbit/s, rtt: 40 ms } }
sessions: [{ name: A, from: first, to: last, path: relayed }]
run: { duration: 10 s, warmup: 5 s }
`);
    assert.deepEqual(responsivenessOf(scenario, 1, 1), []);
  });
});
