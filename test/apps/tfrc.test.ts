import assert from 'node:assert/strict';
import { Verdict } from '../../sim/net/node';
import { checkPhysics } from '../../sim/run/physics';
import type { RunReply } from '../../sim/run/messages';
import { equationRate } from '../../sim/tfrc/equation';
import { assertNear, buildText, metricOf, runText } from '../support/scenario';

const queues = {
  RED: '{ red: { minTh: 10 packets, maxTh: 30 packets, limit: 60 packets } }',
  'drop-tail': '{ drop-tail: { limit: 60 packets } }',
};

const alone = (rate: string, more = '', loss = '') => `
title: TFRC alone
network: { chain: { segments: 1, rate: ${rate}, rtt: 100 ms, queue: { drop-tail: { limit: 60 packets } }${loss} } }
sessions: [{ name: A, from: first, to: last, app: tfrc${more} }]
run: { duration: 60 s, warmup: 10 s }
`;

function total(reply: RunReply, group: string): number {
  return reply.metrics.reduce(
    (sum, m) => (m.metric === 'goodput' && m.flow.startsWith(group) ? sum + m.value : sum),
    0,
  );
}

describe('tfrc: TCP-friendly rate control (RFC 5348)', () => {
  for (const [name, queue] of Object.entries(queues)) {
    for (const n of [1, 4, 16]) {
      it(`${n} beside ${n} TCP flows over ${name}, takes between half and twice their share (section 1)`, () => {
        const reply = runText(`
title: TFRC beside TCP
network: { chain: { segments: 1, rate: 5 Mbit/s, rtt: 60 ms, queue: ${queue} } }
transport: { tcp: { congestionControl: newreno } }
sessions:
  - { name: tfrc, from: first, to: last, app: tfrc, count: ${n}, start: { uniform: [0 s, 2 s] } }
  - { name: tcp, from: first, to: last, count: ${n}, start: { uniform: [0 s, 2 s] } }
run: { duration: 150 s, warmup: 30 s }
`);
        const ratio = total(reply, 'tfrc') / total(reply, 'tcp');
        assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`);
        assert.ok(total(reply, 'tfrc') + total(reply, 'tcp') > 0.94 * 5e6);
      });
    }
  }

  it('under random loss, sends what the equation gives for the loss event rate it reports', () => {
    const reply = runText(alone('100 Mbit/s', '', ', lastLoss: 0.01'));
    const allowed =
      8 * equationRate(1460, metricOf(reply, 'A', 'rttMean') * 1e9, metricOf(reply, 'A', 'lossEventRate'));
    assertNear((metricOf(reply, 'A', 'goodput') / (1 - 0.01)) * (1460 / 1448), allowed, 0.2);
    // random losses fall together within a round trip: fewer events than losses
    assert.ok(metricOf(reply, 'A', 'lossEventRate') < metricOf(reply, 'A', 'loss'));
  });

  it('starts with min(4s, max(2s, 4380 B)) per round trip then at most doubles in each (sections 4.2, 4.3)', () => {
    const { simulation, sessions } = buildText(alone('1 Gbit/s'));
    const packets = (): number => sessions[0]!.app.received / 1448;
    simulation.run(145e6);
    assert.equal(packets(), 1);
    const sent: number[] = [];
    for (let round = 0; round < 8; round++) {
      const before = packets();
      simulation.run(simulation.events.now + 100e6);
      sent.push(packets() - before);
    }
    assert.equal(sent[0], 3);
    // a report speaks of what was sent up to two round trips ago, and the rate is at most twice that
    for (let i = 1; i < sent.length; i++) assert.ok(sent[i]! <= 2 * sent[i - 1]! + 1, `${sent.join(' ')}`);
    for (let i = 2; i < sent.length; i++) assert.ok(sent[i]! >= 1.8 * sent[i - 2]!, `${sent.join(' ')}`);
  });

  it('without feedback, halves its rate again and again (section 4.4)', () => {
    const { simulation } = buildText(alone('2 Mbit/s'));
    simulation.run(20e9);
    const [sender] = simulation.nodes;
    const forward = simulation.links.find((link) => link.name === 'n0>n1')!;
    sender!.middlebox = { onPacket: (p) => (p.dst === sender!.address ? Verdict.drop : Verdict.forward) };
    const sentBetween = (from: number, to: number): number => {
      simulation.run(from * 1e9);
      const before = forward.sentPackets;
      simulation.run(to * 1e9);
      return forward.sentPackets - before;
    };
    const atFirst = sentBetween(20, 21);
    const later = sentBetween(40, 50) / 10;
    assert.ok(atFirst > 50 && later < atFirst / 32, `${atFirst}, then ${later}`);
    assert.ok(sentBetween(100, 300) >= 200 / 64);
  });

  it('when stopped, sends nothing more, and every packet comes back to the pool', () => {
    const { simulation } = buildText(alone('2 Mbit/s', ', stop: 20 s'));
    simulation.run(20e9);
    checkPhysics(simulation);
    simulation.run(40e9);
    assert.equal(simulation.pool.live, 0);
    checkPhysics(simulation);
  });
});
