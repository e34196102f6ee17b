import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { loadStudy } from '../../sim/node/scenario-files';
import { rules } from '../../sim/verdict/rules';
import { recordingTerminal } from '../support/terminal';

const FOLDER = join(__dirname, '../../scenarios/gallery');

describe('hopwise gallery', () => {
  it('compares architectures in one table, as CSV, as a page and for the documentation', async () => {
    const out = mkdtempSync(join(tmpdir(), 'hopwise-'));
    try {
      const terminal = recordingTerminal();
      const page = join(out, 'gallery.md');
      assert.equal(await main(['gallery', 'direct-tls', 'tcp-udp-tcp', '--out', out, '--write', page], terminal), 0);
      const [head, direct, udp] = readFileSync(join(out, 'gallery.csv'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(','));
      const cell = (row: readonly string[], column: string) => row[head!.indexOf(column)];
      assert.equal(direct![0], 'direct-tls');
      assert.equal(cell(direct!, 'broken'), '0');
      assert.equal(cell(direct!, 'intermediaries'), '');
      assert.equal(cell(direct!, 'readers'), '');
      assert.equal(cell(udp!, 'readers'), 'relay1 relay3 routers and links');
      assert.equal(cell(udp!, 'congestion-control'), 'broken');
      assert.equal(cell(udp!, 'transport-unchanged'), 'broken');
      assert.equal(cell(udp!, 'intermediaries'), 'relay1 relay3');
      // UDP in the middle takes from the neighbour, and what fails with two relays fails more often
      assert.ok(Number(cell(udp!, 'neighbour_bps')) < 0.6 * Number(cell(direct!, 'neighbour_bps')));
      assert.ok(Number(cell(udp!, 'availability')) < Number(cell(direct!, 'availability')));
      const html = readFileSync(join(out, 'gallery.html'), 'utf8');
      for (const { name } of rules) {
        assert.ok(html.includes(`<th scope="row">${name}</th>`), name);
        assert.ok(readFileSync(page, 'utf8').includes(`| ${name} |`), name);
      }
      assert.doesNotMatch(html, /(src|href)="http|@import|url\(/, 'nothing from elsewhere');
      assert.match(terminal.written.out, /tcp-udp-tcp/);
    } finally {
      rmSync(out, { recursive: true });
    }
  }).timeout(60_000);

  it('names what it has when it does not know an architecture', async () => {
    const terminal = recordingTerminal();
    assert.equal(await main(['gallery', 'dirct'], terminal), 2);
    assert.match(terminal.written.err, /dirct: no such architecture; there are .*direct/);
  });

  it('has architectures that differ in nothing but the architecture', () => {
    const studies = readdirSync(FOLDER).map((file) => loadStudy(join(FOLDER, file)));
    assert.ok(studies.length >= 14);
    const networks = new Set(studies.map(({ points }) => JSON.stringify(points[0]!.scenario.network)));
    assert.equal(networks.size, 1);
    for (const { name, points } of studies) {
      const { sessions, run } = points[0]!.scenario;
      const [chat] = sessions.filter(({ group }) => group === 'chat');
      assert.deepEqual([chat!.from, chat!.to], ['alice', 'bob'], name);
      assert.ok(
        sessions.some((session) => session.name === 'neighbour' && session.path === 'end-to-end'),
        name,
      );
      assert.equal(run.duration, 40e9, name);
    }
  });
});
