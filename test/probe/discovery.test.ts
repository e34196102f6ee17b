import assert from 'node:assert/strict';
import { trace, type Trace } from '../../sim/probe/trace';
import { Tracer } from '../../sim/probe/tracer';
import { buildText, metricOf, runText } from '../support/scenario';

interface Text {
  readonly session?: string;
  readonly method?: string;
  readonly more?: string;
  readonly impairments?: string;
}

/** n0 to n4 in a row, and a relay beside n2. */
function text({ session = '', method = 'hop-limits', more = '', impairments = '[]' }: Text = {}): string {
  return `
title: Looking for intermediaries
network:
  graph:
    nodes: [n0, n1, n2, n3, n4, beside]
    links:
      - { between: [n0, n1], rate: 10 Mbit/s, delay: 5 ms, impairments: ${impairments} }
      - { between: [n1, n2], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [n2, n3], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [n3, n4], rate: 10 Mbit/s, delay: 5 ms }
      - { between: [n2, beside], rate: 10 Mbit/s, delay: 1 ms }
sessions: [{ name: A, from: n0, to: n4, ${session} app: { discovery: { method: ${method} } } }]
${more}
run: { duration: 20 s }
`;
}

/** What the look found: [exposed, named, place]. */
function found(given: Text): number[] {
  const reply = runText(text(given));
  return ['exposed', 'named', 'place'].map((metric) => metricOf(reply, 'A', metric));
}

/** Names of the nodes that a trace from n0 to n4 sees, '' for silence. */
function traced(given: Text, port?: number): { readonly names: string[]; readonly reached: number } {
  const { simulation, nodeOf } = buildText(text(given));
  const tracer = new Tracer(nodeOf('n0'), 1, 1e9);
  const to = { address: nodeOf('n4').address, ...(port === undefined ? {} : { port }) };
  const traces: Trace[] = [];
  trace(tracer, to, { tries: 2, most: 30 }, (one) => traces.push(one));
  simulation.run(20e9);
  const [{ hops, reached }] = traces as [Trace];
  return { names: hops.map((address) => (address < 0 ? '' : simulation.ownerOf(address).name)), reached };
}

describe('a trace by growing hop limits', () => {
  it('given routers alone, then it names each of them in order, and the other end (RFC 1812 section 5.3.1)', () => {
    assert.deepEqual(traced({}), { names: ['n1', 'n2', 'n3', 'n4'], reached: 4 });
  });

  it('given SYNs to a port that nobody listens on, then the reset ends the trace (RFC 9293 section 3.10.7.1)', () => {
    assert.deepEqual(traced({}, 9), { names: ['n1', 'n2', 'n3', 'n4'], reached: 4 });
  });

  it('given the first packet is lost, then it is sent again', () => {
    const impairments = '[{ scripted: { drop: [{ packets: [1] }] } }]';
    assert.deepEqual(traced({ impairments }).names, ['n1', 'n2', 'n3', 'n4']);
  });

  it('given a translator, then errors from it and from behind it name what was sent inside (RFC 5508 REQ-4)', () => {
    const more = 'middleboxes: { n1: { nat: { inside: [n0] } } }';
    assert.deepEqual(traced({ more }).names, ['n1', 'n2', 'n3', 'n4']);
    assert.deepEqual(traced({ more }, 9).names, ['n1', 'n2', 'n3', 'n4']);
  });

  it('given a translator that lets no errors in, then routers behind it are silent (RFC 5508 REQ-4)', () => {
    const more = 'middleboxes: { n1: { nat: { inside: [n0], icmpErrors: false } } }';
    assert.deepEqual(traced({ more }).names, ['n1', '', '', 'n4']);
  });

  it('given a tunnel, then its ends are hops, and what is between them is not (RFC 2003 section 3.1)', () => {
    const session = 'path: tunnelled, via: [n1, n3],';
    assert.deepEqual(traced({ session }), { names: ['n1', 'n3', 'n4'], reached: 3 });
  });
});

describe('discovery by hop limits', () => {
  it('given routers alone, or a translator, then nobody is found', () => {
    assert.deepEqual(found({}), [0, 0, 0]);
    assert.deepEqual(found({ more: 'middleboxes: { n1: { nat: { inside: [n0] } } }' }), [0, 0, 0]);
  });

  it('given a transparent relay, then somebody answers nearer than the other end is (RFC 3135 section 3.1.1)', () => {
    for (const [node, place] of [
      ['n1', 1],
      ['n3', 3],
    ] as const) {
      const session = `path: relayed, via: [${node}], relay: { transparent: true },`;
      assert.deepEqual(found({ session }), [1, 1, place]);
    }
  });

  it('given a relay with an address, then the trace of the session ends there', () => {
    assert.deepEqual(found({ session: 'path: relayed, via: [beside],' }), [1, 1, 3]);
    assert.deepEqual(found({ session: 'path: aggregated, via: [n1, n3],' }), [1, 1, 1]);
    assert.deepEqual(found({ session: 'path: aggregated, via: [n0, n4],' }), [0, 0, 0]);
  });

  it('given a filter of TCP, then it is where echo requests go on and SYNs do not', () => {
    assert.deepEqual(found({ more: 'middleboxes: { n3: { policy: { refuse: [tcp] } } }' }), [1, 1, 3]);
  });

  it('given two that look from one host at a time, then each reads its own answers', () => {
    const two = `relayed, via: [n3], relay: { transparent: true }`;
    const other = `{ name: B, from: n0, to: n4, path: ${two}, app: discovery }, { name: A,`;
    const reply = runText(text().replace('{ name: A,', other));
    assert.deepEqual([metricOf(reply, 'A', 'exposed'), metricOf(reply, 'B', 'place')], [0, 3]);
  });

  it('given copies for somebody else, then nobody is found (RFC 3924)', () => {
    assert.deepEqual(found({ more: 'middleboxes: { n2: { policy: { copyTo: beside } } }' }), [0, 0, 0]);
  });
});

describe('discovery by Max-Forwards', () => {
  const method = 'max-forwards';
  const elements = (servers: string): number =>
    metricOf(runText(text({ method, more: `signalling: { servers: [${servers}] }` })), 'A', 'elementsFound');

  it('given no server, then the other end answers the first request (RFC 3261 section 11.2)', () => {
    assert.deepEqual(found({ method }), [0, 0, 0]);
  });

  it('given proxies, then each answers 483 once, and the first says at what host (RFC 3261 sections 16.3, 20.43)', () => {
    assert.deepEqual(found({ method, more: 'signalling: { servers: [{ on: beside }] }' }), [1, 1, 1]);
    assert.equal(elements('{ on: [n1, n2, n3] }'), 3);
    assert.equal(elements('{ on: [n1, n2, n3], role: stateless-proxy }'), 3);
  });

  it('given a back-to-back user agent, then it is an element where it copies Max-Forwards (RFC 7332 section 3)', () => {
    assert.equal(elements('{ on: n1 }, { on: n2, role: b2bua }, { on: n3 }'), 3);
  });

  it('given one that counts anew, then it and all that follow are hidden', () => {
    assert.equal(elements('{ on: n1 }, { on: n2, role: { b2bua: { hops: own } } }, { on: n3 }'), 1);
  });
});

describe('discovery by comparing notes', () => {
  const method = 'notes';

  it('given routers, a tunnel, or copies, then both ends have seen the same', () => {
    assert.deepEqual(found({ method }), [0, 0, 0]);
    assert.deepEqual(found({ method, session: 'path: tunnelled, via: [n1, n3],' }), [0, 0, 0]);
    assert.deepEqual(found({ method, more: 'middleboxes: { n2: { policy: { copyTo: beside } } }' }), [0, 0, 0]);
  });

  it('given a translator or a relay with an address, then the other end has seen that address (RFC 8489 section 2)', () => {
    assert.deepEqual(found({ method, more: 'middleboxes: { n1: { nat: { inside: [n0] } } }' }), [1, 1, 0]);
    assert.deepEqual(found({ method, session: 'path: relayed, via: [beside],' }), [1, 1, 0]);
    assert.deepEqual(found({ method, session: 'path: aggregated, via: [n1, n3],' }), [1, 1, 0]);
  });

  it('given a transparent relay, then the connection was there before the other end was called, which names nobody', () => {
    for (const node of ['n1', 'n3']) {
      const session = `path: relayed, via: [${node}], relay: { transparent: true },`;
      assert.deepEqual(found({ method, session }), [1, 0, 0]);
    }
  });
});
