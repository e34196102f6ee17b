import assert from 'node:assert/strict';
import { metricOf, runText } from '../support/scenario';

/** Two ways to the server, each with a relay; what is between the client and the first one may be dead or slow. */
function scenario(first: string, race: string): string {
  return `
title: racing
network:
  graph:
    nodes: [client, r1, r2, server]
    links:
      - { between: [client, r1], delay: ${first} }
      - { between: [client, r2], delay: 20 ms }
      - { between: [r1, server], delay: ${first} }
      - { between: [r2, server], delay: 5 ms }
sessions:
  - name: A
    from: client
    to: server
    path: relayed
    via: [r1]
    backup: [r2]
    relay: { race: ${race} }
    app: { messages: { size: 500 B, gap: 100 ms, reconnect: 200 ms } }
failures: FAILURES
run: { duration: 10 s }
measure: [failures]
`;
}
const text = (first: string, race: string, failures = '[]'): string =>
  scenario(first, race).replace('FAILURES', failures);

describe('racing connections (RFC 8305 section 5)', () => {
  it('given a first relay that answers at once, it is used and the backup is not tried', () => {
    const reply = runText(text('10 ms', '250 ms'));
    assert.equal(metricOf(reply, 'A', 'wonByBackup'), 0);
    assert.equal(metricOf(reply, 'A', 'messagesFailed'), 0);
  });

  it('given a first relay that is far away, the backup wins once it has been tried', () => {
    // 600 ms for the first handshake; 50 + 40 ms for the second
    const reply = runText(text('300 ms', '50 ms'));
    assert.equal(metricOf(reply, 'A', 'wonByBackup'), 1);
    assert.equal(metricOf(reply, 'A', 'messagesFailed'), 0);
    assert.ok(metricOf(reply, 'A', 'messageDelayMean') < 0.2, 'messages take the way past the backup');
  });

  it('given a first relay that is dead, the session comes about after the delay, and every message arrives', () => {
    const reply = runText(text('10 ms', '250 ms', '[{ node: r1, at: 0 s, for: 9 s }]'));
    assert.equal(metricOf(reply, 'A', 'wonByBackup'), 1);
    assert.equal(metricOf(reply, 'A', 'messagesFailed'), 0);
    assert.ok(metricOf(reply, 'A', 'messagesDelivered') > 60);
  });

  it('given a relay that dies later, the next stream is won by the backup', () => {
    const reply = runText(text('10 ms', '250 ms', '[{ relay: r1, at: 3 s, for: 6 s }]'));
    assert.equal(metricOf(reply, 'A', 'wonByBackup'), 1);
    assert.ok(metricOf(reply, 'A', 'messagesDelivered') > 60);
  });
});
