import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../sim/node/cli';
import { recordingTerminal } from '../support/terminal';

const SCENARIO = `
title: One flow on a short chain
network: { chain: { segments: 1, rtt: 20 ms } }
sessions: [{ name: A, from: first, to: last }]
run: { duration: 2 s, warmup: 1 s, replications: 2 }
sweep: { segments: { set: network.chain.segments, values: [1, 2] } }
`;

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function hopwise(...argv: string[]): Promise<Answer> {
  const terminal = recordingTerminal();
  const code = await main(argv, terminal);
  return { code, ...terminal.written };
}

describe('hopwise', () => {
  let folder: string;
  let scenario: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hopwise-'));
    scenario = join(folder, 'short.yaml');
    writeFileSync(scenario, SCENARIO);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  describe('wrong input ends with code 2 and no stack trace', () => {
    const cases: [string, string[], RegExp][] = [
      ['an unknown command', ['rnu'], /^error: unknown command 'rnu'\n\(Did you mean run\?\)/],
      ['an unknown option', ['run', 'x', '--sed', '3'], /unknown option '--sed'/],
      ['no command', [], /^Usage: hopwise/],
      ['no scenario', ['run'], /missing required argument 'scenario'/],
      [
        'a scenario that is not there',
        ['run', 'hop-by-hop-vs-end-to-edn'],
        /no such scenario \(did you mean hop-by-hop-vs-end-to-end\?\)/,
      ],
      [
        'a seed that is no integer',
        ['run', 'x', '--seed', '1.5'],
        /'1\.5' is invalid\. expected an integer of at least 0/,
      ],
      ['no replications', ['run', 'x', '--replications', '0'], /expected an integer of at least 1/],
      ['a setting without value', ['run', 'x', '--set', 'run.seed'], /expected path=value/],
      ['an unknown list', ['list', '--what', 'queue'], /Allowed choices are scenarios, .*queues/],
    ];
    for (const [name, argv, message] of cases) {
      it(name, async () => {
        const { code, out, err } = await hopwise(...argv);
        assert.equal(code, 2);
        assert.match(err, message);
        assert.equal(out, '');
        assert.doesNotMatch(err, /\n\s+at /);
      });
    }

    it('a wrong scenario, every mistake of it, and a wrong setting', async () => {
      writeFileSync(scenario, SCENARIO.replace('rtt:', 'rt:').replace('to: last', 'to: 3'));
      const { code, err } = await hopwise('run', scenario);
      assert.equal(code, 2);
      assert.deepEqual(
        err
          .trim()
          .split('\n')
          .map((line) => line.split(': ').slice(0, 2).join(': ')),
        [`${scenario}:3:34: network.chain.rt`, `${scenario}:4:40: sessions[0].to`],
      );
      assert.match(
        (await hopwise('validate', scenario, '--set', 'run.sede=1')).err,
        /^--set run\.sede=1: run\.sede: unknown field/,
      );
    });
  });

  it('--help ends with 0 and names the commands and exit codes', async () => {
    const { code, out } = await hopwise('--help');
    assert.equal(code, 0);
    for (const text of ['run', 'validate', 'explain', 'list', 'reference', 'Exit codes']) assert.ok(out.includes(text));
  });

  it('--version prints the version of the package', async () => {
    assert.match((await hopwise('--version')).out, /^\d+\.\d+\.\d+\n$/);
  });

  it('validate says how many runs a scenario makes', async () => {
    const { code, out } = await hopwise('validate', scenario, '--replications', '5');
    assert.deepEqual([code, out], [0, `${scenario}: ok, 2 points x 5 replications = 10 runs\n`]);
  });

  it('--sweep adds a factor, as a list or a range', async () => {
    const list = 'rtt=network.chain.rtt:10 ms, 20 ms';
    const range = 'mss=transport.tcp.mss:{ from: 500, to: 1500, count: 3 }';
    const { out } = await hopwise('validate', scenario, '--sweep', list, '--sweep', range);
    assert.equal(out, `${scenario}: ok, 12 points x 2 replications = 24 runs\n`);
    assert.match((await hopwise('validate', scenario, '--sweep', 'rtt=10 ms')).err, /expected name=path:values/);
    assert.match(
      (await hopwise('validate', scenario, '--sweep', 'rtt=network.chain.rtt:10')).err,
      /^--sweep rtt=network.chain.rtt:10: sweep.rtt.values\[0\]: network.chain.rtt: found 10; expected a time/,
    );
  });

  it('validate goes on after a wrong scenario', async () => {
    const { code, out, err } = await hopwise('validate', join(folder, 'none.yaml'), scenario);
    assert.equal(code, 2);
    assert.match(err, /no such scenario/);
    assert.match(out, /short\.yaml: ok/);
  });

  it('explain draws the network with the changes of the command line', async () => {
    const { code, out } = await hopwise('explain', scenario, '--set', 'sweep.segments.values=[3]');
    assert.equal(code, 0);
    assert.match(out, /n0 ── n1 ── n2 ── n3/);
  });

  it('list names the scenarios with their titles', async () => {
    assert.match((await hopwise('list')).out, /^hop-by-hop-vs-end-to-end +Does a chain of relays starve/m);
  });

  for (const [what, name] of [
    ['apps', 'bulk'],
    ['charts', 'lines-with-intervals'],
    ['congestion-controls', 'cubic'],
    ['impairments', 'bernoulli'],
    ['queues', 'drop-tail'],
    ['topologies', 'chain'],
  ] as const) {
    it(`list --what ${what} names them with a line on each`, async () => {
      const { code, out } = await hopwise('list', '--what', what);
      assert.equal(code, 0);
      assert.match(out, new RegExp(`^${name} +\\S`, 'm'));
    });
  }

  it('reference prints every field', async () => {
    assert.match((await hopwise('reference')).out, /^\| `congestionControl` \|/m);
  });
});
