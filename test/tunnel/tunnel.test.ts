import assert from 'node:assert/strict';
import { Ecn } from '../../sim/core/packet';
import { SECOND } from '../support/network';
import { buildText, metricOf, runText } from '../support/scenario';

interface Text {
  readonly session: string;
  readonly network?: string;
  readonly more?: string;
}

/** Nodes n0 to n4 in a row. */
function text({ session, network = 'rate: 10 Mbit/s, rtt: 40 ms', more = '' }: Text): string {
  return `
title: A tunnel
network: { chain: { segments: 4, ${network} } }
sessions: [{ name: A, from: first, to: last, ${session} }]
${more}
run: { duration: 10 s }
`;
}

const CBR = 'app: { cbr: { rate: 80 kbit/s, size: 1000 B } }';
const BULK = 'app: { bulk: { size: 1 MB } }';

/** Sizes of what a link carries, and the ECN bits. */
function carried(
  scenario: string,
  link: string,
): { readonly size: number; readonly ecn: number; readonly mss: number }[] {
  const { simulation } = buildText(scenario);
  const seen: { size: number; ecn: number; mss: number }[] = [];
  simulation.links.find(({ name }) => name === link)!.tap = {
    onSend: ({ size, ecn, mss }) => seen.push({ size, ecn, mss }),
    onArrive: () => undefined,
    onDrop: () => undefined,
  };
  simulation.run(10 * SECOND);
  return seen;
}

const sizes = (scenario: string, link: string) => [...new Set(carried(scenario, link).map(({ size }) => size))];

describe('tunnels: IP over UDP', () => {
  const tunnelled = `path: tunnelled, via: [n1, n3], ${CBR}`;

  it('adds 28 bytes and its own header to each packet between its ends, and only there', () => {
    const scenario = text({ session: `${tunnelled}, tunnel: { udp: { header: 32 B } }` });
    assert.deepEqual(
      ['n0>n1', 'n1>n2', 'n2>n3', 'n3>n4'].map((link) => sizes(scenario, link)),
      [[1028], [1088], [1088], [1028]],
    );
    assert.equal(metricOf(runText(scenario), 'A', 'loss'), 0);
  });

  it('from end to end with via: all', () => {
    assert.deepEqual(sizes(text({ session: `path: tunnelled, ${CBR}` }), 'n0>n1'), [1056]);
  });

  it('nests: via names the ends from the outermost to the innermost', () => {
    const nested = text({ session: `path: tunnelled, via: [n1, n2, n3, n4], ${CBR}` }).replace(
      'segments: 4',
      'segments: 5',
    );
    assert.deepEqual(
      ['n0>n1', 'n1>n2', 'n2>n3', 'n3>n4', 'n4>n5'].map((link) => sizes(nested, link)),
      [[1028], [1056], [1084], [1056], [1028]],
    );
    assert.equal(metricOf(runText(nested), 'A', 'loss'), 0);
  });

  it('RFC 791 section 3.2: packets that do not fit go in fragments, whose loss is the loss of the whole', () => {
    const large = `path: tunnelled, via: [n1, n3], app: { cbr: { rate: 80 kbit/s, size: 1400 B } }`;
    const scenario = text({ session: `${large}, tunnel: { udp: { mtu: 1000 } }` });
    assert.deepEqual(sizes(scenario, 'n1>n2'), [996, 480]);
    assert.equal(metricOf(runText(scenario), 'A', 'loss'), 0);
    const lossy = text({ session: `${large}, tunnel: { udp: { mtu: 1000 } }`, network: 'rate: 10 Mbit/s, loss: 0.1' });
    const plain = text({ session: large, network: 'rate: 10 Mbit/s, loss: 0.1' });
    assert.ok(metricOf(runText(lossy), 'A', 'loss') > 1.3 * metricOf(runText(plain), 'A', 'loss'));
  });

  it('or are dropped', () => {
    const session = `path: tunnelled, via: [n1, n3], app: { cbr: { size: 1400 B } }, tunnel: { udp: { mtu: 1000, oversize: drop } }`;
    assert.equal(metricOf(runText(text({ session })), 'A', 'goodput'), 0);
  });

  it('lowers the MSS of connections so that full segments fit', () => {
    const session = `path: tunnelled, via: [n1, n3], ${BULK}`;
    assert.equal(Math.max(...sizes(text({ session }), 'n2>n3')), 1500);
    const without = text({ session: `${session}, tunnel: { udp: { mssClamp: false } }` });
    assert.ok(
      sizes(without, 'n2>n3').some((size) => size > 20 && size < 60),
      'the rest of a fragmented packet',
    );
    assert.ok(metricOf(runText(text({ session })), 'A', 'completionTime') < 3);
  });

  it('RFC 6040: marks of the outer packets reach the inner ones', () => {
    const network = 'rate: 5 Mbit/s, rtt: 40 ms, queue: { codel: { ecn: true } }';
    const session = `path: tunnelled, via: [n1, n3], app: bulk, transport: { tcp: { ecn: classic } }`;
    const scenario = text({ session, network });
    assert.ok(
      carried(scenario, 'n1>n2').some(({ ecn }) => ecn === Ecn.ect0),
      'the outer packet can be marked',
    );
  });

  it('works through an address translator between its ends', () => {
    const scenario = text({
      session: `path: tunnelled, via: [n1, n3], ${BULK}`,
      more: 'middleboxes: { n2: { symmetric: { inside: [n1] } } }',
    });
    assert.ok(metricOf(runText(scenario), 'A', 'completionTime') < 3);
    assert.equal(metricOf(runText(scenario), 'n2', 'mappings'), 1, 'the tunnel, not what is in it');
  });

  it('is one for all sessions when it is shared', () => {
    const mappings = (shared: boolean) => {
      const session = `path: tunnelled, via: [n1, n3], count: 3, tunnel: { udp: { shared: ${shared} } }, ${CBR}`;
      const more = 'middleboxes: { n2: { symmetric: { inside: [n1] } } }';
      return metricOf(runText(text({ session, more })), 'n2', 'mappings');
    };
    assert.deepEqual([mappings(false), mappings(true)], [3, 1]);
  });
});

describe('tunnels: IP over TCP', () => {
  const over = (more = '') => `path: tunnelled, via: [n1, n3], tunnel: { tcp: { ${more} } }`;

  it('carries packets in order in one connection, with a length of 2 bytes before each', () => {
    const scenario = text({ session: `${over()}, ${CBR}` });
    assert.equal(metricOf(runText(scenario), 'A', 'loss'), 0);
    const most = Math.max(...sizes(scenario, 'n1>n2'));
    assert.equal(most, 1028 + 2 + 40 + 12);
  });

  it('hides the losses between its ends from the sessions inside', () => {
    const network = 'rate: 10 Mbit/s, rtt: 40 ms, loss: 0.02';
    const inside = metricOf(runText(text({ session: `path: tunnelled, tunnel: tcp, ${CBR}`, network })), 'A', 'loss');
    const outside = metricOf(runText(text({ session: CBR, network })), 'A', 'loss');
    assert.equal(inside, 0);
    assert.ok(outside > 0.03);
  });

  it('drops what finds its queue full', () => {
    const session = `path: tunnelled, tunnel: { tcp: { queue: 5, sendBuffer: 64 KiB } }, app: { cbr: { rate: 20 Mbit/s } }`;
    const loss = metricOf(runText(text({ session })), 'A', 'loss');
    assert.ok(loss > 0.4 && loss < 0.8);
  });

  it('gives the same bytes for the same seed', () => {
    const scenario = text({ session: `${over()}, ${BULK}`, network: 'rate: 10 Mbit/s, loss: 0.01' });
    assert.equal(runText(scenario).fingerprint, runText(scenario).fingerprint);
  });
});
