import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkText } from '../../sim/node/check-text';
import { ON_THE_WAY, type Power } from '../../sim/verdict/exposure';
import { type Messaging, reportOf } from '../support/messaging';

/** Parts of the session that somebody has that power over, in alphabetic order. */
function partsFor(options: Messaging, who: string, power: Power): readonly string[] {
  const { exposures } = reportOf(options);
  const row = exposures[0]!.rows.find((one) => one.who === who);
  return [...(row?.can[power].keys() ?? [])].sort();
}

const relayed = (security: string): Messaging => ({
  session: `path: relayed, via: [middle], security: { ${security} }`,
});

describe('exposure, by what was in the clear in the run', () => {
  it('given nothing is protected, when a relay carries the session, then it and all on the way can read and change it', () => {
    for (const who of ['middle', ON_THE_WAY]) {
      assert.ok(partsFor(relayed(''), who, 'read').includes('body'), who);
      assert.ok(partsFor(relayed(''), who, 'change').includes('body'), who);
    }
  });

  it('given TLS hop by hop, when a relay carries the session, then who ends it can read, and nobody else', () => {
    const options = relayed("tls: '1.3', scope: hop-by-hop");
    assert.deepEqual(partsFor(options, 'middle', 'read'), ['body', 'headers', 'identities']);
    assert.deepEqual(partsFor(options, ON_THE_WAY, 'read'), ['identities', 'signalling']);
  });

  it('given TLS from end to end, when a relay carries the session, then it can stop it, and nothing else', () => {
    for (const tls of ['1.2', '1.3']) {
      const options = relayed(`tls: '${tls}'`);
      assert.deepEqual(partsFor(options, 'middle', 'read'), []);
      assert.deepEqual(partsFor(options, 'middle', 'change'), []);
      assert.deepEqual(partsFor(options, 'middle', 'stop'), ['body', 'headers']);
    }
  });

  it('given TLS from end to end, when the ends believe what the relay issues and it uses that, then it can read', () => {
    const session = "path: relayed, via: [middle], relay: { transparent: true }, security: { tls: '1.3', scope: hop-by-hop, trust: [middle] }"; // prettier-ignore
    assert.deepEqual(partsFor({ session }, 'middle', 'read'), ['body', 'headers', 'identities']);
  });

  it('given messages that are signed, when a relay carries them, then it reads them, and changes of the content show', () => {
    assert.deepEqual(partsFor(relayed('messages: signed'), 'middle', 'read'), ['body', 'headers', 'identities']);
    assert.deepEqual(partsFor(relayed('messages: signed'), 'middle', 'change'), ['headers']);
  });

  it('given encrypted messages, when a relay carries them, then it reads headers, and the content if it was given the key', () => {
    const read = (more: string) => partsFor(relayed(`messages: encrypted${more}`), 'middle', 'read');
    assert.deepEqual(read(''), ['headers', 'identities']);
    assert.deepEqual(read(', readers: [middle]'), ['body', 'headers', 'identities']);
  });

  it('given a proxy in the signalling alone, when a session is set up, then it has the signalling, not the messages', () => {
    assert.deepEqual(partsFor({}, 'proxy', 'read'), ['identities', 'signalling']);
  });

  it('given copies to somebody else, when TLS goes from end to end, then the copies cannot be read', () => {
    const copied = (session: string) =>
      partsFor({ session, middleboxes: '{ middle: { policy: { copyTo: right } } }' }, 'right', 'read');
    assert.ok(copied('').includes('body'));
    assert.deepEqual(copied("security: { tls: '1.3' }"), []);
  });

  it('given a report, when it is printed, then the table names who could do what', () => {
    assert.match(checkText(reportOf(relayed('')), { evidence: false }), /middle {2,}identities/);
  });
});
