import assert from 'node:assert/strict';
import { type Messaging, reportOf } from '../support/messaging';

/** Ways of looking that find an intermediary in the session, by node. */
function foundBy(options: Messaging): Record<string, readonly string[]> {
  const { presences } = reportOf(options);
  const looks = new Set(['hop-limits', 'max-forwards', 'encrypted']);
  return Object.fromEntries(
    presences.map(({ interposed, discoveries }) => [
      interposed.node.name,
      discoveries.flatMap(({ test, exposes }) => (exposes !== null && looks.has(test) ? [test] : [])),
    ]),
  );
}

describe('what a client finds when it looks (draft section 4.5)', () => {
  it('given a transparent relay, then hop limits find it, and an encrypted message does where it needs to read', () => {
    const relay = (more: string) => `path: relayed, via: [middle], relay: { transparent: true ${more} }`;
    assert.deepEqual(foundBy({ session: relay('') }), { middle: ['hop-limits'] });
    assert.deepEqual(foundBy({ session: relay(', inspect: silently') }), { middle: ['hop-limits', 'encrypted'] });
  });

  it('given messages that proxies pass on, then Max-Forwards finds each of them by name (RFC 3261 section 16.3)', () => {
    const servers = '[{ on: proxy }, { on: right }]';
    assert.deepEqual(foundBy({ app: 'carrier: sip', servers }), { proxy: ['max-forwards'], right: ['max-forwards'] });
  });

  it('given one that begins requests of its own, then it finds neither that nor what follows', () => {
    const servers = '[{ on: proxy }, { on: right, role: { b2bua: { hops: own } } }]';
    const found = foundBy({ app: 'carrier: sip', servers });
    assert.deepEqual(found['right'], []);
    assert.deepEqual(found['proxy'], ['max-forwards']);
  });

  it('given a gateway in a translator, then an encrypted offer finds it (RFC 2663 section 2.9)', () => {
    const middleboxes = '{ right: { port-restricted-cone: { alg: right, inside: [bob] } } }';
    assert.deepEqual(foundBy({ middleboxes, app: 'register: 30 s' }), { right: ['encrypted'] });
    const plain = '{ left: { port-restricted-cone: { inside: [alice] } } }';
    assert.deepEqual(foundBy({ middleboxes: plain, servers: '[]' }), { left: [] });
  });

  it('given copies for somebody else, then no way of looking finds them (RFC 3924)', () => {
    assert.deepEqual(foundBy({ middleboxes: '{ middle: { policy: { copyTo: near, copyOf: alice } } }' }), {
      middle: [],
    });
  });

  it('given two that may be meant, then what names nobody counts for neither', () => {
    const session = 'path: relayed, via: [left, middle], relay: { transparent: true, inspect: silently }';
    assert.deepEqual(foundBy({ session }), { left: ['hop-limits'], middle: [] });
  });
});
