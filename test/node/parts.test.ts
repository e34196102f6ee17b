import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { engines } from '../../sim/node/engines';
import { ENGINES } from '../../sim/node/cli-experiments';
import { openPool } from '../../sim/node/pool';
import { requestOf, tasksOf } from '../../sim/node/study-runner';
import { parseStudy } from '../../sim/scenario/parse';
import { run } from '../../sim/run/run';
import { engineVersion } from '../../sim/node/store/engine';
import { RunStore } from '../../sim/node/store/run-store';
import { assertSameFiles } from '../support/killed';
import { recordingTerminal } from '../support/terminal';

const SCENARIO = `
title: Parts of a study
network: { chain: { segments: 1, rtt: 4 ms } }
sessions: [{ name: A, from: first, to: last, start: { uniform: [0 s, 5 ms] } }]
run: { duration: 30 ms, warmup: 10 ms, replications: 3 }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
`;

describe('a study in parts', () => {
  let root: string;
  let scenario: string;
  const study = parseStudy(SCENARIO, { file: 'parts.yaml', name: 'parts' });
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'hopwise-parts-'));
    scenario = join(root, 'parts.yaml');
    writeFileSync(scenario, SCENARIO);
  });
  after(() => rmSync(root, { recursive: true }));

  async function hopwise(...words: string[]) {
    const terminal = recordingTerminal();
    const code = await main(words, terminal);
    return { code, ...terminal.written };
  }

  /** Keeps runs in a results folder, as a shard does. */
  function keep(out: string, ...runs: (readonly [point: number, replication: number])[]): void {
    const store = RunStore.open(join(root, out), study, engineVersion());
    for (const [index, replication] of runs) {
      const task = { point: study.points[index]!, index, replication };
      store.keep(index, replication, run(requestOf(study, task)));
    }
    store.close();
  }

  const all = tasksOf(study).map(({ index, replication }) => [index, replication] as const);

  it('is collected to the same files, whichever parts were made where', async () => {
    keep('whole', ...all);
    assert.equal((await hopwise('collect', scenario, '--out', join(root, 'whole'), '--quiet')).code, 0);
    keep('here', ...all.slice(4).reverse());
    keep('there', ...all.slice(0, 4));
    const { code } = await hopwise(
      ...['collect', scenario, '--out', join(root, 'here'), '--from', join(root, 'there'), '--quiet'],
    );
    assert.equal(code, 0);
    assertSameFiles(join(root, 'whole'), join(root, 'here'));
  });

  it('is not collected before every run is there; what is missing is named', async () => {
    keep('some', ...all.slice(0, 5));
    const { code, err } = await hopwise('collect', scenario, '--out', join(root, 'some'));
    assert.equal(code, 3);
    assert.match(err, /parts: 1 of 6 runs are missing, such as\n {2}segments = 2, replication 3/);
  });

  it('is collected without a run that failed, which is told', async () => {
    keep('failed', ...all.slice(0, 5));
    const store = RunStore.open(join(root, 'failed'), study, engineVersion());
    store.keepFailure(1, 3, 'out of cheese');
    store.close();
    const { code, err } = await hopwise('collect', scenario, '--out', join(root, 'failed'), '--quiet');
    assert.equal(code, 3);
    assert.match(err, /a run failed \(segments = 2, replication 3\): out of cheese/);
    assert.match(readFileSync(join(root, 'failed/parts/latest'), 'utf8'), /^[0-9a-f]{10}\n$/);
  });

  it('is made shard by shard, and can be looked at meanwhile; then it is made again and is the same', async () => {
    const out = join(root, 'shards');
    const shard = (part: string) =>
      hopwise('run', scenario, '--out', out, '--shard', part, '--workers', '1', '--quiet');
    assert.equal((await shard('2/2')).code, 0);
    const { out: said } = await hopwise('status', out);
    assert.match(said, /^parts: 3 of 6 runs, 0 of 2 points are finished/);
    assert.match(said, /segments\s+1\s+1 of 3\nsegments\s+2\s+2 of 3/);
    assert.equal((await shard('1/2')).code, 0);
    const status = JSON.parse((await hopwise('status', out, '--json')).out) as { finished: number }[];
    assert.equal(status[0]!.finished, 6);
    assert.equal((await hopwise('collect', scenario, '--out', out, '--quiet')).code, 0);
    assertSameFiles(join(root, 'whole'), out);
    assert.match((await hopwise('status', out)).err, /nothing is being made there/);
    const again = await hopwise('reproduce', join(out, 'parts'), '--quiet', '--sample', '2', '--workers', '1');
    assert.match(again.out, /2 of 2 runs are the same to the last packet/);
    assert.match((await hopwise('diff', join(root, 'whole/parts'), join(out, 'parts'))).out, /no difference/);
  });

  it('differs from another in what diff names', async () => {
    const other = parseStudy(SCENARIO, {
      file: 'parts.yaml',
      name: 'parts',
      settings: [{ path: 'run.seed', value: '2', option: '' }],
    });
    const store = RunStore.open(join(root, 'other'), other, engineVersion());
    for (const task of tasksOf(other)) store.keep(task.index, task.replication, run(requestOf(other, task)));
    store.close();
    await hopwise('collect', scenario, '--seed', '2', '--out', join(root, 'other'), '--quiet');
    const { code, out } = await hopwise('diff', join(root, 'whole/parts'), join(root, 'other/parts'));
    assert.equal(code, 1);
    assert.match(out, /seed: 1 in A, 2 in B\n6 runs in both: 0 the same to the last packet, 6 not/);
    assert.match(out, /queue of n0>n1 +segments = 2 +6 +5\.66667 +-5\.56 % +3\n/);
  });

  it('refuses a shard that cannot be', async () => {
    const { code, err } = await hopwise('run', scenario, '--shard', '3/2');
    assert.equal(code, 2);
    assert.match(err, /expected i\/n with i from 1 to n/);
  });

  it('has engines that the command line names', () => {
    assert.deepEqual(ENGINES, ['local', ...Object.keys(engines)]);
  });
});

describe('a run that diverges', () => {
  const text = SCENARIO.replace('duration: 30 ms', 'duration: 1000 h').replace('replications: 3', 'replications: 1');
  const endless = parseStudy(text, { file: 'endless.yaml', name: 'endless' });
  const short = parseStudy(SCENARIO, { file: 'short.yaml', name: 'short' });
  const request = requestOf(endless, tasksOf(endless)[0]!);

  it('is given up when it fires too many events or takes too long; its thread makes the next run', async () => {
    const storm = openPool(1, { seconds: 600, megabytes: 1000, events: 1000 });
    try {
      await assert.rejects(storm.run(request), /^Error: event storm: \d+ events by \d+ s of simulated time$/);
    } finally {
      await storm.close();
    }
    const slow = openPool(1, { seconds: 0.5, megabytes: 1000, events: 1e11 });
    try {
      await assert.rejects(slow.run(request), /^Error: no end after 0\.5 s; it was at \d+ s of simulated time/);
      const task = tasksOf(short)[0]!;
      assert.equal((await slow.run(requestOf(short, task))).fingerprint, run(requestOf(short, task)).fingerprint);
    } finally {
      await slow.close();
    }
  });
});
