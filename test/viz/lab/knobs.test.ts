import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStudy } from '../../../sim/scenario/parse';
import { charts } from '../../../viz/charts';
import type { Schema } from '../../../viz/lab/completion';
import { LabEngine } from '../../../viz/lab/engine';
import { pointWith } from '../../../viz/lab/knob-panel';
import { type Knob, knobsOf } from '../../../viz/lab/knobs';
import { shippedScenarios } from '../../../viz/site/site';

const ROOT = join(__dirname, '..', '..', '..');
const schema = JSON.parse(readFileSync(join(ROOT, 'docs/reference/scenario.schema.json'), 'utf8')) as Schema;
const shipped = shippedScenarios();

function knobsIn(name: string, settings: Readonly<Record<string, string>> = {}): Knob[] {
  const text = shipped[name]!;
  const { loaded } = new LabEngine({ name, text, settings: [], point: 0, replication: 1 });
  return knobsOf({ text, schema, sessions: loaded.sessions, settings });
}

const paths = (name: string): string[] => knobsIn(name).map(({ path }) => path);

describe('Knobs of the lab', () => {
  it('turn hops, relays, congestion control, round-trip time, loss and queue of a chain', () => {
    const labels = knobsIn('two-flows').map(({ label }) => label);
    for (const label of [
      'hops',
      'rate',
      'round-trip time',
      'loss',
      'loss on the last link',
      'queue',
      'congestion control',
    ])
      assert.ok(labels.includes(label), label);
    assert.ok(paths('two-flows').includes('network.chain.queue'));
    assert.ok(paths('two-flows').includes('network.chain.queue.drop-tail.limit'));
    assert.ok(paths('two-flows').includes('sessions.two.transport.tcp.congestionControl'));
    assert.ok(!paths('two-flows').some((path) => path.endsWith('.path')), 'there is no node between');
  });

  it('turn translators, relays, circuits, overload controls, and the slowest link where they are there', () => {
    const behind = `${shipped['two-flows']!.replace('segments: 1', 'segments: 2')}middleboxes: { n1: symmetric }\n`;
    const [nat] = knobsOf({ text: behind, schema, sessions: [], settings: {} }).filter(({ of }) => of === 'n1');
    assert.equal(nat!.now, 'symmetric');
    assert.ok(['none', 'full-cone', 'port-restricted-cone', 'firewall'].every((kind) => nat!.values.includes(kind)));
    assert.ok(paths('figure-4-session-intermediary').includes('network.graph.links.0.queue'));
    assert.ok(paths('circuits-and-their-share').some((path) => path.endsWith('.circuit.protocol')));
    assert.ok(paths('paging-against-session').includes('signalling.servers.0.control'));
    assert.ok(paths('floyd-fall-collapse').some((path) => /^network\.graph\.links\.\d\.queue$/.test(path)));
  });

  it('are those of the scenario as it is turned, and tell what it was', () => {
    const codel = knobsIn('two-flows', { 'network.chain.queue': 'codel' });
    assert.ok(!codel.some(({ path }) => path.endsWith('.limit')), 'CoDel has no buffer to turn');
    assert.equal(codel.find(({ path }) => path === 'network.chain.queue')!.now, 'drop-tail');
    const member = 'sessions.member.circuit';
    const streams = `${member}.streams`;
    assert.ok(!paths('circuits-and-their-share').includes(streams), 'TCP has one');
    assert.ok(
      knobsIn('circuits-and-their-share', { [`${member}.protocol`]: 'quic' }).some(({ path }) => path === streams),
    );
  });

  it('are none for what the sweep turns, and for a text that is not YAML', () => {
    assert.ok(
      !paths('hop-by-hop-vs-end-to-end').some((path) => /segments|congestionControl|sessions\.A\.path/.test(path)),
    );
    assert.deepEqual(knobsOf({ text: 'title: [', schema, sessions: [], settings: {} }), []);
  });

  it('each of one scenario, at each of its values, leads to one that can be used', () => {
    const text = shipped['two-flows']!;
    for (const { path, values } of knobsIn('two-flows')) {
      for (const value of values)
        new LabEngine({ name: 'x', text, settings: [{ path, value }], point: 0, replication: 1 });
    }
  });

  it('each of every shipped scenario, at its last value, leads to one that can be used', function () {
    this.timeout(120_000);
    for (const [name, text] of Object.entries(shipped)) {
      for (const { path, values } of knobsIn(name)) {
        for (const value of values.slice(-1)) {
          const settings = [{ path, value, option: `${path}=${value}` }];
          assert.doesNotThrow(
            () => parseStudy(text, { file: name, name, charts, settings }),
            `${name}: ${path}=${value}`,
          );
        }
      }
    }
  });
});

describe('A factor of a sweep that is turned', () => {
  const points = [
    { path: 'end-to-end', segments: 1 },
    { path: 'end-to-end', segments: 2 },
    { path: 'relayed', segments: 2 },
    { path: 'relayed', segments: 4 },
  ];

  it('leads to the point with its value where the others are as they were, or nearly', () => {
    assert.equal(pointWith(points, 1, 'path', 'relayed'), 2);
    assert.equal(pointWith(points, 0, 'path', 'relayed'), 2);
    assert.equal(pointWith(points, 3, 'segments', '2'), 2);
  });

  it('stays where no point has the value', () => {
    assert.equal(pointWith(points, 1, 'path', 'tunnelled'), 1);
  });
});

it('every shipped scenario that names no other file is in the lab', () => {
  const files = readdirSync(join(ROOT, 'scenarios')).filter((file) => file.endsWith('.yaml'));
  const alone = files.filter((file) => !/^\s*file:/m.test(readFileSync(join(ROOT, 'scenarios', file), 'utf8')));
  assert.equal(Object.keys(shipped).length, alone.length);
});
