import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

/** One flow fills a link of 10 Mbit/s; at 1 Mbit/s it cannot. */
const scenario = (atLeast: string, broken: string) => `
title: One flow on a short chain
network: { chain: { segments: 1, rtt: 20 ms } }
sessions: [{ name: A, from: first, to: last }]
run: { duration: 2 s, warmup: 1 s, replications: 1 }
expect: [{ metric: goodput, flow: A, atLeast: ${atLeast} }]
breaks: { slow-link: { network.chain.rate: ${broken} } }
`;

describe('hopwise studies', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const studies = async (...args: string[]) => {
    const terminal = recordingTerminal();
    const exit = await main(['studies', ...args, '--quiet', '--workers', '1'], terminal);
    return { exit, ...terminal.written };
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-studies-'));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('prints one table and ends with 1 when a band does not hold, saying what was found', async () => {
    const good = file('good.yaml', scenario('8 Mbit/s', '1 Mbit/s'));
    const bad = file('bad.yaml', scenario('11 Mbit/s', '1 Mbit/s'));
    const { exit, out } = await studies(good, bad);
    assert.equal(exit, 1);
    assert.match(out, /^good +1 +1 of 1 +pass/m);
    assert.match(out, /^bad +1 +0 of 1 +FAIL/m);
    assert.match(out, /^bad: goodput of A: found 9\d+ bit\/s \(mean of 1\); expected at least 11 Mbit\/s$/m);
    assert.match(out, /^1 passed, 1 failed$/m);
  });

  it('--broken wants a band to fail: it ends with 1 when all hold without the mechanism', async () => {
    const good = file('good.yaml', scenario('8 Mbit/s', '1 Mbit/s'));
    const idle = file('idle.yaml', scenario('8 Mbit/s', '20 Mbit/s'));
    const { exit, out } = await studies('--broken', good, idle);
    assert.equal(exit, 1);
    assert.match(out, /^good +slow-link +1 of 1 +breaks +goodput of A: 9\d\d kbit\/s, not ≥ 8 Mbit\/s/m);
    assert.match(out, /^idle +slow-link +0 of 1 +STILL HOLDS/m);
    assert.match(out, /^1 passed, 1 failed$/m);
  });

  it('refuses a scenario that expects nothing', async () => {
    const { exit, err } = await studies(file('none.yaml', scenario('8 Mbit/s', '1 Mbit/s').replace(/^expect.*$/m, '')));
    assert.equal(exit, 2);
    assert.match(err, /none: nothing is expected of it; add expect to the scenario/);
  });
});
