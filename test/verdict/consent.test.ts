import assert from 'node:assert/strict';
import type { Report } from '../../sim/verdict/check';
import { type Messaging, reportOf, verdictOf } from '../support/messaging';

/** A relay in the middle that announces itself, and what the ends say to that. */
function announced(app: string, relay = 'announce: true'): Messaging {
  return { session: `path: relayed, via: [middle], relay: { ${relay} }`, app };
}

function metricOf({ metrics }: Report, name: string): number {
  return metrics.find(({ metric, flow }) => metric === name && flow === 'chat')!.value;
}

/** The two ends of the last connection that carried messages. */
function lastLeg({ sessions }: Report): string {
  return sessions[0]!.sends
    .at(-1)!
    .leg.nodes.map(({ name }) => name)
    .join(' - ');
}

function presenceOf(report: Report) {
  const [presence] = report.presences;
  assert.equal(report.presences.length, 1);
  const { announced: told, authorised } = presence!.interposed;
  const namesOf = (ends: typeof told) => [...ends.keys()].map(({ name }) => name).sort();
  return { told: namesOf(told), askedForBy: namesOf(authorised) };
}

describe('an intermediary that announces itself (draft-mankin-im-session-guide-00 section 4.5)', () => {
  it('tells both ends in the session, once each, and nobody else counts the notice as a message', () => {
    const report = reportOf(announced(''));
    assert.deepEqual(presenceOf(report).told, ['alice', 'bob']);
    assert.equal(metricOf(report, 'notices'), 2);
    assert.equal(metricOf(report, 'messagesDelivered'), 10);
    assert.equal(metricOf(report, 'gaps'), 0);
  });

  for (const relay of ['announce: true', 'announce: true, transparent: true']) {
    it(`stays with the consent of one party (RFC 3238 section 2.1): ${relay}`, () => {
      const report = reportOf(announced('calleeConsent: given', relay));
      assert.ok(presenceOf(report).askedForBy.includes('bob'));
      assert.equal(verdictOf(report, 'authorisation').status, 'kept');
      assert.match(lastLeg(report), relay.includes('transparent') ? /^(alice - )?middle/ : /middle/);
      assert.equal(metricOf(report, 'reconnects'), 0);
    });

    it(`goes when the caller refuses it, and the session goes around it at a cost: ${relay}`, () => {
      const report = reportOf(announced('consent: refused', relay));
      assert.equal(lastLeg(report), 'alice - bob');
      assert.equal(metricOf(report, 'messagesDelivered'), 10);
      assert.equal(metricOf(report, 'gaps'), 0);
      // the connection is made again after a second; messages of that second wait
      assert.equal(metricOf(report, 'reconnects'), 1);
      const without = reportOf({});
      assert.ok(metricOf(report, 'messageDelayP99') > metricOf(without, 'messageDelayP99') + 0.9);
    });
  }

  it('is not to be avoided by who is called: only a client that opens the connection has another way', () => {
    const report = reportOf(announced('calleeConsent: refused'));
    assert.match(lastLeg(report), /middle/);
    assert.ok(metricOf(report, 'reconnects') > 3, 'each connection goes the same way, and is refused again');
  });

  it('that says nothing is asked for by nobody when it is transparent', () => {
    const report = reportOf({
      session: 'path: relayed, via: [middle], relay: { transparent: true }',
      app: 'consent: given',
    });
    assert.deepEqual(presenceOf(report), { told: [], askedForBy: [] });
    assert.equal(verdictOf(report, 'authorisation').status, 'broken');
  });

  it('whose address somebody writes to who takes it for that of the other end is not asked for by that', () => {
    const report = reportOf({
      // the BYE goes to the Contact that the gateway has rewritten
      servers: '[{ on: proxy, role: { proxy: { recordRoute: false } } }], rport: true',
      middleboxes: '{ right: { port-restricted-cone: { alg: right } } }',
      app: 'register: 30 s',
    });
    assert.equal(metricOf(report, 'messagesDelivered'), 10);
    assert.deepEqual(presenceOf(report), { told: [], askedForBy: [] });
  });
});
