import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { writeStudy } from '../../sim/node/results';
import { jainIndex } from '../../sim/stats/measures';
import { recordingTerminal } from '../support/terminal';
import { fakeStudy, longGoodput } from '../viz/fake-study';

interface Row {
  readonly factors: Readonly<Record<string, string | number>>;
  readonly name: string;
  readonly unit: string;
  readonly n: number;
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
  readonly note?: string;
}

describe('hopwise estimate', () => {
  let root: string;
  let directory: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'hopwise-estimate-'));
    ({ directory } = writeStudy(root, fakeStudy(10)));
  });
  after(() => rmSync(root, { recursive: true }));

  async function estimate(...options: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['estimate', directory, ...options], terminal);
    return { code, ...terminal.written };
  }

  /** The estimate at 4 hops, relayed, Reno. */
  async function at4(...options: string[]): Promise<Row> {
    const { out } = await estimate('--json', ...options);
    return (JSON.parse(out) as Row[]).find(({ factors }) => Object.values(factors).join(' ') === '4 relayed reno')!;
  }

  const long = Array.from({ length: 10 }, (_, i) => longGoodput(4, 'relayed', 'reno', i + 1));
  const mean = long.reduce((a, b) => a + b, 0) / 10;

  it('gives means by Student or by bootstrap', async () => {
    const student = await at4('--mean', 'goodput of long');
    const bca = await at4('--mean', 'goodput of long', '--interval', 'bca');
    assert.deepEqual([student.n, student.unit, student.method, bca.method], [10, 'bit/s', 'student', 'bca']);
    for (const { estimate: value, low, high } of [student, bca]) {
      assert.ok(Math.abs(value - mean) < 1e-6 * mean && low < mean && mean < high);
    }
  });

  it('gives ratios of means, percentiles, and the fairness of mean rates', async () => {
    const ratio = await at4('--ratio', 'goodput of long / goodput of A');
    assert.ok(Math.abs(ratio.estimate - mean / (9.6e6 - mean)) < 1e-9);
    const jain = await at4('--jain', 'goodput of long, A');
    assert.ok(Math.abs(jain.estimate - jainIndex([mean, 9.6e6 - mean])) < 1e-9);
    const median = await at4('--percentile', '50 % of goodput of long');
    const sorted = [...long].sort((a, b) => a - b);
    assert.ok(Math.abs(median.estimate - (sorted[4]! + sorted[5]!) / 2) < 1e-6);
    for (const row of [ratio, jain, median])
      assert.ok(row.low <= row.estimate && row.estimate <= row.high && row.n === 10);
  });

  it('gives batch means of one recorded run, and says whether its batches are long enough', async () => {
    const row = await at4('--batch', 'srtt_s of long', '--batches', '10');
    assert.deepEqual([row.n, row.unit, row.method], [10, 's', 'batch-means']);
    assert.match(row.note!, /samples a batch, p = |batches are correlated \(p = /);
  });

  it('prints a table with n, and refuses what is not there', async () => {
    const { out } = await estimate('--mean', 'goodput of long');
    assert.match(out, /4 +relayed +reno +goodput of long .* bit\/s +10 +Student t/);
    assert.deepEqual((await estimate('--mean', 'goodput of nobody')).code, 2);
    assert.match((await estimate('--ratio', 'goodput of A')).err, /expected such as goodput of A \/ goodput of B/);
    assert.match((await estimate()).err, /say what to estimate/);
  });
});
