import assert from 'node:assert/strict';
import { Protocol } from '../../sim/core/packet';
import { Flag } from '../../sim/core/packet';
import { buildText, metricOf, runText } from '../support/scenario';
import { SECOND } from '../support/network';

function scenario(session: string, links: readonly string[] = ['', '', '']): string {
  const [a, b, c] = links;
  return `
title: legs
network:
  graph:
    nodes: [a, b, c, d]
    links:
      - { between: [a, b], rate: 10 Mbit/s, delay: 10 ms${a} }
      - { between: [b, c], rate: 10 Mbit/s, delay: 10 ms${b} }
      - { between: [c, d], rate: 10 Mbit/s, delay: 10 ms${c} }
sessions:
  - name: A
    from: a
    to: d
${session}
run: { duration: 20 s }
`;
}

const RELAYED = '    path: relayed\n    via: [b, c]\n';

describe('legs of a relayed session', () => {
  it('run over what `legs` says of them: protocol, congestion control, MSS, buffers', () => {
    const { simulation } = buildText(
      scenario(`${RELAYED}    legs: [{ tcp: { mss: 500 } }, { protocol: udp }, { tcp: { mss: 900 } }]
    app: { bulk: { size: 100 kB } }`),
    );
    const seen = simulation.links.map(() => new Set<string>());
    simulation.links.forEach((link, i) => {
      link.tap = {
        onSend: (p) => p.length > 0 && seen[i]!.add(`${p.protocol === Protocol.udp ? 'udp' : 'tcp'} ${p.size}`),
        onArrive: () => undefined,
        onDrop: () => undefined,
      };
    });
    simulation.run(20 * SECOND);
    assert.ok(seen[0]!.has('tcp 540'));
    assert.ok([...seen[2]!].every((what) => what.startsWith('udp ')));
    assert.ok(seen[4]!.has('tcp 940'));
  });

  it('over UDP lose what is lost there for good, and take no notice of it (Figure 6 of the draft)', () => {
    const app = 'app: { messages: { size: 1000 B, sizes: fixed, gap: 10 ms, gaps: fixed } }';
    const lossy = ['', ', loss: 0.1', ''] as const;
    // whole messages, so that each is one datagram
    const relay = '    relay: { forward: store-and-forward }\n';
    const tcp = runText(scenario(`${RELAYED}${relay}    ${app}`, lossy));
    const udp = runText(scenario(`${RELAYED}${relay}    legs: [{}, { protocol: udp }, {}]\n    ${app}`, lossy));
    assert.ok(metricOf(tcp, 'A', 'messagesUnderWay') < 80);
    const lost = metricOf(udp, 'A', 'messagesUnderWay') / metricOf(udp, 'A', 'messagesSent');
    // 2000 messages: .1 with a standard error of .0067
    assert.ok(Math.abs(lost - 0.1) < 0.02, `${lost}`);
    assert.ok(metricOf(udp, 'A', 'messageDelayP99') < metricOf(tcp, 'A', 'messageDelayP99'));
  });

  it('are refused by a relay that would change a fixed transport', () => {
    const app = 'app: { messages: { gap: 100 ms, reconnect: 1 s } }';
    const changed = scenario(`${RELAYED}    legs: [{}, { protocol: udp }]\n    transport: { fixed: true }\n    ${app}`);
    const reply = runText(`${changed}measure: [failures]\n`);
    assert.equal(metricOf(reply, 'A', 'messagesDelivered'), 0);
    assert.ok(metricOf(reply, 'A', 'relayEnded.refused') > 1);
    assert.ok(metricOf(reply, 'A', 'messagesFailed.reset') > 0);
  });

  it('carry on unseen where the relay is transparent: packets have the addresses of the ends (RFC 3135 section 3.1.1)', () => {
    const transfer = 'app: { bulk: { size: 3 MB } }';
    const lossy = ['', '', ', loss: 0.02'] as const;
    const split = scenario(`${RELAYED}    relay: { transparent: true }\n    ${transfer}`, lossy);
    const { simulation, sessions } = buildText(split);
    const [a, d] = [simulation.findNode('a')!.address, simulation.findNode('d')!.address];
    const pairs = new Set<string>();
    let syns = 0;
    for (const link of simulation.links) {
      link.tap = {
        onSend: (p) => {
          pairs.add(p.src < p.dst ? `${p.src}-${p.dst}` : `${p.dst}-${p.src}`);
          if (p.flags === Flag.syn) syns++;
        },
        onArrive: () => undefined,
        onDrop: () => undefined,
      };
    }
    simulation.run(20 * SECOND);
    assert.deepEqual([...pairs], [`${Math.min(a, d)}-${Math.max(a, d)}`]);
    assert.equal(syns, 3, 'one handshake on each leg');
    assert.equal(sessions[0]!.app.received, 3e6);
    // the losses of the last leg are repaired there: much sooner than from end to end
    const direct = runText(scenario(`    ${transfer}`, lossy));
    const there = metricOf(runText(split), 'A', 'completionTime');
    assert.ok(there < 0.7 * metricOf(direct, 'A', 'completionTime'), `${there}`);
  });

  it('that are kept save the round trips of opening and of slow start (Kurose and Ross; Pathak et al. 2010)', () => {
    const times = (relay: string): number => {
      const text = scenario(`    path: relayed
    via: [b]
    relay: { ${relay} }
    legs: [{}, { tcp: { idle: keep } }]
    transport: { tcp: { nagle: false } }
    app: { request-response: { response: 100 kB, serverCloses: false, think: 500 ms } }`);
      return metricOf(runText(text), 'A', 'completionTimeP50');
    };
    const [cold, ahead, kept] = [
      times('nextLeg: on-demand'),
      times('nextLeg: pre-established'),
      times('nextLeg: kept'),
    ];
    // a round trip of the last two links is 40 ms
    assert.ok(cold - ahead > 0.035, `${cold} ${ahead}`);
    assert.ok(ahead - kept > 0.035, `${ahead} ${kept}`);
  });
});
