import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

const SCENARIO = `
title: Two flows
network: { chain: { segments: 1, rtt: 20 ms, rate: 10 Mbit/s } }
sessions:
  - { name: A, from: first, to: last, start: { uniform: [0 s, 100 ms] } }
  - { name: B, from: first, to: last, start: { uniform: [0 s, 100 ms] } }
run: { duration: 1 s, warmup: 500 ms, replications: 3 }
sweep: { cc: { set: transport.tcp.congestionControl, values: [cubic, reno] } }
`;

interface Compared {
  readonly paired: boolean;
  readonly comparisons: readonly {
    readonly metric: string;
    readonly flow: string;
    readonly n: number;
    readonly difference: number;
    readonly verdict: string;
  }[];
}

describe('hopwise compare', () => {
  let folder: string;
  let scenario: string;
  let results: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    scenario = join(folder, 'two.yaml');
    results = join(folder, 'results', 'two');
    writeFileSync(scenario, SCENARIO);
    await main(['run', scenario, '--quiet', '--workers', '1', '--out', join(folder, 'results')], recordingTerminal());
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function hopwise(...words: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['compare', '--workers', '1', ...words], terminal);
    return { code, ...terminal.written };
  }

  async function jsonOf(...words: string[]): Promise<Compared> {
    const { code, out } = await hopwise(...words, '--json');
    assert.equal(code, 0);
    return (JSON.parse(out) as Compared[])[0]!;
  }

  it('compares the values of a factor of finished results', async () => {
    const { code, out, err } = await hopwise(results, '--factor', 'cc');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^A: cc = cubic\nB: cc = reno\n/);
    assert.match(out, /goodput of A .* Mbit\/s .* 3 /);
    assert.match(out, /n = 3|in all 3 replications/);
    assert.match(out, /4 comparisons: 0\.2 of them would look real by chance/);
  });

  it('finds the same by running the scenario', async () => {
    assert.deepEqual(
      (await jsonOf(scenario, '--factor', 'cc')).comparisons,
      (await jsonOf(results, '--factor', 'cc')).comparisons,
    );
  });

  it('finds results equal to themselves', async () => {
    const { paired, comparisons } = await jsonOf(results, results, '--metric', 'all');
    assert.ok(paired && comparisons.length > 10);
    for (const { verdict, n } of comparisons) assert.deepEqual([verdict, n], ['identical', 3]);
  });

  it('compares a scenario with a changed one, for one flow', async () => {
    const { comparisons } = await jsonOf(scenario, '--with', 'network.chain.rate=5 Mbit/s', '--flow', 'A');
    assert.deepEqual(
      comparisons.map(({ flow, metric }) => [flow, metric]),
      [
        ['A', 'goodput'],
        ['A', 'goodput'],
      ],
    );
    assert.ok(comparisons.every(({ difference }) => difference < 0));
  });

  it('does not pair different seeds, and says so', async () => {
    const { out, err } = await hopwise(results, scenario, '--seed', '7', '--json');
    assert.match(err, /seeds 1 and 7: no common random numbers/);
    assert.equal((JSON.parse(out) as Compared[])[0]!.paired, false);
  });

  it('explains what it cannot compare', async () => {
    for (const [words, message] of [
      [[results], /say what to compare with/],
      [[results, '--factor', 'rtt'], /rtt is no factor with two values; it sweeps cc/],
      [[results, '--factor', 'cc', '--metric', 'speed'], /nothing that .* both have; there is goodput of A/],
      [[folder, results], /no results/],
      [[results, '--with', 'run.seed=2'], /--with changes a scenario, not results/],
      [[results, '--factor', 'cc', '--power', '2'], /between 0 and 1/],
    ] as const) {
      const { code, err } = await hopwise(...words);
      assert.equal(code, 2);
      assert.match(err, message);
    }
  });
});
