import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

const SCRIPT = `0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_SNDBUF, [SIZE], 4) = 0
+0 getsockopt(3, SOL_SOCKET, SO_SNDBUF, [8000], [4]) = 0
`;

describe('hopwise packetdrill', () => {
  let folder: string;
  let script: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    script = join(folder, 'a.pkt');
    writeFileSync(script, SCRIPT);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  async function hopwise(...argv: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['packetdrill', ...argv], terminal);
    return { code, ...terminal.written };
  }

  it('succeeds when every script passes, with definitions and options of the tool', async () => {
    const { code, out } = await hopwise('--ip_version=ipv4', '-D', 'SIZE=4000', script);
    assert.deepEqual([code, out], [0, `${script}: passed\n`]);
  });

  it('fails with file, line and reason when one does not', async () => {
    const { code, out } = await hopwise('-D', 'SIZE=5000', script);
    assert.equal(code, 1);
    assert.match(out, /a\.pkt:3: getsockopt\(\): SO_SNDBUF is 10000, expected 8000/);
  });

  it('calls a file that is not there wrong input', async () => {
    assert.equal((await hopwise(join(folder, 'b.pkt'))).code, 2);
  });
});
