import assert from 'node:assert/strict';
import { messaging, reportOf } from '../support/messaging';
import { metricOf, runText } from '../support/scenario';

/** Alice is 20 ms from the proxy and back, Bob 60 ms. */
function chat(security: string, app = '', more = '') {
  const reply = runText(messaging({ session: `security: { ${security} }`, app: `size: 200 B, ${app}` }) + more);
  return (name: string) => metricOf(reply, 'chat', name);
}

describe('certificates that are asked for (RFC 4387)', () => {
  const later = (messages: string) =>
    chat(`messages: ${messages}, directory: proxy`)('firstMessageTimeMean') -
    chat(`messages: ${messages}`)('firstMessageTimeMean');

  it('given signed messages, when the first one comes, then its reader waits two round trips for what to verify it with', () => {
    const of = chat('messages: signed, directory: proxy');
    assert.equal(of('keyFetches'), 1);
    assert.equal(of('messagesDelivered'), 10);
    assert.ok(later('signed') > 0.12 && later('signed') < 0.13, `${later('signed')}`);
  });

  it('given encrypted messages, when they are written, then first the writer waits, then the reader', () => {
    const of = chat('messages: encrypted, directory: proxy');
    assert.equal(of('keyFetches'), 2);
    assert.ok(later('encrypted') > 0.16 && later('encrypted') < 0.175, `${later('encrypted')}`);
  });

  it('given several readers, when messages are written for all, then each has its certificate asked for, of its size', () => {
    const of = chat('messages: encrypted, readers: [left, right], directory: proxy, certificate: 1500 B, chain: 3');
    assert.equal(of('keyFetches'), 4);
    const each = of('keyFetchBytes') / 4;
    assert.ok(each > 4500 && each < 4500 + 200, `${each}`);
  });

  it('given many sessions between two hosts, when keys are there, then nobody asks again, and all order is kept', () => {
    const of = chat('messages: encrypted, directory: proxy', 'users: 5, replies: 1, file: 5 kB, hold: 1 s');
    assert.equal(of('keyFetches'), 2);
    assert.equal(of('messagesDelivered'), 55);
    assert.equal(of('repliesDelivered'), 55);
    assert.equal(of('messageFlaws') + of('gaps'), 0);
  });

  it('given a directory that is down, when a message comes, then it waits until there is one again', () => {
    const of = chat('messages: signed, directory: far', '', 'failures: [{ node: far, at: 0 s, for: 4 s }]');
    assert.ok(of('firstMessageTimeMean') > 4);
    assert.equal(of('messagesDelivered'), 10);
  });

  it('given a directory, when it is asked, then it knows who talks to whom, and nothing more', () => {
    const { exposures } = reportOf({ session: 'security: { messages: encrypted, directory: far }' });
    const row = exposures[0]!.rows.find(({ who }) => who === 'far')!;
    assert.deepEqual([...row.can.read.keys()], ['identities']);
    assert.equal(row.can.change.size + row.can.stop.size, 0);
  });
});

describe('the key of messages, for intermediaries that are authorised (draft-mankin-im-session-guide-00 section 5, eighth)', () => {
  const relay = 'path: relayed, via: [middle], relay: { announce: true, attack: read }';
  const session = (security: string) => `${relay}, security: { messages: encrypted, ${security} }`;
  /** Contents that the relay has read, of ten. */
  const read = (app: string, security = 'release: true') =>
    metricOf(runText(messaging({ session: session(security), app })), 'chat', 'contentsRead');

  it('given a relay announces itself, when the caller consents, then it reads what is written from then on', () => {
    // the notice comes back before the second message is written
    assert.equal(read('consent: given'), 9);
  });

  it('given a relay announces itself, when the caller says nothing or refuses, then it reads nothing', () => {
    assert.equal(read(''), 0);
    assert.equal(read('consent: refused'), 0);
    assert.equal(read('calleeConsent: given'), 0, 'whose messages are others');
  });

  it('given nothing is released, when the caller consents, then the relay may stay, and reads headers', () => {
    assert.equal(read('consent: given', 'release: false'), 0);
  });

  it('given a directory, when the caller consents, then the certificate of the relay comes before the next message', () => {
    const text = messaging({ session: session('release: true, directory: proxy'), app: 'consent: given' });
    const reply = runText(text);
    assert.equal(metricOf(reply, 'chat', 'keyFetches'), 3);
    assert.equal(metricOf(reply, 'chat', 'contentsRead'), 9);
    assert.equal(metricOf(reply, 'chat', 'messagesDelivered'), 10);
  });

  it('given the key is released, when the run is judged, then the table has who reads, and no rule minds', () => {
    const { exposures, verdicts } = reportOf({ session: session('release: true'), app: 'consent: given' });
    const row = exposures[0]!.rows.find(({ who }) => who === 'middle')!;
    assert.ok(row.can.read.has('body'));
    assert.ok(!row.can.change.has('body'));
    const { finding } = verdicts.find(({ rule }) => rule.name === 'confidentiality-integrity')!;
    assert.equal(finding.status, 'kept');
    assert.match(finding.because, /but for middle with the key/);
  });
});
