import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
);

const SCENARIO = `
title: Sessions over a relay & without
question: Which of <both> is quicker, \`A\` or \`B\`?
network: { chain: { segments: 2, rtt: 20 ms, rate: 10 Mbit/s } }
sessions:
  - { name: A, from: first, to: last, app: { messages: { size: 1 kB, gap: 50 ms } } }
  - { name: B, from: first, to: last }
run: { duration: 2 s, warmup: 500 ms, replications: 3 }
sweep: { path: { set: sessions.A.path, values: [end-to-end, relayed] } }
record: { series: [cwnd], every: 50 ms }
charts:
  - bars: { name: delay, metric: messageDelayMean, flow: A, x: path }
  - time-series: { name: windows, show: [cwnd_bytes], facet: path }
expect:
  - { metric: goodput, flow: B, atLeast: 1 Mbit/s }
  - { metric: messageDelayMean, flow: A, at: { path: relayed }, atMost: 1 us }
`;

describe('hopwise report', () => {
  let folder: string;
  let page: string;
  let html: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    writeFileSync(join(folder, 'relay.yaml'), SCENARIO);
    const results = join(folder, 'results');
    const quiet = recordingTerminal();
    await main(['run', join(folder, 'relay.yaml'), '--quiet', '--workers', '1', '--out', results], quiet);
    const terminal = recordingTerminal();
    assert.equal(await main(['report', join(results, 'relay')], terminal), 0, terminal.written.err);
    page = terminal.written.out.trim();
    html = readFileSync(page, 'utf8');
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('has the question, the answer, figures, results, statistics, guidelines, set-up and how to make it again', () => {
    const heads = [...html.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, text]) => text);
    assert.deepEqual(heads, ['Question', 'Answer', 'Figures', 'Results', 'Statistics', 'Guidelines', 'Set-up', 'How to reproduce']); // prettier-ignore
    assert.ok(html.includes('Which of &lt;both&gt; is quicker, <code>A</code> or <code>B</code>?'));
    assert.equal([...html.matchAll(/<figure/g)].length, 2);
    assert.match(html, /sessions\.B\.from<\/code><\/th><td>first<\/td>/);
  });

  it('says which expectations hold, with what was found', () => {
    const rows = [...html.matchAll(/<tr><th scope="row">(\w+ of \w)<\/th>.*?(kept|broken)<\/span>/g)];
    assert.deepEqual(
      rows.map(([, what, verdict]) => [what, verdict]),
      [
        ['goodput of B', 'kept'],
        ['messageDelayMean of A', 'broken'],
      ],
    );
  });

  it('has the numbers of summary.csv in its table', () => {
    const summary = readFileSync(join(page, '..', 'summary.csv'), 'utf8');
    const mean = Number(/^relayed,B,goodput,bit\/s,3,([\d.]+),/m.exec(summary)![1]);
    assert.doesNotMatch(html, /\d\.\d{5,} ±/);
    const shown = [...html.matchAll(/<td class="number">([\d.]+) ± [\d.]+</g)].map(([, text]) => Number(text));
    assert.ok(
      shown.some((value) => Math.abs(value - mean / 1e6) < 0.001 * (mean / 1e6)),
      `${mean}: ${shown.join(', ')}`,
    );
  });

  it('names the commands, the version and the fingerprint of the run', () => {
    const record = JSON.parse(readFileSync(join(page, '..', 'run.json'), 'utf8')) as Record<string, string>;
    for (const name of ['command', 'version', 'fingerprint', 'run', 'scenarioHash'])
      assert.ok(html.includes(record[name]!), name);
  });

  it('is opened by a browser without a request, an error or a violation that axe finds', async function () {
    if (CHROMIUM === undefined) {
      console.log('      (no Chromium on this machine: the page is not tested)');
      this.skip();
    }
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        const tab = await browser.newPage({ colorScheme, viewport: { width: 900, height: 900 } });
        const seen: string[] = [];
        tab.on('request', (request) => seen.push(request.url()));
        tab.on('console', (message) => seen.push(message.text()));
        tab.on('pageerror', (error) => seen.push(error.message));
        const url = pathToFileURL(page).href;
        await tab.goto(url);
        assert.deepEqual(seen, [url]);
        await tab.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
        const found = await tab.evaluate(async () => {
          type Axe = { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run();
          return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
        });
        assert.deepEqual(found, [], colorScheme);
        const wide = await tab.evaluate('document.documentElement.scrollWidth');
        assert.ok(Number(wide) <= 900, `${String(wide)} pixels wide`);
        await tab.close();
      }
    } finally {
      await browser.close();
    }
  });
});
