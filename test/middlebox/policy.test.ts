import assert from 'node:assert/strict';
import { fields } from '../../sim/core/choice';
import { policy } from '../../sim/middlebox/policy';
import { TcpStack } from '../../sim/tcp/stack';
import { End, PORT, row, SECOND, tcp } from '../support/network';
import { metricOf, runText } from '../support/scenario';

function scenario(policy: string, app: string, more = ''): string {
  return `
title: policy
network:
  graph:
    nodes: [a, r, b, collector]
    links:
      - { between: [a, r], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [r, b], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [r, collector], rate: 100 Mbit/s, delay: 1 ms }
middleboxes: { r: { policy: { ${policy} } } }
sessions:
  - { name: A, from: a, to: b, app: ${app}${more} }
run: { duration: 10 s }
`;
}

const CBR = '{ cbr: { rate: 4 Mbit/s, size: 972 B } }';

describe('a policy middlebox', () => {
  it('polices to its rate with a token bucket (RFC 2475 section 2.3.3.2)', () => {
    const reply = runText(scenario('rate: 2 Mbit/s, burst: 10 kB', CBR));
    // 1000 B packets: 2.5 Mbit of 10 s pass at most, and 10 kB at once
    const passed = metricOf(reply, 'r', 'passedBytes');
    assert.ok(Math.abs(passed - (2e6 * 10) / 8 - 10_000) < 4000, `${passed}`);
    assert.ok(metricOf(reply, 'r', 'policed') > 0);
  });

  it('copies what passes to the collector, and disturbs nothing', () => {
    const with_ = runText(scenario('copyTo: collector, copyOf: a', '{ bulk: { size: 1 MB } }'));
    const without = runText(scenario('', '{ bulk: { size: 1 MB } }'));
    assert.equal(metricOf(with_, 'A', 'completionTime'), metricOf(without, 'A', 'completionTime'));
    assert.equal(metricOf(with_, 'r', 'copied'), metricOf(with_, 'r', 'passed'));
    assert.equal(metricOf(with_, 'r', 'collected'), metricOf(with_, 'r', 'copied'));
    assert.ok(metricOf(with_, 'r', 'copied') > 700 + 350);
  });

  it('limits size and protocol, and counts for planning', () => {
    const small = runText(scenario('largestPacket: 999 B', CBR));
    assert.equal(metricOf(small, 'A', 'goodput'), 0);
    assert.ok(metricOf(small, 'r', 'tooLarge') > 4000);
    const noUdp = runText(scenario('refuse: [udp]', CBR));
    assert.equal(metricOf(noUdp, 'r', 'passed'), 0);
    const open = runText(scenario('', CBR));
    assert.equal(metricOf(open, 'r', 'flows'), 1);
    assert.ok(Math.abs(metricOf(open, 'r', 'busiestSecond') - 4e6 * (1000 / 972)) < 20_000);
  });

  it('polices each flow by itself, or all together, and lets bursts pass', () => {
    const sessions = (more: string) =>
      runText(
        scenario(`rate: 1 Mbit/s, ${more}`, CBR).replace('run:', `  - { name: B, from: a, to: b, app: ${CBR} }\nrun:`),
      );
    const passed = (more: string) => metricOf(sessions(more), 'r', 'passedBytes');
    const all = passed('per: all');
    assert.ok(passed('per: flow') > 1.9 * all);
    assert.ok(Math.abs(passed('per: all, burst: 115 kB') - all - 100_000) < 4000);
  });

  it('stops what carries a text, and nothing else', () => {
    for (const [content, arrives] of [
      ['attack at dawn', false],
      ['at dusk', true],
    ] as const) {
      const simulation = row(['a', 'r', 'b']);
      const [a, r, b] = simulation.nodes as [never, (typeof simulation.nodes)[number], never];
      const host = { simulation, events: simulation.events, node: r, random: simulation.random.stream('policy') };
      r.addMiddlebox(policy.create({ ...fields(policy.params).parse({}), content }, host)!);
      const server = new End();
      TcpStack.of(b).listen(PORT, tcp(), () => server);
      const client = TcpStack.of(a).connect(simulation.nodes[2]!.address, PORT, tcp(), new End(), 1);
      const text = 'we attack at dawn';
      const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      client.writeMessage({ size: text.length, encode: () => bytes });
      simulation.run(SECOND);
      assert.equal(server.received, arrives ? text.length : 0);
    }
  });

  it('limits the type of messages by what their headers say (RFC 4975 section 7.1: Content-Type)', () => {
    const delivered = (content: string) =>
      metricOf(
        runText(
          scenario(`content: '${content}'`, '{ im-session: { users: 2, spread: 1 s, messages: 3, gap: 200 ms } }'),
        ),
        'A',
        'messagesDelivered',
      );
    assert.equal(delivered('Content-Type: image/png'), 6);
    assert.equal(delivered('Content-Type: text/plain'), 0);
  });

  it('of messages is that of a relay, which sees them: too large ones end there, counted', () => {
    const text = scenario('', '{ messages: { size: 1 kB, gap: 50 ms } }').replace(
      'app: {',
      'path: relayed, via: [r], relay: { forward: store-and-forward, largestMessage: 1500 B }, app: {',
    );
    const reply = runText(`${text}measure: [failures]\n`);
    const [sent, delivered] = [metricOf(reply, 'A', 'messagesSent'), metricOf(reply, 'A', 'messagesDelivered')];
    // exponential sizes: e^-1.5 = .22 of them are larger
    assert.equal(metricOf(reply, 'A', 'relayEnded.policy') + delivered + 1 >= sent, true);
    assert.ok(Math.abs(metricOf(reply, 'A', 'relayEnded.policy') / sent - 0.22) < 0.09);
  });
});
