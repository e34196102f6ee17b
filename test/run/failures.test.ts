import assert from 'node:assert/strict';
import { RandomStreams } from '../../sim/core/random';
import type { RunReply } from '../../sim/run/messages';
import { metricOf, runText } from '../support/scenario';

const MESSAGES = 'app: { messages: { size: 500 B, gap: 20 ms, reconnect: 200 ms } }';
const TCP =
  'transport: { tcp: { userTimeout: 2 s, initialRto: 200 ms, synRetries: 3, keepAlive: 1 s, keepAliveInterval: 300 ms, keepAliveProbes: 3 } }';

/** Two ways from a to d, the upper one shorter; sessions over one or the other. */
function scenario(sessions: string, failures: string, more = ''): string {
  return `
title: failures
network:
  graph:
    nodes: [a, b, c, d]
    links:
      - { between: [a, b], delay: 5 ms }
      - { between: [b, d], delay: 5 ms }
      - { between: [a, c], delay: 9 ms }
      - { between: [c, d], delay: 9 ms }
${TCP}
sessions:
${sessions}
failures:
${failures}
${more}
run: { duration: 30 s }
measure: [failures]
`;
}

function session(name: string, path = 'end-to-end', more = ''): string {
  return `  - { name: ${name}, from: a, to: d, ${path === 'relayed' ? 'path: relayed, ' : ''}${more}${MESSAGES} }`;
}

/** Every message has exactly one fate. */
function assertNoneLost(reply: RunReply, name: string, text: string): void {
  const of = (metric: string) => metricOf(reply, name, metric);
  const reasons = reply.metrics.filter((r) => r.flow === name && r.metric.startsWith('messagesFailed.'));
  const failed = reasons.reduce((sum, { value }) => sum + value, 0);
  assert.equal(failed, of('messagesFailed'), text);
  assert.equal(of('messagesSent'), of('messagesDelivered') + failed + of('messagesUnderWay'), text);
  // at 50 messages a second, those under way at the end were written in the last moments, not when something broke
  assert.ok(of('messagesUnderWay') <= 50 * 4, `${of('messagesUnderWay')} are missing\n${text}`);
}

describe('failures', () => {
  it('of a node end sessions through it when the user timeout runs out, and no others', () => {
    const reply = runText(
      scenario(
        [session('A', 'relayed', 'via: [b], '), session('B', 'relayed', 'via: [c], ')].join('\n'),
        '  - { node: b, at: 5 s, for: 5 s }',
      ),
    );
    assert.equal(metricOf(reply, 'network', 'sessionsHit'), 1);
    const detection = metricOf(reply, 'A', 'detectionTime');
    assert.ok(detection > 1.9 && detection < 2.1, `${detection}`);
    assert.equal(
      reply.metrics.some((r) => r.flow === 'B' && r.metric === 'connectionsLost'),
      false,
    );
    assert.equal(metricOf(reply, 'B', 'messagesFailed'), 0);
    assert.ok(metricOf(reply, 'A', 'repairTime') > 5 && metricOf(reply, 'A', 'repairTime') < 12);
    assert.ok(metricOf(reply, 'A', 'messagesFailed.unconnected') > 0);
    assertNoneLost(reply, 'A', '');
  });

  it('of a relay are noticed after a round trip of the first leg, and the client can tell that it was not its own leg', () => {
    const reply = runText(scenario(session('A', 'relayed', 'via: [b], '), '  - { relay: b, at: 5 s, for: 3 s }'));
    assert.ok(metricOf(reply, 'A', 'detectionTime') < 0.03);
    // link b-d and node d, or the relay itself; not the link a-b
    assert.equal(metricOf(reply, 'A', 'suspects'), 3);
    assert.equal(metricOf(reply, 'A', 'elements'), 4);
    assert.equal(metricOf(reply, 'A', 'relayEnded.crash'), 1);
    assert.ok(metricOf(reply, 'A', 'repairTime') > 3 && metricOf(reply, 'A', 'repairTime') < 6);
    assertNoneLost(reply, 'A', '');
  });

  it('of a relay are gone around over a backup, and back when that fails', () => {
    const text = (more: string) =>
      scenario(
        session('A', 'relayed', `via: [b], ${more}`),
        '  - { relay: b, at: 5 s, for: 10 s }\n  - { relay: c, at: 20 s }',
      );
    const alone = runText(text(''));
    const backed = runText(text('backup: [c], '));
    assert.ok(metricOf(alone, 'A', 'repairTime') > 9);
    assert.ok(metricOf(backed, 'A', 'repairTime') < 0.5);
    assert.equal(metricOf(backed, 'A', 'connectionsLost'), 2);
    assert.ok(metricOf(backed, 'A', 'deliveredShare') > 0.97);
    assertNoneLost(backed, 'A', '');
  });

  it('of a link are routed around when routes are told to follow, after the time given', () => {
    const without = runText(scenario(session('A'), '  - { link: [b, d], at: 5 s, for: 20 s }'));
    const following = runText(scenario(session('A'), '  - { link: [b, d], at: 5 s, for: 20 s }', 'reroute: 500 ms'));
    assert.ok(metricOf(without, 'A', 'repairTime') > 19);
    const repair = metricOf(following, 'A', 'repairTime');
    assert.ok(repair > 0.5 && repair < 2, `${repair}`);
    assert.equal(metricOf(following, 'A', 'messagesFailed'), 0);
  });

  it('come and go at random with the availability MTBF / (MTBF + MTTR) at each of h relays (a^h)', () => {
    const relays = (via: string, failures: string) =>
      runText(
        scenario(session('A', 'relayed', `via: [${via}], `), failures).replace('duration: 30 s', 'duration: 1500 s'),
      );
    const one = relays('b', '  - { relay: b, mtbf: 20 s, mttr: 5 s }');
    const share = metricOf(one, 'A', 'deliveredShare');
    // 60 cycles: a standard error of .8 * .2 * sqrt(2 / 60) = .03; and up to a doubled interval to reconnect
    assert.ok(share > 0.68 && share < 0.86, `${share}`);
  });

  it('leave no message without a fate, whatever fails when (property)', () => {
    const random = new RandomStreams([3, 1, 4, 1]).stream('failures');
    const one = <T>(of: readonly T[]): T => of[random.integer(0, of.length - 1)]!;
    let failed = 0;
    for (let n = 0; n < 25; n++) {
      const what = () =>
        one(['node: b', 'node: c', 'node: a', 'node: d', 'link: [a, b]', 'link: [b, d]', 'relay: b', 'relay: c']);
      const when = () =>
        one([
          `at: ${random.integer(1, 15)} s, for: ${random.integer(1, 3000)} ms`,
          `at: ${random.integer(1, 15)} s`,
          'mtbf: 5 s, mttr: 1 s',
        ]);
      const failures = Array.from({ length: random.integer(1, 4) }, () => `  - { ${what()}, ${when()} }`);
      const relay = `relay: { forward: ${one(['bytes', 'store-and-forward'])}, retries: ${one([0, 3])}, nextLeg: ${one(['on-demand', 'pre-established'])} }, `;
      const sessions = [
        session('A', 'relayed', `via: ${one(['[b]', '[c]', '[b, c]'])}, ${relay}`),
        session('B', 'relayed', `via: [b], ${relay}`),
        session('C'),
        session('D', 'relayed', 'via: [b], backup: [c], relay: { race: 100 ms }, '),
      ];
      const text = scenario(sessions.join('\n'), failures.join('\n'), one(['', 'reroute: 300 ms'])).replace(
        '30 s',
        '20 s',
      );
      const reply = runText(text, n);
      for (const name of ['A', 'B', 'C', 'D']) {
        assertNoneLost(reply, name, text);
        failed += metricOf(reply, name, 'messagesFailed');
      }
    }
    assert.ok(failed > 1000, `${failed} messages failed in all`);
  });

  it('of an aggregator end all sessions of its circuit, and the circuit is opened again for those that come back', () => {
    const circuit = (name: string) =>
      session(name, 'end-to-end', '').replace('from: a, to: d, ', 'from: a, to: d, path: aggregated, via: [b, d], ');
    const reply = runText(scenario([circuit('A'), circuit('B')].join('\n'), '  - { node: b, at: 5 s, for: 3 s }'));
    for (const name of ['A', 'B']) {
      assert.ok(metricOf(reply, name, 'connectionsLost') >= 1);
      assert.ok(metricOf(reply, name, 'repairTime') > 3 && metricOf(reply, name, 'repairTime') < 12);
      // 3 to 12 of 30 s are lost
      assert.ok(metricOf(reply, name, 'deliveredShare') > 0.55, `${metricOf(reply, name, 'deliveredShare')}`);
    }
  });
});
