import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { runText } from '../support/scenario';
import { messaging } from '../support/messaging';

/** Metrics of a session of ten messages that a relay in the middle carries. */
function chat(security: string, session = 'path: relayed, via: [middle]') {
  const { metrics } = runText(messaging({ session: `${session}, security: { ${security} }` }));
  return (name: string) => metrics.find(({ flow, metric }) => flow === 'chat' && metric === name)?.value ?? 0;
}

describe('sessions over TLS', () => {
  it('given TLS hop by hop, when a relay carries the session, then each leg has its handshake (RFC 8446 section 2)', () => {
    const of = chat("tls: '1.3', scope: hop-by-hop");
    assert.equal(of('messagesDelivered'), 10);
    assert.equal(of('tlsConnections'), 2);
  });

  it('given TLS from end to end, when a relay carries the session, then it passes one handshake on', () => {
    const of = chat("tls: '1.3'");
    assert.equal(of('messagesDelivered'), 10);
    assert.equal(of('tlsConnections'), 1);
  });

  it('given a relay that ends TLS in the name of the server, when the client does not trust it, then no session (RFC 8446 section 6.2)', () => {
    const transparent = 'path: relayed, via: [middle], relay: { transparent: true }';
    const of = chat("tls: '1.3', scope: hop-by-hop", transparent);
    assert.equal(of('messagesDelivered'), 0);
    assert.ok(of('tlsAlerts.unknown_ca') > 0);
    const trusting = chat("tls: '1.3', scope: hop-by-hop, trust: [middle]", transparent);
    assert.equal(trusting('messagesDelivered'), 10);
    assert.equal(trusting('tlsAlerts'), 0);
  });

  it('given two aggregators, when their circuit has TLS, then frames go in records', () => {
    const of = chat("tls: '1.3', scope: hop-by-hop", 'path: aggregated, via: [left, right]');
    assert.equal(of('messagesDelivered'), 10);
    assert.equal(of('tlsConnections'), 3);
  });

  it('given TLS from end to end over two aggregators, when the circuit carries it, then all messages arrive', () => {
    const of = chat("tls: '1.2', mutual: true", 'path: aggregated, via: [left, right]');
    assert.equal(of('messagesDelivered'), 10);
    assert.equal(of('tls12Connections'), 1);
  });
});
