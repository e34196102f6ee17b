import assert from 'node:assert/strict';
import { formatIpv4, parseIpv4, parsePrefix } from '../../sim/net/addressing';
import { Capture } from '../../sim/capture/capture';
import { SECOND } from '../support/network';
import { buildText, metricOf, runText } from '../support/scenario';

const HOME = `
title: A host behind a translator
network:
  graph:
    nodes: [alice, gw, core, server]
    links:
      - { between: [alice, gw], rate: 10 Mbit/s, delay: 1 ms }
      - { between: [gw, core], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [core, server], rate: 100 Mbit/s, delay: 5 ms }
run: { duration: 10 s }
`;

const TIERS = `
title: Two tiers of translators
network:
  graph:
    nodes: [alice, bob, home-a, home-b, cgn, core, server]
    links:
      - { between: [alice, home-a] }
      - { between: [bob, home-b] }
      - { between: [home-a, cgn] }
      - { between: [home-b, cgn] }
      - { between: [cgn, core] }
      - { between: [core, server] }
middleboxes:
  home-a: { symmetric: { prefix: 192.168.0.0/16 } }
  home-b: { symmetric: { prefix: 192.168.0.0/16 } }
  cgn: { nat: { inside: [home-a, home-b], prefix: 100.64.0.0/10, portsPerHost: 1 } }
sessions:
  - { name: A, from: alice, to: server, app: { bulk: { size: 100 kB } } }
  - { name: B, from: bob, to: server, app: { cbr: { rate: 100 kbit/s } } }
  - { name: C, from: bob, to: server, app: { bulk: { size: 100 kB } }, start: 1 s }
run: { duration: 5 s }
`;

/** Source addresses of what a link carries, as captures print them. */
function sourcesOn(text: string, name: string): string[] {
  const { simulation } = buildText(text);
  const seen = new Set<string>();
  const link = simulation.links.find((one) => one.name === name)!;
  const parts: Uint8Array[] = [];
  const capture = new Capture(simulation, (part) => parts.push(part));
  capture.link(link);
  simulation.run(5 * SECOND);
  for (const part of parts.slice(2))
    seen.add(formatIpv4(new DataView(part.buffer, part.byteOffset).getUint32(28 + 12)));
  return [...seen].sort();
}

describe('middleboxes in scenarios', () => {
  const sessions = `sessions:
  - { name: web, from: alice, to: server, app: { bulk: { size: 1 MB } } }
  - { name: voice, from: alice, to: server, app: rtp-audio }
`;

  for (const kind of ['none', 'full-cone', 'restricted-cone', 'port-restricted-cone', 'symmetric', 'firewall']) {
    it(`TCP and UDP sessions opened from inside pass ${kind}`, () => {
      const reply = runText(`${HOME}middleboxes: { gw: ${kind} }\n${sessions}`);
      assert.ok(metricOf(reply, 'web', 'completionTime') < 2);
      assert.ok(metricOf(reply, 'voice', 'loss') < 0.05, 'what the buffer drops');
      if (kind !== 'none') assert.equal(metricOf(reply, 'gw', 'mappings'), 3, 'a TCP connection, RTP and RTCP');
    });
  }

  it('a session from outside to a host behind a translator gets nothing through', () => {
    const reply = runText(`${HOME}middleboxes: { gw: full-cone }
sessions: [{ name: web, from: server, to: alice, app: { cbr: {} } }]`);
    assert.equal(metricOf(reply, 'web', 'goodput'), 0);
    assert.ok(metricOf(reply, 'gw', 'refused') > 100);
  });

  it('captures show private addresses inside and the public one outside', () => {
    const text = `${HOME}middleboxes: { gw: symmetric }\n${sessions}`;
    assert.deepEqual(sourcesOn(text, 'alice>gw'), ['10.0.0.2']);
    assert.deepEqual(sourcesOn(text, 'gw>core'), ['198.18.0.5']);
    assert.deepEqual(sourcesOn(text, 'gw>alice'), ['198.18.0.4']);
  });

  it('without translators captures show 10.0.0.1 and on', () => {
    assert.deepEqual(sourcesOn(HOME + sessions, 'alice>gw'), ['10.0.0.1']);
  });

  it('a restart in the middle of a transfer lets it go on where the port is kept, and ends it where it changes', () => {
    const transfer = 'sessions: [{ name: web, from: alice, to: server, app: { bulk: { size: 8 MB } } }]';
    const with_ = (ports: string) =>
      runText(`${HOME}middleboxes: { gw: { nat: { ports: ${ports}, restarts: [3 s] } } }\n${transfer}`);
    assert.ok(metricOf(with_('preservation'), 'web', 'completionTime') < 8);
    const changed = with_('random');
    assert.equal(
      changed.metrics.some(({ metric }) => metric === 'completionTime'),
      false,
    );
  });

  it('gives the same bytes for the same seed, random ports included', () => {
    const text = `${HOME}middleboxes: { gw: { symmetric: { ports: random } } }\n${sessions}`;
    assert.equal(runText(text).fingerprint, runText(text).fingerprint);
  });
});

describe('carrier-grade translation in two tiers (RFC 6888)', () => {
  it('sessions pass both, and each tier has its own addresses: homes may have the same', () => {
    assert.deepEqual(sourcesOn(TIERS, 'alice>home-a'), ['192.168.0.2']);
    assert.deepEqual(sourcesOn(TIERS, 'bob>home-b'), ['192.168.0.2']);
    const [home] = sourcesOn(TIERS, 'home-a>cgn');
    assert.match(home!, /^100\.64\./);
    assert.match(sourcesOn(TIERS, 'cgn>core')[0]!, /^198\.18\./);
    assert.ok(metricOf(runText(TIERS), 'A', 'completionTime') < 2);
  });

  it('REQ-4: the limit of ports for a subscriber hits the second session of one, and not the neighbour', () => {
    const reply = runText(TIERS);
    assert.ok(metricOf(reply, 'B', 'goodput') > 90e3);
    assert.equal(metricOf(reply, 'C', 'goodput'), 0);
    assert.ok(metricOf(reply, 'cgn', 'exhausted') > 0);
  });
});

describe('IPv4 addresses in messages', () => {
  it('are read and written', () => {
    assert.equal(formatIpv4(parseIpv4('198.18.0.255')!), '198.18.0.255');
    for (const wrong of ['1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', '']) assert.equal(parseIpv4(wrong), undefined);
    assert.deepEqual(parsePrefix('10.0.0.0/8'), { base: 0x0a000000, size: 2 ** 24 });
    for (const wrong of ['10.0.0.0', '10.0.0.1/8', '10.0.0.0/33', '10.0.0/8'])
      assert.equal(parsePrefix(wrong), undefined);
  });

  it('mean to a node what they mean in its realm, and nobody where nobody has them', () => {
    const { simulation } = buildText(TIERS);
    const node = (name: string) => simulation.findNode(name)!;
    const { addressing } = simulation;
    for (const name of ['alice', 'bob']) {
      assert.equal(simulation.addressOf(parseIpv4('192.168.0.2')!, node(name)), node(name).address);
    }
    const server = addressing.ipv4(node('server').address);
    assert.equal(simulation.addressOf(server, node('alice')), node('server').address);
    const stranger = simulation.addressOf(parseIpv4('192.168.0.2')!, node('server'));
    assert.ok(stranger < 0);
    assert.equal(formatIpv4(addressing.ipv4(stranger)), '192.168.0.2');
    assert.equal(node('core').linkTo(stranger), null);
  });
});
