import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

describe('hopwise ladder', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function ladder(...words: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['ladder', 'figure-1-session-model', '--most', '12', ...words], terminal);
    return { code, ...terminal.written };
  }

  it('draws in the terminal, and the same messages into a file by its ending', async () => {
    const { code, out } = await ladder();
    assert.equal(code, 0);
    assert.match(out, /12 messages, \d+ bytes; 0 sent again/);
    const file = join(folder, 'new', 'call.svg');
    const drawn = await ladder('--draw', file);
    assert.deepEqual([drawn.code, drawn.out.trim()], [0, file]);
    const svg = readFileSync(file, 'utf8');
    assert.equal(svg.match(/class="message/g)?.length, 12);
    assert.match(svg, /study figure-1-session-model, messages 5, seed 1, replication 1\./);
    assert.match(svg, /viewBox="0 0 516 /);
  });

  it('draws PDF, at the width of a column', async () => {
    const file = join(folder, 'call.pdf');
    assert.equal((await ladder('--draw', file, '--width', 'acm-column')).code, 0);
    assert.match(readFileSync(file, 'latin1'), /^%PDF/);
  });

  it('names the endings that it knows where it is given another', async () => {
    const file = join(folder, 'call.txt');
    const { code, err } = await ladder('--draw', file);
    assert.equal(code, 2);
    assert.match(err, /expected a file that ends in \.svg, \.pdf, \.png, found .*call\.txt/);
    assert.ok(!existsSync(file));
  });
});
