import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rules } from '../../sim/verdict/rules';
import { tool } from '../support/capture-tools';
import { captured } from '../support/captured';
import { type Messaging, verdictOf } from '../support/messaging';
import { turns } from '../support/turns';

/** Which packet of a capture Wireshark shows for a display filter: number, interface, and time in seconds. */
function shown(file: Uint8Array, filter: string): Map<number, { link: string; time: number }> | null {
  const fields = ['frame.number', 'frame.interface_name', 'frame.time_epoch'].flatMap((field) => ['-e', field]);
  const output = tool('tshark', ['-Y', filter, '-T', 'fields', ...fields, '-r'], file);
  if (output === null) return null;
  const lines = output.trim().split('\n').filter((line) => line !== '').map((line) => line.split('\t')); // prettier-ignore
  return new Map(lines.map(([frame, link, time]) => [Number(frame), { link: link!, time: Number(time) }]));
}

/** The verdict of a rule; where tshark is installed, its evidence is in the capture, and of the kind that `filter` shows. */
function judged(options: Messaging, rule: string, filter: string) {
  const { report, file } = captured(options);
  const { finding } = report.verdicts.find((one) => one.rule.name === rule)!;
  const packets = finding.evidence.flatMap((one) => one.packets);
  assert.ok(packets.length > 0, `${rule} names no packet`);
  for (const { frame } of packets) assert.ok(frame > 0, `${rule} names a packet that no link delivered`);
  const numbers = packets.map(({ frame }) => frame);
  const frames = shown(file, `frame.number in {${numbers.join(',')}}`);
  if (frames !== null) {
    for (const { frame, link, at } of packets) {
      assert.equal(frames.get(frame)!.link, link);
      assert.ok(Math.abs(frames.get(frame)!.time - at / 1e9) < 1e-9, `frame ${frame}`);
    }
    const matching = shown(file, `frame.number in {${numbers.join(',')}} && (${filter})`)!;
    assert.ok(matching.size > 0, `no packet of ${rule} is ${filter}: ${numbers.join(', ')}`);
  }
  return verdictOf(report, rule);
}

describe('each guideline turns with the mechanism, and shows the packets', () => {
  for (const { rule, section, keeps, breaks, because, shows } of turns) {
    it(`${rule} (draft-mankin-im-session-guide-00 section ${section})`, () => {
      const good = judged(keeps, rule, shows[0]);
      assert.equal(good.status, 'kept', good.because);
      const bad = judged(breaks, rule, shows[1]);
      assert.equal(bad.status, 'broken', bad.because);
      assert.match(bad.because, because);
    });
  }

  const signed = (relay: string, more = '') => ({
    session: `path: relayed, via: [middle], relay: { ${relay} }, security: { messages: signed${more} }`,
    app: 'size: 200 B, replies: 2',
  });

  it('mutual-authentication by signed messages (RFC 8551), which a relay that impersonates turns where it is believed', () => {
    const rule = 'mutual-authentication';
    assert.equal(judged(signed('attack: none'), rule, 'msrp.method == SEND').status, 'kept');
    // refused: the ends still know who wrote what they take
    assert.equal(judged(signed('attack: impersonate'), rule, 'msrp.method == SEND').status, 'kept');
    const believed = judged(signed('attack: impersonate', ', trust: [middle]'), rule, 'msrp.method == SEND');
    assert.equal(believed.status, 'broken');
    assert.match(believed.because, /bob took for alice's what middle has signed/);
  });

  it('mutual-authentication wants both ends to sign', () => {
    const { session } = signed('attack: none');
    const finding = verdictOf(captured({ session }).report, 'mutual-authentication');
    assert.equal(finding.status, 'broken');
    assert.match(finding.because, /^bob has shown no certificate, and signed no message/);
  });

  it('mutual-authentication is not what SIP in a session gives', () => {
    const finding = judged({ app: 'carrier: sip' }, 'mutual-authentication', 'sip.Method == MESSAGE');
    assert.equal(finding.status, 'broken');
  });

  it('negotiates-transport of each of two sessions that share a circuit', () => {
    const way = 'path: aggregated, via: [left, right]';
    const second = `{ name: second, from: alice, to: bob, ${way}, app: { im-session: { messages: 5 } } }`;
    const { report } = captured({ session: way, beside: [second] });
    const finding = verdictOf(report, 'negotiates-transport');
    assert.equal(finding.status, 'kept', finding.because);
    assert.deepEqual(report.sessions.map(({ sends }) => sends.length), [30, 15]); // prettier-ignore
  });

  it('quotes the draft as it stands there, and says how to mend it', () => {
    const draft = readFileSync('docs/spec/draft-mankin-im-session-guide-00.txt', 'utf8').replaceAll(/\s+/g, ' ');
    for (const { name, sentence, mend } of rules) {
      for (const part of sentence.split(/ ?\.\.\. ?/)) assert.ok(draft.includes(part), `${name}: ${part}`);
      assert.ok(mend.length > 20, name);
    }
  });

  it('for every rule there is', () => {
    assert.deepEqual(turns.map(({ rule }) => rule).sort(), rules.map(({ name }) => name).sort());
  });
});
