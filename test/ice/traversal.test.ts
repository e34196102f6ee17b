import assert from 'node:assert/strict';
import { SECOND } from '../support/network';
import { buildText, metricOf, runText } from '../support/scenario';

/** Two homes and a server: Alice behind gw-a, Bob behind gw-b. */
function text(
  a: string,
  b: string,
  { traversal = 'server: server', app = 'cbr: { rate: 80 kbit/s, size: 200 B }', duration = '60 s' } = {},
): string {
  return `
title: Two hosts behind translators
network:
  graph:
    nodes: [alice, gw-a, core, server, gw-b, bob, other]
    links:
      - { between: [alice, gw-a], delay: 1 ms }
      - { between: [gw-a, core], delay: 10 ms }
      - { between: [core, gw-b], delay: 10 ms }
      - { between: [gw-b, bob], delay: 1 ms }
      - { between: [core, server], delay: 10 ms }
      - { between: [core, other], delay: 10 ms }
middleboxes: { gw-a: ${a}, gw-b: ${b} }
sessions:
  - { name: call, from: alice, to: bob, path: traversed, traversal: { ${traversal} }, app: { ${app} } }
run: { duration: ${duration} }
`;
}

const KINDS = ['none', 'full-cone', 'restricted-cone', 'port-restricted-cone', 'symmetric'] as const;
type Kind = (typeof KINDS)[number];

/** RFC 4787 section 5, RFC 5128 section 3.3: what one end cannot foresee the other must not filter by. */
function mustBeRelayed(a: Kind, b: Kind): boolean {
  const filtersPorts = (kind: Kind) => kind === 'port-restricted-cone' || kind === 'symmetric';
  return (a === 'symmetric' && filtersPorts(b)) || (b === 'symmetric' && filtersPorts(a));
}

describe('RFC 8445: every pair of translators finds a way', () => {
  let direct = 0;

  for (const a of KINDS) {
    for (const b of KINDS) {
      it(`${a} and ${b}: ${mustBeRelayed(a, b) ? 'relayed' : 'without a relay'}`, () => {
        const reply = runText(text(a, b, { duration: '10 s' }));
        assert.equal(metricOf(reply, 'call', 'connected'), 1);
        assert.equal(metricOf(reply, 'call', 'relayed'), mustBeRelayed(a, b) ? 1 : 0);
        assert.equal(metricOf(reply, 'call', 'direct'), a === 'none' && b === 'none' ? 1 : 0);
        assert.ok(metricOf(reply, 'call', 'setupTime') < 2);
        assert.equal(metricOf(reply, 'call', 'loss'), 0);
        if (!mustBeRelayed(a, b)) direct++;
      });
    }
  }

  it('22 of the 25 ordered pairs do so without a relay', () => {
    assert.equal(direct, 22);
  });

  it('without a relay those three find none, and the session carries nothing', () => {
    const reply = runText(text('symmetric', 'port-restricted-cone', { traversal: 'server: server, relay: false' }));
    assert.equal(metricOf(reply, 'call', 'connected'), 0);
    assert.equal(metricOf(reply, 'call', 'goodput'), 0);
    assert.ok(
      metricOf(
        runText(text('full-cone', 'symmetric', { traversal: 'server: server, relay: false' })),
        'call',
        'connected',
      ) === 1,
    );
  });

  it('without a server only hosts that can be reached are', () => {
    assert.equal(metricOf(runText(text('none', 'none', { traversal: 'relay: true' })), 'call', 'connected'), 1);
    assert.equal(
      metricOf(runText(text('full-cone', 'full-cone', { traversal: 'relay: true' })), 'call', 'connected'),
      0,
    );
  });
});

describe('RFC 8445 section 11: keep-alives', () => {
  const onOff = 'on-off: { rate: 80 kbit/s, on: 1 s, off: 100 s }';
  const box = '{ restricted-cone: { udpTimeout: 30 s } }';
  const received = (keepAlive: string) => {
    const scenario = text(box, box, {
      traversal: `server: server, keepAlive: ${keepAlive}`,
      app: onOff,
      duration: '1000 s',
    });
    return metricOf(runText(scenario), 'call', 'goodput');
  };

  it('keep mappings that would end in silence, and without them the session is cut off', () => {
    assert.ok(received('0 s') < 0.5 * received('15 s'));
  });

  it('do not help when they are further apart than the mapping lives', () => {
    assert.ok(received('40 s') < 0.9 * received('15 s'));
  });
});

describe('two hosts behind one translator', () => {
  it('meet at their private addresses, whether it hairpins or not', () => {
    const scenario = (hairpinning: string) => `
title: One home
network:
  graph:
    nodes: [alice, bob, gw, core, server, x, y]
    links: [{ between: [alice, gw] }, { between: [bob, gw] }, { between: [gw, core] }, { between: [core, server] }, { between: [core, x] }, { between: [core, y] }]
middleboxes: { gw: { symmetric: { hairpinning: ${hairpinning} } } }
sessions: [{ name: call, from: alice, to: bob, path: traversed, traversal: { server: server }, app: cbr }]
run: { duration: 10 s }
`;
    for (const hairpinning of ['none', 'external-source']) {
      assert.equal(metricOf(runText(scenario(hairpinning)), 'call', 'direct'), 1, hairpinning);
    }
  });
});

describe('RFC 8656: TURN', () => {
  it('relays with 4 bytes of ChannelData on the way to the client and none on the way to the peer', () => {
    const { simulation } = buildText(text('symmetric', 'symmetric', { duration: '10 s' }));
    const sizes = new Map<string, Set<number>>();
    for (const link of simulation.links) {
      const seen = new Set<number>();
      sizes.set(link.name, seen);
      link.tap = {
        onSend: ({ size }) => void (simulation.events.now > 5 * SECOND && seen.add(size)),
        onArrive: () => undefined,
        onDrop: () => undefined,
      };
    }
    simulation.run(10 * SECOND);
    const large = (link: string) => [...sizes.get(link)!].filter((size) => size >= 228);
    // one end sends to the relayed address of the other
    assert.deepEqual([...large('core>server'), ...large('server>core')].sort(), [228, 232]);
  });

  it('allocations, permissions and channels outlive their timers while the session goes on', () => {
    const reply = runText(
      text('symmetric', 'symmetric', { duration: '1500 s', app: 'cbr: { rate: 8 kbit/s, size: 200 B }' }),
    );
    assert.equal(metricOf(reply, 'call', 'relayed'), 1);
    assert.equal(metricOf(reply, 'call', 'loss'), 0);
  });
});
