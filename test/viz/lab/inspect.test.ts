import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../sim/run/run';
import { seedOf } from '../../../sim/run/seed';
import { parseStudy } from '../../../sim/scenario/parse';
import { LabEngine } from '../../../viz/lab/engine';
import { PACKET_NUMBERS, PacketLook, type Target } from '../../../viz/lab/protocol';

const HOP_BY_HOP = readFileSync(join(__dirname, '../../../scenarios/hop-by-hop-vs-end-to-end.yaml'), 'utf8');

/** One Reno flow over two links of 10 Mbit/s and 10 ms. */
const FLOW = `title: flow
network:
  chain: { segments: 2, rate: 10 Mbit/s, rtt: 40 ms, queue: { drop-tail: { limit: 20 packets } } }
sessions:
  - { name: flow, from: first, to: last }
run: { duration: 10 s }
`;

function engineOf(text: string, point = 0): LabEngine {
  return new LabEngine({ name: 'x', text, settings: [], point, replication: 1 });
}

/** What is shown of a target, by section and name. */
function look(engine: LabEngine, target: Target): Record<string, Record<string, string>> {
  engine.inspect(target);
  return shown(engine);
}

function shown(engine: LabEngine): Record<string, Record<string, string>> {
  return Object.fromEntries(
    engine
      .frame()
      .inspected.map(({ title, facts }) => [title, Object.fromEntries(facts.map(({ name, value }) => [name, value]))]),
  );
}

/** The first packet with data on a wire: its number. */
function firstData(engine: LabEngine): number {
  const { packets } = engine.frame();
  for (let i = 0; i < packets.length; i += PACKET_NUMBERS)
    if (packets[i + 3]! & PacketLook.data) return packets[i + 4]!;
  throw new Error('no packet carries data');
}

describe('A packet that is looked at', () => {
  it('given it is on a wire, is told as it stands in its header, with its age', () => {
    const engine = engineOf(FLOW);
    engine.go(1e9);
    const index = firstData(engine);
    const facts = look(engine, { kind: 'packet', index })[`Packet ${index}`]!;
    assert.match(facts['where']!, /^on the wire of n\d>n\d, \d+ % of the way$/);
    assert.equal(facts['flow'], 'flow (1)');
    assert.equal(facts['size'], '1.5 kB, of it payload 1.45 kB');
    assert.equal(facts['flags'], 'ACK');
    const [from, to] = facts['seq']!.split(' to ').map(Number);
    assert.equal(to! - from! + 1, 1448, 'a full segment with timestamps');
    const madeAt = parseFloat(facts['made at']!);
    assert.ok(Math.abs(parseFloat(facts['age']!) / 1e3 - (1 - madeAt)) < 1e-4, facts['age']);
  });

  it('given a step back, is found again from when it is made until it is taken in: propagation and transmission of each link', () => {
    const engine = engineOf(FLOW);
    engine.go(0.06e9);
    const index = firstData(engine);
    engine.inspect({ kind: 'packet', index });
    engine.go(0);
    assert.match(shown(engine)[`Packet ${index}`]!['where']!, /^not made yet/);
    engine.go(0.2e9);
    const { [`Packet ${index}`]: packet, 'Its way': way } = shown(engine);
    assert.match(packet!['where']!, /^taken in at n2, /);
    assert.deepEqual(Object.keys(way!), ['n0>n1', 'n1>n2']);
    // the second link finds the packets as the first has spaced them: 10 ms, and 1.2 ms for 1500 bytes
    assert.match(way!['n1>n2']!, /, 11\.2 ms later$/);
    const age = Number(packet!['where']!.match(/, ([\d.]+) ms after it was made$/)![1]);
    const whole = parseFloat(way!['n1>n2']!.match(/arrived at ([\d.]+) s/)![1]!) - parseFloat(packet!['made at']!);
    assert.ok(Math.abs(age / 1e3 - whole) < 1e-4, `${age} ms against ${whole} s`);
  });

  it('given it is lost, says where and why', () => {
    const engine = engineOf(FLOW.replace('rtt: 40 ms', 'rtt: 40 ms, lastLoss: 1'));
    engine.go(0.005e9);
    const index = firstData(engine);
    engine.inspect({ kind: 'packet', index });
    engine.go(0.1e9);
    assert.match(shown(engine)[`Packet ${index}`]!['where']!, /^dropped on n1>n2 at 0\.0\d+ s: loss$/);
  });

  it('changes nothing in the run', () => {
    const engine = engineOf(FLOW);
    engine.go(1e9);
    engine.inspect({ kind: 'packet', index: firstData(engine) });
    engine.go(2e9);
    engine.inspect({ kind: 'packet', index: firstData(engine) });
    engine.go(10e9);
    const { seed, points } = parseStudy(FLOW, { file: 'x.yaml', name: 'x' });
    const { fingerprint } = run({ scenario: points[0]!.scenario, seed: seedOf(seed, 1), record: false });
    assert.equal(engine.frame().result!.fingerprint, fingerprint);
  });
});

describe('Parts of a run that are looked at', () => {
  it('a queue: what waits, how long that takes, its discipline and drops', () => {
    const engine = engineOf(FLOW);
    engine.go(5e9);
    const { links } = engine.frame();
    const facts = look(engine, { kind: 'queue', index: 0 })['Queue of n0>n1']!;
    assert.equal(facts['discipline'], 'drop-tail, at most 20 packets');
    const waiting = links[0]!;
    assert.ok(waiting > 0);
    assert.equal(facts['waiting'], `${waiting} packet${waiting === 1 ? '' : 's'}, ${Number(((waiting * 1500) / 1e3).toPrecision(3))} kB`); // prettier-ignore
    assert.equal(facts['that takes'], `${Number((waiting * 1.2).toPrecision(3))} ms`);
    assert.equal(facts['dropped'], `${links[1]!} packets (overflow ${links[1]!})`);
  });

  it('a connection: windows and sequence numbers that belong together (RFC 9293 section 3.3.1)', () => {
    const engine = engineOf(FLOW);
    engine.go(5e9);
    const facts = look(engine, { kind: 'session', index: 0 })['TCP n0:49152 to n2:1024']!;
    assert.equal(facts['state'], 'ESTABLISHED');
    const flight = Number(facts['snd.nxt']) - Number(facts['snd.una']);
    assert.ok(flight > 0 && Math.abs(parseFloat(facts['in flight']!) * 1e3 - flight) <= 500, facts['in flight']);
    assert.ok(parseFloat(facts['SRTT']!) >= 40 && parseFloat(facts['RTO']!) >= 200, facts['SRTT']);
  });

  it('a relayed session: a connection for each leg; a relay: what it holds, and its connections', () => {
    const engine = engineOf(HOP_BY_HOP, 6);
    engine.go(10e9);
    const session = look(engine, { kind: 'session', index: 0 });
    const legs = Object.keys(session).slice(1);
    assert.deepEqual(legs.map((title) => title.replaceAll(/:\d+/g, '')), ['TCP n0 to n1', 'TCP n1 to n2', 'TCP n2 to n3', 'TCP n3 to n4']); // prettier-ignore
    const relay = look(engine, { kind: 'node', index: 1 });
    assert.deepEqual(Object.keys(relay).slice(0, 2), ['Relay n1', 'Relays A']);
    assert.match(relay['Relays A']!['holds']!, /^[1-9][\d.]* kB$/);
    assert.equal(relay['Relays A']!['pairs of connections'], '1 now, 1 in all');
    assert.equal(Object.keys(relay)[2], legs[1]);
  });
});
