import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { rules } from '../../sim/verdict/rules';
import { recordingTerminal } from '../support/terminal';

const SHORT = ['--set', 'run.duration=15 s'];

async function check(...argv: string[]) {
  const terminal = recordingTerminal();
  const code = await main(['check', ...argv, ...SHORT], terminal);
  return { code, ...terminal.written };
}

describe('hopwise check', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('ends with 0 where no MUST is broken, and with 1 where one is, unless told to count nothing', async () => {
    assert.equal((await check('gallery/direct-tls')).code, 0);
    const udp = await check('gallery/tcp-udp-tcp');
    assert.equal(udp.code, 1);
    assert.match(udp.out, /congestion-control +MUST NOT +broken/);
    assert.equal((await check('gallery/tcp-udp-tcp', '--fail-on', 'never')).code, 0);
  });

  it('counts a SHOULD NOT alone with --fail-on should, not by default', async () => {
    // all is well with this relay, but that nobody needs it
    const relay = ['gallery/encrypted-messages', '--sessions', 'chat'];
    const { code, out } = await check(...relay);
    assert.deepEqual(
      out
        .split('\n')
        .flatMap((line) => (/^(\S+) +([A-Z ]+|text) +broken/.exec(line) ?? []).slice(1).map((cell) => cell.trim())),
      ['necessity', 'SHOULD NOT'],
    );
    assert.equal(code, 0);
    assert.equal((await check(...relay, '--fail-on', 'should')).code, 1);
    assert.equal((await check(...relay, '--fail-on', 'any')).code, 1);
    assert.equal((await check(...relay, '--fail-on', 'never')).code, 0);
  });

  it('counts a broken sentence of the text with --fail-on any only', async () => {
    const own = ['gallery/direct-tls', '--set', 'sessions.chat.app.im-session.connection=own'];
    assert.equal((await check(...own, '--fail-on', 'should')).code, 0);
    assert.equal((await check(...own, '--fail-on', 'any')).code, 1);
  });

  it('prints all rules as JSON, each broken one with its sentence, packets and how to mend it', async () => {
    const { out } = await check('gallery/tcp-udp-tcp', '--json');
    const { guidelines } = JSON.parse(out) as { guidelines: Record<string, unknown>[] };
    assert.deepEqual(
      guidelines.map(({ name }) => name),
      rules.map(({ name }) => name),
    );
    const broken = guidelines.filter(({ verdict }) => verdict === 'broken');
    assert.ok(broken.length > 0);
    for (const { mend, sentence, evidence } of broken) {
      assert.ok(mend !== '' && sentence !== '' && (evidence as unknown[]).length > 0);
    }
  });

  it('writes a page and a capture under their names, and nothing else', async () => {
    const [html, pcap] = [join(folder, 'page.html'), join(folder, 'all.pcapng')];
    await check('gallery/direct', '--html', html, '--pcap', pcap);
    assert.deepEqual(readdirSync(folder).sort(), ['all.pcapng', 'page.html']);
    const page = readFileSync(html, 'utf8');
    for (const { name } of rules) assert.ok(page.includes(`id="${name}"`), name);
    assert.doesNotMatch(page, /(src|href)="http|@import|url\(/, 'nothing from elsewhere');
    assert.equal(readFileSync(pcap).readUInt32LE(0), 0x0a0d0d0a);
  });

  it('writes who could do what as CSV: a line for each part, the frame where one could, none where not', async () => {
    const csv = join(folder, 'exposure.csv');
    await check('gallery/encrypted-messages', '--exposure', csv);
    const [head, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\n');
    assert.equal(head, 'session,who,part,read,change,stop,read_frame,change_frame,stop_frame');
    assert.equal(lines.length % 4, 0);
    const relay = lines.filter((line) => line.startsWith('chat,relay1,'));
    // in the clear for the relay: the headers; sealed for Bob: the content, which it can but stop
    assert.match(
      relay.find((line) => line.includes(',headers,'))!,
      /^chat,relay1,headers,1,1,1,\d+,\d+,\d+$/,
    );
    assert.match(
      relay.find((line) => line.includes(',body,'))!,
      /^chat,relay1,body,0,0,1,,,\d+$/,
    );
  });

  it('names what it does not know, with 2', async () => {
    const sessions = await check('gallery/direct', '--sessions', 'chatt');
    assert.equal(sessions.code, 2);
    assert.match(sessions.err, /--sessions chatt: no session is called so.*did you mean chat/);
    const level = await check('gallery/direct', '--fail-on', 'most');
    assert.equal(level.code, 2);
    assert.match(level.err, /must, should, any, never/);
  });
});
