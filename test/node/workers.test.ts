import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertSameFiles, hopwise, TINY } from '../support/killed';

describe('a sweep', () => {
  let root: string;
  let scenario: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'hopwise-workers-'));
    scenario = join(root, 'tiny.yaml');
    writeFileSync(scenario, TINY);
  });
  after(() => rmSync(root, { recursive: true }));

  it('has the same files for 1, 2 and 8 workers, also when precision decides how many runs there are', async function () {
    this.timeout(240_000);
    for (const workers of ['1', '2', '8']) {
      const options = ['--precision', 'srtt of A: 0.1 ms', '--replications', '3', '--workers', workers, '--quiet'];
      const { code, err } = await hopwise(['run', scenario, '--out', join(root, workers), ...options]);
      assert.deepEqual([code, err], [0, '']);
    }
    const run = readFileSync(join(root, '1/tiny/latest'), 'utf8').trim();
    const rows = readFileSync(join(root, '1/tiny', run, 'summary.csv'), 'utf8').split('\n');
    const counts = rows.filter((row) => row.includes(',A,srtt,')).map((row) => Number(row.split(',')[4]));
    assert.ok(counts.length === 5 && counts.some((n) => n > 3), counts.join());
    assertSameFiles(join(root, '1'), join(root, '2'));
    assertSameFiles(join(root, '1'), join(root, '8'));
  });

  it('is previewed: how many runs, how long; what was tried is kept, and no results are written', async function () {
    this.timeout(120_000);
    const out = join(root, 'preview');
    const { code, err } = await hopwise([
      'sweep',
      scenario,
      '--preview',
      '--replications',
      '20',
      '--out',
      out,
      '--workers',
      '1',
    ]);
    assert.equal(code, 0);
    assert.match(
      err,
      /^tiny: 5 points x 20 replications of 30 ms\n {2}segments {2}1, 2, 3, 4, 5\n {2}100 of 100 runs are to be made\n/,
    );
    assert.match(err, /\(\d tried\), so about .* on 1 worker and up to 1 MB\n$/);
    assert.ok(existsSync(join(out, '.journal')) && !existsSync(join(out, 'tiny')));
  });

  it('shows its warm-up in a table and a chart, and ends with 1 when it is longer than the scenario allows', async function () {
    this.timeout(120_000);
    const out = join(root, 'warm-up');
    const set = ['--set', 'run.duration=1 s', '--at', 'segments=1'];
    const { code } = await hopwise([
      'warmup',
      scenario,
      ...set,
      '--runs',
      '1',
      '--out',
      out,
      '--workers',
      '1',
      '--quiet',
    ]);
    assert.equal(code, 1);
    const chart = readFileSync(join(out, 'tiny/warm-up/goodput_bps_segments-1.svg'), 'utf8');
    assert.match(chart, /A: settled after 0\.\d+ s/);
  });
});
