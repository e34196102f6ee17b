import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Attack } from '../../sim/relay/config';
import { messaging } from '../support/messaging';
import { runText } from '../support/scenario';

/** Ways to protect a session that a relay in the middle carries. */
const ARCHITECTURES = {
  plain: '',
  'hop by hop': "tls: '1.3', scope: hop-by-hop",
  'end to end': "tls: '1.3'",
  signed: 'messages: signed',
  encrypted: 'messages: encrypted',
} as const;
type Architecture = keyof typeof ARCHITECTURES;

/** What came of a session of ten messages of which the relay attacks each fifth. */
function under(attack: Attack, architecture: Architecture, more = '') {
  const security = [ARCHITECTURES[architecture], more].filter((part) => part !== '').join(', ');
  const session = `path: relayed, via: [middle], relay: { attack: ${attack} }, security: { ${security} }`;
  const { metrics } = runText(messaging({ session, duration: '6 s', app: 'size: 200 B' }));
  const of = (name: string) => metrics.find(({ flow, metric }) => flow === 'chat' && metric === name)?.value ?? 0;
  return { of, found: of('tlsAlerts') + of('messageFlaws') };
}

interface Pair {
  readonly attack: Attack;
  /** Who sees it, and by what. */
  readonly finds: Partial<Record<Architecture, string>>;
  /** Where the callee takes what the caller never wrote under that number for its message. */
  readonly blind: readonly Architecture[];
}

const pairs: readonly Pair[] = [
  {
    attack: 'modify',
    finds: { 'end to end': 'tlsAlerts.bad_record_mac', signed: 'messageFlaws.integrity', encrypted: 'messageFlaws.integrity' }, // prettier-ignore
    blind: ['plain', 'hop by hop'],
  },
  {
    attack: 'inject',
    finds: { 'end to end': 'tlsAlerts.bad_record_mac', signed: 'messageFlaws.unsigned', encrypted: 'messageFlaws.unsigned' }, // prettier-ignore
    blind: ['plain', 'hop by hop'],
  },
  {
    attack: 'replay',
    finds: { 'end to end': 'tlsAlerts.bad_record_mac', signed: 'messageFlaws.replay', encrypted: 'messageFlaws.replay' }, // prettier-ignore
    blind: ['plain', 'hop by hop'],
  },
  {
    attack: 'drop',
    finds: { 'end to end': 'tlsAlerts.bad_record_mac', signed: 'messageFlaws.order', encrypted: 'messageFlaws.order' },
    blind: ['plain', 'hop by hop'],
  },
  {
    attack: 'reorder',
    finds: { 'end to end': 'tlsAlerts.bad_record_mac', signed: 'messageFlaws.order', encrypted: 'messageFlaws.order' },
    blind: ['plain', 'hop by hop'],
  },
  {
    attack: 'impersonate',
    finds: { 'end to end': 'tlsAlerts.unknown_ca', signed: 'messageFlaws.identity', encrypted: 'messageFlaws.identity' }, // prettier-ignore
    blind: ['plain', 'hop by hop'],
  },
];

describe('hostile relays', () => {
  for (const { attack, finds, blind } of pairs) {
    for (const architecture of blind) {
      it(`given messages ${architecture}, when a relay does ${attack}, then nobody sees it, and the callee believes it`, () => {
        const { of, found } = under(attack, architecture);
        assert.ok(of('attacks') > 0);
        assert.equal(found, 0);
        assert.ok(of('messagesForged') > 0);
        assert.equal(of('duplicates'), 0);
        assert.equal(of('gaps'), 0);
      });
    }
    for (const [architecture, metric] of Object.entries(finds)) {
      it(`given messages ${architecture}, when a relay does ${attack}, then the receiver finds ${metric}`, () => {
        const { of } = under(attack, architecture as Architecture);
        assert.ok(of(metric) > 0, metric);
        assert.equal(of('messagesForged'), 0);
      });
    }
  }

  it('given nobody attacks, when messages are protected, then nothing is found and all arrive', () => {
    for (const architecture of Object.keys(ARCHITECTURES) as Architecture[]) {
      const { of, found } = under('none', architecture);
      assert.equal(found, 0, architecture);
      assert.equal(of('messagesForged'), 0);
      assert.equal(of('messagesDelivered'), 10, architecture);
    }
  });

  it('given TLS from end to end, when a relay takes 1.3 out of the offer, then the client knows (RFC 8446 section 4.1.3)', () => {
    const { of } = under('downgrade', 'end to end');
    assert.ok(of('tlsAlerts.illegal_parameter') > 0);
    assert.equal(of('tls12Connections'), 0);
  });

  it('given TLS hop by hop, when a relay goes on in 1.2, then nobody knows', () => {
    const { of, found } = under('downgrade', 'hop by hop');
    assert.equal(found, 0);
    assert.equal(of('messagesDelivered'), 10);
    assert.equal(of('tls12Connections'), 1);
  });

  it('given signed messages, when the callee believes certificates of the relay, then it takes what that signs as the caller', () => {
    const { of, found } = under('impersonate', 'signed', 'trust: [middle]');
    assert.ok(of('messagesForged') > 0);
    // what is found are the caller's own, whose numbers do not fit any more
    assert.ok(found > 0);
    assert.equal(of('messageFlaws.identity') + of('messageFlaws.integrity'), 0);
  });

  describe('that go on over UDP between them (draft-mankin-im-session-guide-00 section 4.3, Figure 6)', () => {
    /** A neighbour fills the queue in the middle. */
    const inUdp = (session: string) => {
      const text = messaging({
        session: `path: relayed, via: [left, right], legs: [{}, { protocol: udp }, {}]${session}`,
        other: 'im-session: { messages: 200, size: 900 B, gap: 20 ms, gaps: fixed }',
        rate: '500 kbit/s',
        beside: ['{ name: other, from: near, to: far, app: { bulk: {} } }'],
        duration: '15 s',
      });
      const { metrics } = runText(text);
      return (name: string) => metrics.find(({ flow, metric }) => flow === 'chat' && metric === name)?.value ?? 0;
    };

    it('given messages in the clear, when some are lost, then the relays have answered for them, and nobody is told', () => {
      const of = inUdp('');
      assert.ok(of('gaps') > 0);
      assert.equal(of('tlsAlerts') + of('messageFlaws') + of('messagesReportedLost'), 0);
    });

    it('given TLS from end to end, when the first record is lost, then the next one tells (RFC 8446 section 5.2)', () => {
      assert.ok(inUdp(", security: { tls: '1.3' }")('tlsAlerts.bad_record_mac') > 0);
    });

    it('given signed messages, when one is lost, then the next one tells that there was another', () => {
      assert.ok(inUdp(', security: { messages: signed }')('messageFlaws.gap') > 0);
    });

    it('given a transport that is fixed for the session, when it is set up, then the relay refuses it', () => {
      assert.equal(inUdp(', transport: { fixed: true }')('messagesDelivered'), 0);
    });
  });

  it('given TLS from end to end, when the client believes what the relay issues, then its impersonation is not seen', () => {
    const { of, found } = under('impersonate', 'end to end', 'trust: [middle]');
    assert.equal(found, 0);
    assert.ok(of('messagesForged') > 0);
  });

  it('given a relay reads what it can, when messages are protected, then it reads those that it has the keys of', () => {
    const read = (architecture: Architecture, more = '') => under('read', architecture, more).of('contentsRead');
    assert.equal(read('plain'), 10);
    assert.equal(read('hop by hop'), 10);
    assert.equal(read('end to end'), 0);
    assert.equal(read('signed'), 10);
    assert.equal(read('encrypted'), 0);
    assert.equal(read('encrypted', 'readers: [middle]'), 10);
    assert.equal(read('encrypted', 'readers: [left]'), 0);
  });

  it('given protection of messages, when they are written, then each costs its signature and the keys of its readers', () => {
    const bytes = (architecture: Architecture, more = '') => under('none', architecture, more).of('bytesPerMessage');
    const plain = bytes('plain');
    const signed = bytes('signed') - plain;
    // two lengths, three lines of 5, 10 or so and 1 or 2 characters, 64 of signature; a longer Content-Type
    assert.ok(signed > 64 + 16 && signed < 64 + 60, `${signed}`);
    const encrypted = bytes('encrypted') - plain - signed;
    // for bob: 4 of name, 32 of share, 32 of key with a tag of 16; 16 of tag for the content
    assert.ok(Math.abs(encrypted - (4 + 32 + 48 + 16)) < 10, `${encrypted}`);
    const withReader = bytes('encrypted', 'readers: [middle]') - bytes('encrypted');
    assert.ok(Math.abs(withReader - (7 + 32 + 48)) < 2, `${withReader}`);
  });
});
