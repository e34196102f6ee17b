import assert from 'node:assert/strict';
import { parseStudy, type Setting } from '../../sim/scenario/parse';
import { ScenarioError } from '../../sim/scenario/problem';

const text = `
title: Two flows share a chain
network: { chain: { segments: 2, rate: 10 Mbit/s, rtt: 80 ms, queue: { drop-tail: { limit: 67 packets } } } }
transport:
  tcp: { congestionControl: cubic, mss: 1400 }
sessions:
  - name: A
    from: first
    to: last
    path: relayed
    transport: { tcp: { congestionControl: reno } }
    start: { uniform: [0 s, 2 s] }
  - { name: long, from: first, to: last, start: 1 s, stop: 50 s, count: 3 }
run: { duration: 60 s, warmup: 10 s, replications: 4, seed: 7 }
sweep:
  segments: { set: network.chain.segments, values: [1, 4] }
  path: { set: sessions.A.path, values: [end-to-end, relayed] }
record: { replications: [2] }
`;

function study(...options: string[]) {
  const settings = options.map((option): Setting => {
    const [path, value] = option.split('=') as [string, string];
    return { path, value, option: `--set ${option}` };
  });
  return parseStudy(text, { file: 'two.yaml', name: 'two', settings });
}

function refusalOf(...options: string[]): string {
  try {
    study(...options);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return '';
}

describe('a scenario file', () => {
  it('becomes a study with its points, the last factor fastest', () => {
    const { name, seed, replications, recorded, factors, points } = study();
    assert.deepEqual({ name, seed, replications, recorded }, { name: 'two', seed: 7, replications: 4, recorded: [2] });
    assert.deepEqual(factors, [
      { name: 'segments', values: [1, 4] },
      { name: 'path', values: ['end-to-end', 'relayed'] },
    ]);
    assert.deepEqual(
      points.map((point) => point.factors),
      [
        { segments: 1, path: 'end-to-end' },
        { segments: 1, path: 'relayed' },
        { segments: 4, path: 'end-to-end' },
        { segments: 4, path: 'relayed' },
      ],
    );
  });

  it('has every value in base units at every point', () => {
    const { network, run } = study().points[3]!.scenario;
    assert.equal(network.name, 'chain');
    assert.equal(network.params['segments'], 4);
    assert.equal(network.params['rate'], 10e6);
    assert.equal(network.params['rtt'], 80e6);
    assert.deepEqual(network.params['queue'], {
      name: 'drop-tail',
      params: { limit: { unit: 'packets', value: 67 } },
    });
    assert.deepEqual(run, { duration: 60e9, warmup: 10e9 });
  });

  it("merges a session's transport into the scenario's, field by field", () => {
    const [a, long] = study().points[0]!.scenario.sessions;
    assert.equal(a!.transport.tcp.congestionControl.name, 'reno');
    assert.equal(a!.transport.tcp.mss, 1400);
    assert.equal(long!.transport.tcp.congestionControl.name, 'cubic');
    assert.equal(long!.transport.tcp.mss, 1400);
  });

  it('keeps via for relayed sessions only', () => {
    const { points } = study();
    assert.deepEqual(points[0]!.scenario.sessions[0]!.via, []);
    assert.equal(points[1]!.scenario.sessions[0]!.via, 'all');
  });

  it('writes out count as sessions of one group', () => {
    const { sessions } = study().points[0]!.scenario;
    assert.deepEqual(
      sessions.map(({ name, group }) => [name, group]),
      [
        ['A', 'A'],
        ['long-1', 'long'],
        ['long-2', 'long'],
        ['long-3', 'long'],
      ],
    );
  });

  it('reads a start as an interval, of no length when it is fixed', () => {
    const [a, long] = study().points[0]!.scenario.sessions;
    assert.deepEqual(a!.start, { earliest: 0, latest: 2e9 });
    assert.deepEqual(long!.start, { earliest: 1e9, latest: 1e9 });
    assert.equal(a!.stop, undefined);
    assert.equal(long!.stop, 50e9);
  });

  it('is plain data: a copy through JSON is the same study', () => {
    const parsed = study();
    assert.deepEqual(JSON.parse(JSON.stringify(parsed)), parsed);
  });
});

describe('--set', () => {
  it('changes a field before anything is checked', () => {
    const { seed, points } = study('run.seed=9', 'network.chain.rate=5 Mbit/s');
    assert.equal(seed, 9);
    for (const { scenario } of points) assert.equal(scenario.network.params['rate'], 5e6);
  });

  it('is kept in the source, so that the source gives the same study again', () => {
    const changed = study('run.seed=9', 'sessions.A.app={ bulk: {} }');
    const again = parseStudy(JSON.stringify(changed.source), { file: 'source', name: 'two' });
    assert.deepEqual(again, changed);
  });

  it('can narrow the sweep to one point', () => {
    const { points } = study('sweep.segments.values=[4]', 'sweep.path.values=[end-to-end]');
    assert.equal(points.length, 1);
  });

  it('is named in messages about what it set', () => {
    assert.equal(
      refusalOf('run.seed=x', 'sessions.B.app=bulk'),
      '--set sessions.B.app=bulk: no element is called B; expected one of A, long, or an index from 0 to 1',
    );
    assert.equal(refusalOf('run.seed=x'), '--set run.seed=x: run.seed: found "x"; expected a number');
    assert.match(
      refusalOf('netwrok.chain.rate=1'),
      /^--set netwrok.chain.rate=1: netwrok: unknown field; .*mean network\?\)$/,
    );
    assert.equal(
      refusalOf('sessions.A.to=nowhere').split('\n')[0],
      '--set sessions.A.to=nowhere: sessions[0].to: found "nowhere"; expected a node: one of n0, n1, first, last',
    );
  });

  it('that is overruled by the sweep leaves the blame with the sweep', () => {
    assert.match(refusalOf('sweep.path.values=[round]'), /^--set sweep.path.values=\[round\]: /);
  });
});
