import assert from 'node:assert/strict';
import { messaging } from '../support/messaging';
import { metricOf, runText } from '../support/scenario';

const WAYS = {
  directly: '',
  'over a relay': 'path: relayed, via: [middle]',
  'in a circuit': 'path: aggregated, via: [left, right]',
  'through relays of MSRP': 'path: msrp-relays, msrpRelays: { caller: left, callee: right }',
  signed: 'security: { messages: signed }',
  encrypted: 'security: { messages: encrypted }',
} as const;

describe('a callee that answers messages with its own (RFC 4975 section 7)', () => {
  for (const [way, session] of Object.entries(WAYS)) {
    it(`given ten messages ${way}, when each third is answered, then the caller has three`, () => {
      const reply = runText(messaging({ session, app: 'replies: 3, hold: 1 s' }));
      const of = (metric: string) => metricOf(reply, 'chat', metric);
      assert.equal(of('messagesDelivered'), 10);
      assert.equal(of('repliesDelivered'), 3);
      assert.equal(of('messagesForged'), 0);
      assert.equal(of('messageFlaws'), 0);
    });
  }
});

describe('messages that begin where a circuit does (RFC 4975 section 7)', () => {
  it('given the caller is the first aggregator itself, then all forty arrive: what is framed is on its way', () => {
    const written = messaging({ session: 'path: aggregated, via: [left, right]', app: 'messages: 40, gap: 50 ms' });
    const text = written
      .replace('messages: 10, gap: 200 ms, gaps: fixed, ', 'gaps: fixed, ')
      .replace('from: alice', 'from: left');
    assert.equal(metricOf(runText(text), 'chat', 'messagesDelivered'), 40);
  });
});
