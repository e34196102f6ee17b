import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../sim/run/run';
import { seedOf } from '../../../sim/run/seed';
import { parseStudy } from '../../../sim/scenario/parse';
import { namesAt, type Schema, suggest } from '../../../viz/lab/completion';
import { LabEngine } from '../../../viz/lab/engine';
import { layOut } from '../../../viz/lab/layout';
import type { LabNode, LoadRequest } from '../../../viz/lab/protocol';
import { decodeState, encodeState } from '../../../viz/lab/share';

const ROOT = join(__dirname, '..', '..', '..');
const schema = JSON.parse(readFileSync(join(ROOT, 'docs/reference/scenario.schema.json'), 'utf8')) as Schema;
const text = readFileSync(join(ROOT, 'scenarios/two-flows.yaml'), 'utf8');

function requestOf(changes: Partial<LoadRequest> = {}): LoadRequest {
  return { name: 'two-flows', text, settings: [], point: 0, replication: 1, ...changes };
}

describe('The engine of the lab', () => {
  const settings = [{ path: 'run.duration', value: '12 s' }];

  it('given the same scenario and replication, ends with the fingerprint and metrics of the command line', () => {
    const engine = new LabEngine(requestOf({ settings, replication: 2 }));
    engine.go(3e9);
    engine.step();
    engine.go(12e9);
    const study = parseStudy(text, {
      file: 'two-flows.yaml',
      name: 'two-flows',
      settings: [{ path: 'run.duration', value: '12 s', option: '--set' }],
    });
    const reply = run({ scenario: study.points[0]!.scenario, seed: seedOf(study.seed, 2), record: false });
    const { result } = engine.frame();
    assert.deepEqual(result, { fingerprint: reply.fingerprint, metrics: reply.metrics });
  });

  it('given a step back, shows the run as it was then', () => {
    const engine = new LabEngine(requestOf({ settings }));
    engine.go(2e9);
    const first = engine.frame();
    engine.go(9e9);
    engine.go(2e9);
    assert.deepEqual(engine.frame(), first);
  });

  it('samples the same whether it is taken there in one go or in many', () => {
    const one = new LabEngine(requestOf({ settings }));
    one.go(12e9);
    const many = new LabEngine(requestOf({ settings }));
    for (let at = 0; at <= 12e9; at += 0.7e9) many.go(at);
    many.go(12e9);
    assert.deepEqual(many.frame().samples, one.frame().samples);
    assert.equal(one.frame().samples.time.length, 0, 'each sample is told once');
  });

  it('captures a link as pcapng', () => {
    const engine = new LabEngine(requestOf({ settings: [{ path: 'run.duration', value: '11 s' }] }));
    const bytes = engine.capture('n0>n1');
    assert.equal(Buffer.from(bytes.slice(0, 4)).toString('hex'), '0a0d0d0a', 'section header block');
    assert.ok(bytes.length > 100_000);
    assert.throws(() => engine.capture('nowhere'), /no link is called nowhere/);
  });

  it('knows which nodes relay', () => {
    const relayed = readFileSync(join(ROOT, 'scenarios/hop-by-hop-vs-end-to-end.yaml'), 'utf8');
    const { loaded } = new LabEngine(requestOf({ text: relayed, point: 6 }));
    assert.deepEqual(loaded.points[6], { congestionControl: 'cubic', path: 'relayed', segments: 4 });
    assert.deepEqual(
      loaded.nodes.map(({ role }) => role),
      ['host', 'relay', 'relay', 'relay', 'host'],
    );
  });
});

describe('Completion in the editor of the lab', () => {
  const labelsAt = (marked: string): string[] => {
    const offset = marked.indexOf('|');
    return suggest(marked.replace('|', ''), offset, schema).suggestions.map(({ label }) => label);
  };

  it('offers the fields of a scenario at its top', () => {
    assert.ok(['title', 'network', 'sessions', 'run', 'sweep'].every((name) => labelsAt('ti|').includes(name)));
  });

  it('offers the fields of an entry of a list, first or later', () => {
    for (const text of ['sessions:\n  - na|', 'sessions:\n  - name: A\n    fr|', 'sessions:\n- name: A\n  fr|']) {
      assert.ok(
        ['name', 'from', 'to', 'path', 'via', 'app'].every((name) => labelsAt(text).includes(name)),
        text,
      );
    }
  });

  it('offers what a registry has, by name or as a value', () => {
    assert.ok(['chain', 'dumbbell'].every((name) => labelsAt('network:\n  ch|').includes(name)));
    assert.ok(
      ['reno', 'cubic'].every((name) => labelsAt('transport:\n  tcp:\n    congestionControl: r|').includes(name)),
    );
    assert.deepEqual(labelsAt('network:\n  chain:\n    rate: 1|'), []);
  });

  it('offers the parameters of what was chosen', () => {
    assert.ok(['segments', 'rate', 'rtt'].every((name) => labelsAt('network:\n  chain:\n    s|').includes(name)));
  });

  it('lists what can be chosen at a path', () => {
    assert.ok(namesAt(schema, ['network', 'chain', 'queue']).includes('fq-codel'));
  });
});

describe('The drawing of a network', () => {
  const nodes = (count: number): LabNode[] =>
    Array.from({ length: count }, (_, i) => ({ name: `n${i}`, role: 'router' as const }));
  const both = (pairs: readonly [number, number][]) =>
    pairs.flatMap(([from, to]) => [
      { from, to },
      { from: to, to: from },
    ]);

  it('puts a chain on one line, in order', () => {
    const places = layOut(nodes(4), both([[0, 1], [1, 2], [2, 3]])); // prettier-ignore
    assert.deepEqual(places.map(({ y }) => y), [0.5, 0.5, 0.5, 0.5]); // prettier-ignore
    assert.deepEqual(
      [...places].sort((a, b) => a.x - b.x),
      places,
    );
  });

  it('puts the hosts of a dumbbell at its ends, no two at one place', () => {
    const places = layOut(nodes(8), both([[0, 1], [2, 0], [3, 0], [4, 0], [5, 1], [6, 1], [7, 1]])); // prettier-ignore
    const x = (i: number): number => places[i]!.x;
    assert.ok([2, 3, 4].every((i) => x(i) < x(0)) && x(0) < x(1) && [5, 6, 7].every((i) => x(i) > x(1)));
    assert.equal(new Set(places.map(({ x, y }) => `${x} ${y}`)).size, 8);
  });
});

describe('A shared address', () => {
  const state = {
    scenario: 'two-flows',
    text: 'title: Ä\n',
    variants: [{ settings: { 'network.chain.rtt': '80 ms' }, point: 1 }],
    replication: 3,
    at: 1_500_000_000,
  };

  it('given back, is the same state', async () => {
    const code = await encodeState(state);
    assert.match(code, /^[\w-]+$/);
    assert.deepEqual(await decodeState(code), state);
  });

  it('that is damaged or holds something else, is refused', async () => {
    const code = await encodeState(state);
    assert.equal(await decodeState(code.slice(0, -5)), null);
    assert.equal(await decodeState('%%%'), null);
    assert.equal(await decodeState(await encodeState({ ...state, replication: 0 })), null);
    assert.equal(await decodeState(await encodeState({ ...state, variants: [] })), null);
  });
});
