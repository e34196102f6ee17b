import assert from 'node:assert/strict';
import { Cell, Command, Handshake, Onion, RelayCommand } from '../../sim/onion/cells';
import { StreamContent } from '../../sim/transport/stream-content';
import { SECOND } from '../support/network';
import { buildText, metricOf, runText } from '../support/scenario';

interface Text {
  readonly onion?: string;
  readonly app?: string;
  readonly more?: string;
  readonly via?: string;
  readonly rate?: string;
}

/** A client and a server 10 ms from a router in the middle, and each relay as well: from any to any other 20 ms. */
function text({
  onion = '',
  app = 'bulk: { size: 100 kB }',
  more = '',
  via = 'r1, r2, r3',
  rate = '100 Mbit/s',
}: Text): string {
  const links = ['a', 'b', 'r1', 'r2', 'r3'].map(
    (node) => `      - { between: [${node}, m], rate: ${rate}, delay: 10 ms }`,
  );
  return `
title: onion
network:
  graph:
    nodes: [a, b, m, r1, r2, r3]
    rtt: 40 ms
    links:
${links.join('\n')}
sessions:
  - { name: A, from: a, to: b, path: onion, via: [${via}], onion: { ${onion} }, app: { ${app} } }
${more}
run: { duration: 20 s }
`;
}

/** What the run of a scenario says of its session. */
function measured(options: Text): (metric: string) => number {
  const reply = runText(text(options));
  return (metric) => metricOf(reply, 'A', metric);
}

const RTT = 0.04;
const near = (value: number, roundTrips: number) => assert.ok(Math.abs(value - roundTrips * RTT) < 0.004, `${value} s`);

interface Sent {
  readonly link: string;
  readonly cell: Cell;
}

/** Every cell that a node writes, in order; `change` may put another in its place. */
function cellsOf(options: Text): Sent[] {
  const { simulation } = buildText(text({ ...options, onion: `links: tcp${options.onion ?? ''}` }));
  const seen = new Set<Cell>();
  const sent: Sent[] = [];
  for (const link of simulation.links) {
    if (link.from.name === 'm') continue;
    link.tap = {
      onSend(p) {
        if (!(p.payload instanceof StreamContent) || p.length === 0) return;
        const { next } = p.payload as unknown as { next: { message: unknown; next: unknown } | null };
        for (let mark = next; mark !== null; mark = mark.next as typeof next) {
          if (!(mark.message instanceof Cell) || seen.has(mark.message)) continue;
          seen.add(mark.message);
          sent.push({ link: link.from.name, cell: mark.message });
        }
      },
      onArrive: () => undefined,
      onDrop: () => undefined,
    };
  }
  simulation.run(20 * SECOND);
  return sent;
}

describe('onion circuits: set-up (tor-spec, "Creating circuits")', () => {
  it('given TCP links, when a circuit is built, then each hop costs a connection, a round trip to it, and one over all before it', () => {
    const metric = measured({ onion: 'links: tcp' });
    near(metric('onionHopTime.1'), 2);
    near(metric('onionHopTime.2') - metric('onionHopTime.1'), 3);
    near(metric('onionHopTime.3') - metric('onionHopTime.2'), 4);
  });

  it('given TLS 1.3 on the links, when a circuit is built, then each hop costs one round trip more (RFC 8446 section 2)', () => {
    const [tcp, tls] = [measured({ onion: 'links: tcp' }), measured({})];
    for (const hop of [1, 2, 3]) near(tls(`onionHopTime.${hop}`) - tcp(`onionHopTime.${hop}`), hop);
  });

  it('given any number of relays, when a circuit is built, then it has as many hops', () => {
    for (const via of ['r1', 'r1, r2', 'r3, r1, r2']) {
      const reply = runText(text({ via }));
      const hops = reply.metrics.filter(({ metric }) => metric.startsWith('onionHopTime.'));
      assert.equal(hops.length, via.split(',').length);
      assert.equal(metricOf(reply, 'A', 'goodput'), 40_000, 'all of it arrives');
    }
  });

  it('given several connections of a session, when they go through a circuit, then it is one circuit', () => {
    const metric = measured({ app: 'request-response: { think: 100 ms }' });
    assert.equal(metric('onionCircuits'), 1);
  });
});

describe('onion circuits: cells (tor-spec, "Cells", "Relay cells")', () => {
  it('given anything at all, when it goes over a link, then it is a cell of 514 bytes, and only what makes keys is in the clear', () => {
    const sent = cellsOf({});
    assert.ok(sent.length > 600);
    for (const { cell } of sent) assert.equal(cell.encode().length, 514);
    const open = sent.filter(({ cell: { content } }) => content instanceof Handshake).map(({ link, cell }) => `${link} ${cell.command}`); // prettier-ignore
    const { create2, created2 } = Command;
    const made = ['a', 'r1', 'r1', 'r2', 'r2', 'r3'].map((node, i) => `${node} ${i % 2 === 0 ? create2 : created2}`);
    assert.deepEqual(open, made);
  });

  it('given a cell that each relay passes on, when the links are compared, then its bytes are others on each, and readable on none', () => {
    const relayed = cellsOf({ app: 'bulk: { size: 400 B }' }).filter(({ cell }) => cell.content instanceof Onion);
    const data = (node: string) => relayed.filter((one) => one.link === node).map(({ cell }) => Buffer.from(cell.encode()).subarray(5)); // prettier-ignore
    const [guard, middle, exit] = [data('a'), data('r1'), data('r2')].map((cells) => cells.at(-1)!);
    assert.notDeepEqual(guard, middle);
    assert.notDeepEqual(middle, exit);
    for (const bytes of [guard!, middle!, exit!]) {
      // command, recognized, stream: where a cell that is not sealed has small numbers
      assert.ok(bytes.subarray(1, 4).some((byte) => byte !== 0));
    }
  });

  it('given an onion of three layers, when each hop turns its own, then it is for the last, by its bytes, and for nobody before', () => {
    const layers = [1, 2, 3].map((fill) => ({ key: new Uint8Array(32).fill(fill), number: fill }));
    const seal = { key: new Uint8Array(32).fill(9), number: 4 };
    const said = { command: RelayCommand.sendme, stream: 7 };
    const plain = new Onion(said, seal).bytes();
    assert.deepEqual([plain[0], plain[1], plain[2], plain[4]], [RelayCommand.sendme, 0, 0, 7]);
    let onion = layers.reduceRight((one, layer) => one.turned(layer), new Onion(said, seal));
    for (const layer of layers) {
      assert.ok(!onion.isFor(seal));
      onion = onion.turned(layer);
    }
    assert.ok(onion.isFor(seal));
    assert.deepEqual(onion.bytes(), plain);
    assert.ok(!onion.isFor({ ...seal, number: 5 }), 'a cell before it is missing');
    assert.ok(!onion.changed().isFor(seal), 'its digest does not fit its bytes');
    assert.ok(onion.changed().changed().isFor(seal));
    assert.ok(!onion.turned({ ...layers[0]!, number: 8 }).isFor(seal));
  });
});

describe('onion circuits: windows (tor-spec, "Flow control")', () => {
  it('given a fast way, when one stream sends, then it has 500 cells under way, and the way stands still for the rest of a round trip', () => {
    // from client to exit and back 120 ms, at 498 bytes a cell
    const metric = measured({ app: 'bulk: {}', onion: 'links: tcp' });
    const limit = (500 * 498 * 8) / (3 * RTT);
    assert.ok(metric('goodput') < limit, `${metric('goodput')} of ${limit}`);
    assert.ok(metric('goodput') > 0.75 * limit, `${metric('goodput')} of ${limit}`);
  });

  it('given a slow way from the exit on, when its socket is full, then the client stops, and the exit holds a window at most', () => {
    const slow = (scenario: string) =>
      scenario.replace('between: [b, m], rate: 100 Mbit/s', 'between: [b, m], rate: 1 Mbit/s');
    const reply = runText(slow(text({ app: 'bulk: {}' })));
    const held = metricOf(reply, 'A', 'relayBuffer');
    assert.ok(metricOf(reply, 'A', 'goodput') > 0.85e6);
    assert.ok(metricOf(reply, 'A', 'onionCells') < (20e6 / 8 / 498) * 1.2, 'what arrives, and no more');
    assert.ok(held > 131_072 && held < 500 * 498 + 2 * 131_072, `${held}`);
  });
});

describe('onion circuits: what is not as it was sent', () => {
  it('given a guard or a middle that changes a cell, drops it, or sends it again, when the exit opens it, then the circuit is torn down', () => {
    for (const attack of ['modify', 'drop', 'replay']) {
      for (const attacker of [1, 2]) {
        const metric = measured({ onion: `attack: ${attack}, attacker: ${attacker}`, app: 'bulk: { size: 1 MB }' });
        assert.ok(metric('attacks') > 0);
        assert.deepEqual([metric('onionUnrecognised'), metric('onionLost')], [1, 1], `${attack} by ${attacker}`);
      }
    }
    const honest = measured({ app: 'bulk: { size: 1 MB }' });
    assert.deepEqual([honest('attacks'), honest('onionUnrecognised'), honest('goodput')], [0, 0, 400_000]);
  });

  it('given that a relay dies, when the client hears of it, then the next stream has a circuit of its own', () => {
    const metric = measured({
      app: 'request-response: { think: 100 ms }',
      more: 'failures: [{ relay: r2, at: 5 s, for: 1 s }]',
    });
    assert.ok(metric('onionCircuits') >= 2);
    assert.ok(metric('onionLost') >= 1);
  });

  it('given the same seed, when it runs twice, then all packets are the same', () => {
    assert.equal(runText(text({})).fingerprint, runText(text({})).fingerprint);
  });
});
