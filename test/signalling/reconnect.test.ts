import assert from 'node:assert/strict';
import { metricOf, runText } from '../support/scenario';

/** Messages of one session over a relay that fails for a second, five times. */
function overFailingRelay(failures: string, replies = 0) {
  const reply = runText(`
title: reconnects
network: { chain: { segments: 2, rate: 10 Mbit/s, rtt: 100 ms } }
sessions:
  - name: chat
    from: first
    to: last
    path: relayed
    via: [n1]
    app: { im-session: { users: 1, messages: 400, gap: 50 ms, gaps: fixed, size: 300 B, reconnect: 300 ms, replies: ${replies}, hold: 1 s } }
failures: [${failures}]
run: { duration: 60 s }
`);
  return (metric: string) => metricOf(reply, 'chat', metric);
}

describe('a session of messages whose connection is lost (draft-mankin-im-session-guide-00 section 3)', () => {
  const FIVE = [3, 6, 9, 12, 15].map((at) => `{ relay: n1, at: ${at} s, for: 1 s }`).join(', ');

  it('goes on over new connections: what was not confirmed is sent again, none is missing, repetitions are told apart', () => {
    const of = overFailingRelay(FIVE);
    assert.ok(of('reconnects') >= 5, String(of('reconnects')));
    assert.deepEqual([of('messagesSent'), of('messagesDelivered'), of('gaps')], [400, 400, 0]);
    // only those whose responses were under way when the connection was lost: two or three in a round trip of 100 ms
    assert.ok(of('duplicates') > 0 && of('duplicates') <= 5 * 4, String(of('duplicates')));
  });

  it('brings the answers of the callee, too, those that were under way when the connection was lost included', () => {
    const of = overFailingRelay(FIVE, 2);
    assert.ok(of('reconnects') >= 5, String(of('reconnects')));
    assert.deepEqual([of('messagesDelivered'), of('repliesDelivered'), of('messagesForged')], [400, 200, 0]);
  });

  it('has neither duplicates nor gaps when nothing fails', () => {
    const of = overFailingRelay('');
    assert.deepEqual([of('reconnects'), of('duplicates'), of('gaps'), of('messagesDelivered')], [0, 0, 0, 400]);
  });
});
