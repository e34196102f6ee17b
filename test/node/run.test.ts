import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { packageFolder } from '../../sim/node/package';
import { requestOf, tasksOf } from '../../sim/node/study-runner';
import { run } from '../../sim/run/run';
import { parseStudy } from '../../sim/scenario/parse';
import { recordingTerminal } from '../support/terminal';

const SCENARIO = `
title: One flow on a short chain
network: { chain: { segments: 1, rtt: 20 ms } }
sessions: [{ name: A, from: first, to: last, start: { uniform: [0 s, 100 ms] } }]
run: { duration: 1 s, warmup: 500 ms, replications: 2 }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
record: { every: 100 ms }
`;

interface Summary {
  readonly results?: string;
  readonly failures: readonly unknown[];
  readonly runs: readonly { readonly factors: object; readonly replication: number; readonly fingerprint: string }[];
  readonly summaries: readonly {
    readonly flow: string;
    readonly metric: string;
    readonly n: number;
    readonly mean: number;
  }[];
}

describe('hopwise run', () => {
  let folder: string;
  let scenario: string;
  let out: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    scenario = join(folder, 'short.yaml');
    out = join(folder, 'results');
    writeFileSync(scenario, SCENARIO);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function hopwise(...options: string[]) {
    const terminal = recordingTerminal();
    const code = await main(['run', scenario, '--out', out, ...options], terminal);
    return { code, ...terminal.written };
  }

  async function summaryOf(...options: string[]): Promise<Summary> {
    const { code, out, err } = await hopwise('--json', '--quiet', ...options);
    assert.deepEqual([code, err], [0, '']);
    return JSON.parse(out) as Summary;
  }

  it('writes results, prints a table and the names of the files', async () => {
    const { code, out: printed, err } = await hopwise();
    assert.equal(code, 0);
    assert.match(printed, /goodput/);
    assert.match(err, /^short: 4 runs in \d+ s\n$/m);
    const [, directory] = /^Results in (.*):$/m.exec(printed)!;
    for (const file of ['summary.csv', 'metrics.csv', 'run.json']) assert.ok(existsSync(join(directory!, file)), file);
    assert.match(
      readFileSync(join(directory!, 'metrics.csv'), 'utf8'),
      /^# Hopwise .*\nsegments,replication,flow,metric,unit,value\n/,
    );
  });

  it('gives the same fingerprints in one worker, in three, and in the main thread', async () => {
    const study = parseStudy(SCENARIO, { file: scenario, name: 'short' });
    const here = tasksOf(study).map((task) => ({
      factors: task.point.factors,
      replication: task.replication,
      fingerprint: run(requestOf(study, task)).fingerprint,
    }));
    const inOrder = [here[0]!, here[2]!, here[1]!, here[3]!];
    for (const workers of ['1', '3']) {
      assert.deepEqual((await summaryOf('--workers', workers, '--no-resume')).runs, inOrder);
    }
    assert.equal(new Set(here.map(({ fingerprint }) => fingerprint)).size, 4);
  });

  it('repeats one replication alone, the same to the last packet, and writes nothing', async () => {
    const all = await summaryOf();
    const elsewhere = join(folder, 'elsewhere');
    const options = ['--replication', '2', '--set', 'sweep.segments.values=[2]', '--out', elsewhere];
    const alone = await summaryOf(...options);
    assert.deepEqual(alone.runs, [all.runs[3]]);
    assert.equal(alone.results, undefined);
    assert.equal(existsSync(elsewhere), false);
  });

  it('summarises over replications', async () => {
    const { summaries, failures } = await summaryOf('--replications', '3');
    const goodput = summaries.filter(({ flow, metric }) => flow === 'A' && metric === 'goodput');
    assert.deepEqual(
      goodput.map(({ n }) => n),
      [3, 3],
    );
    for (const { mean } of goodput) assert.ok(mean > 1e6 && mean < 20e6, String(mean));
    assert.deepEqual(failures, []);
  });

  it('ends with 1 when an expectation is not met, and says which', async () => {
    const { code, err } = await hopwise('--set', 'expect=[{ metric: goodput, flow: A, atLeast: 1 Gbit/s }]');
    assert.equal(code, 1);
    assert.match(
      err,
      /expectation not met: goodput of A at segments = 1: found \d+ bit\/s \(mean of 2\); expected at least 1 Gbit\/s/,
    );
  });

  it('makes no run twice, and says what was there', async () => {
    const first = await hopwise('--seed', '77');
    assert.match(first.err, /^short: 4 runs in/m);
    const again = await hopwise('--seed', '77');
    assert.match(again.err, /^short: all 4 runs are there already\n$/);
    assert.equal(again.out, first.out);
    assert.match((await hopwise('--seed', '77', '--replications', '3')).err, /^short: 4 of 6 runs are there already$/m);
    assert.match((await hopwise('--seed', '77', '--no-resume')).err, /^short: 4 runs in/m);
  });

  it('--at picks points by the values of factors', async () => {
    const all = await summaryOf();
    const { runs } = await summaryOf('--at', 'segments=2');
    assert.deepEqual(runs, all.runs.slice(2));
    assert.match((await hopwise('--at', 'segments=7')).err, /^--at segments=7: .* has no such point\n$/);
  });

  it('ends with 2 for a replication that the study does not have', async () => {
    const { code, err } = await hopwise('--replication', '9');
    assert.deepEqual([code, err], [2, `--replication 9: ${scenario} has 2\n`]);
  });

  it('ends with 130 on Ctrl-C and keeps the finished runs', async () => {
    const command = [
      join(packageFolder(), 'bin/hopwise.js'),
      'run',
      scenario,
      '--out',
      out,
      '--replications',
      '100000',
    ];
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => {
      // The first line of progress: some runs are finished, many are not.
      if (err === '') child.kill('SIGINT');
      err += chunk.toString();
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(code, 130);
    assert.match(err, /short: interrupted; [1-9]\d* of 200000 runs are finished/);
    assert.doesNotMatch(err, /\n\s+at |failed/);
    const [kept] = readdirSync(join(out, 'interrupted/short')).filter((name) => name !== 'latest');
    const rows = readFileSync(join(out, 'interrupted/short', kept!, 'metrics.csv'), 'utf8')
      .trim()
      .split('\n');
    assert.ok(rows.length > 1);
  });
});
