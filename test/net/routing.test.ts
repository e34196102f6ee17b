import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Protocol } from '../../sim/core/packet';
import type { Node } from '../../sim/net/node';
import { Echo, echoRequest, errorIn, icmpError, IcmpError } from '../../sim/net/icmp';
import { Drop } from '../../sim/net/queue';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation } from '../../sim/net/simulation';
import { linkOf, row, SECOND, SEED, Sink, Source } from '../support/network';

interface Edge {
  readonly from: number;
  readonly to: number;
  /** One way and the other, ns. */
  readonly delay: number;
  readonly back: number;
}

function build(count: number, edges: readonly Edge[]): Simulation {
  const simulation = new Simulation(SEED);
  const nodes = Array.from({ length: count }, (_, i) => simulation.addNode(`n${i}`));
  for (const { from, to, delay, back } of edges) {
    simulation.connect(nodes[from]!, nodes[to]!, linkOf({ delay }), linkOf({ delay: back }));
  }
  computeRoutes(simulation);
  return simulation;
}

/** Floyd and Warshall: delay and hops from every node to every other, compared as a pair. */
function shortestPaths(count: number, edges: readonly Edge[]): readonly (readonly [number, number])[][] {
  const best = Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, j): readonly [number, number] => (i === j ? [0, 0] : [Infinity, Infinity])),
  );
  const improve = (i: number, j: number, delay: number, hops: number): void => {
    const [d, h] = best[i]![j]!;
    if (delay < d || (delay === d && hops < h)) best[i]![j] = [delay, hops];
  };
  for (const { from, to, delay, back } of edges) {
    improve(from, to, delay, 1);
    improve(to, from, back, 1);
  }
  for (let k = 0; k < count; k++)
    for (let i = 0; i < count; i++)
      for (let j = 0; j < count; j++) {
        const [ik, kj] = [best[i]![k]!, best[k]![j]!];
        improve(i, j, ik[0] + kj[0], ik[1] + kj[1]);
      }
  return best;
}

/** Follows next hops; undefined if there is no route or it loops. */
function walk(from: Node, to: Node): readonly [number, number] | undefined {
  let [delay, hops] = [0, 0];
  for (let at = from; at !== to; hops++) {
    const link = at.linkTo(to.address);
    if (link === null || hops > 100) return undefined;
    delay += link.delay;
    at = link.to;
  }
  return [delay, hops];
}

const graph = fc.integer({ min: 2, max: 9 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    edges: fc.array(
      fc
        .record({
          from: fc.nat({ max: count - 1 }),
          to: fc.nat({ max: count - 1 }),
          delay: fc.nat({ max: 5 }),
          back: fc.nat({ max: 5 }),
        })
        .filter((e) => e.from !== e.to),
      { maxLength: 20 },
    ),
  }),
);

describe('computeRoutes', () => {
  it('finds the least delay, then the fewest hops, on any graph', () => {
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const { nodes } = build(count, edges);
        const best = shortestPaths(count, edges);
        for (const [i, from] of nodes.entries())
          for (const [j, to] of nodes.entries()) {
            const found = walk(from, to);
            const expected = best[i]![j]!;
            if (expected[0] < Infinity) assert.deepEqual(found, expected, `${i} to ${j}`);
            else assert.equal(found, undefined);
          }
      }),
      { numRuns: 1000, seed: 3 },
    );
  });

  it('takes the link that was attached first when all is equal', () => {
    const simulation = build(2, [
      { from: 0, to: 1, delay: 5, back: 5 },
      { from: 0, to: 1, delay: 5, back: 5 },
    ]);
    const [a, b] = simulation.nodes;
    assert.equal(a!.linkTo(b!.address), a!.links[0]);
  });

  it('leads to every address of a node, also of a host with one link', () => {
    const simulation = new Simulation(SEED);
    const [a, r, b] = ['a', 'r', 'b'].map((name) => simulation.addNode(name));
    simulation.connect(a!, r!, linkOf());
    simulation.connect(r!, b!, linkOf());
    const second = simulation.addAddress(b!);
    computeRoutes(simulation);
    const sink = Sink.on(b!);
    for (const dst of [b!.address, second]) {
      const p = simulation.pool.take();
      Object.assign(p, { src: a!.address, dst, protocol: Protocol.udp, size: 100 });
      a!.send(p);
    }
    simulation.run(SECOND);
    assert.equal(sink.received, 2);
    assert.equal(simulation.pool.live, 0);
  });
});

describe('Node', () => {
  function sendOne(simulation: Simulation, dst: number, ttl = 64, protocol: number = Protocol.udp): void {
    const p = simulation.pool.take();
    Object.assign(p, { src: 0, dst, protocol, size: 100, ttl });
    simulation.nodes[0]!.send(p);
    simulation.run(Infinity);
    assert.equal(simulation.pool.live, 0);
  }

  it('drops what it cannot route, and counts it', () => {
    const simulation = build(4, [
      { from: 0, to: 1, delay: 1, back: 1 },
      { from: 1, to: 2, delay: 1, back: 1 },
    ]);
    sendOne(simulation, 3);
    assert.equal(simulation.nodes[1]!.drops[Drop.unroutable], 1);
  });

  it('drops what has used up its hops', () => {
    const simulation = row(['n0', 'n1', 'n2', 'n3']);
    const sink = Sink.on(simulation.nodes[3]!);
    sendOne(simulation, 3, 2);
    assert.equal(simulation.nodes[2]!.drops[Drop.unroutable], 1);
    sendOne(simulation, 3, 3);
    assert.equal(sink.received, 1);
  });

  /** Keeps the ICMP packets that arrive at a node. */
  function icmpAt(node: Node): { readonly type: number; readonly from: number }[] {
    const seen: { type: number; from: number }[] = [];
    node.transports[Protocol.icmp] = {
      receive: (p) => {
        seen.push({ type: errorIn(p)?.type ?? (p.payload as Echo).type, from: p.src });
        node.simulation.pool.give(p);
      },
    };
    return seen;
  }

  it('tells the source of a packet that has used up its hops, unless that is an error itself (RFC 1812 section 5.3.1)', () => {
    const simulation = row(['n0', 'n1', 'n2', 'n3']);
    const seen = icmpAt(simulation.nodes[0]!);
    sendOne(simulation, 3, 2);
    assert.deepEqual(seen, [{ type: 11, from: simulation.nodes[2]!.address }]);
    const error = icmpError(simulation.nodes[0]!, new IcmpError(3, Protocol.udp, 3, 1, 0, 1), 0);
    error.ttl = 2;
    simulation.nodes[0]!.send(error);
    simulation.run(Infinity);
    assert.equal(seen.length, 1);
    assert.equal(simulation.pool.live, 0);
  });

  it('counts no hop for what it sends itself', () => {
    const simulation = row(['n0', 'n1', 'n2', 'n3']);
    const sink = Sink.on(simulation.nodes[3]!);
    const p = simulation.pool.take();
    Object.assign(p, { src: 1, dst: 3, protocol: Protocol.udp, size: 100, ttl: 2 });
    simulation.nodes[1]!.send(p);
    simulation.run(Infinity);
    assert.equal(sink.received, 1);
  });

  it('answers echo requests (RFC 1122 section 3.2.2.6)', () => {
    const simulation = row(['n0', 'n1', 'n2']);
    const seen = icmpAt(simulation.nodes[0]!);
    simulation.nodes[0]!.send(echoRequest(simulation.nodes[0]!, 2, 7, 1, 0));
    simulation.run(Infinity);
    assert.deepEqual(seen, [{ type: 0, from: simulation.nodes[2]!.address }]);
    assert.equal(simulation.pool.live, 0);
  });

  it('drops packets of a protocol that nobody speaks, and corrupt ones', () => {
    const simulation = row(['n0', 'n1']);
    sendOne(simulation, 1, 64, Protocol.sctp);
    assert.equal(simulation.nodes[1]!.drops[Drop.unroutable], 1);
    Sink.on(simulation.nodes[1]!);
    const p = simulation.pool.take();
    Object.assign(p, { src: 0, dst: 1, protocol: Protocol.udp, size: 100, corrupt: true });
    simulation.nodes[0]!.send(p);
    simulation.run(Infinity);
    assert.equal(simulation.nodes[1]!.drops[Drop.corrupt], 1);
    assert.equal(simulation.pool.live, 0);
  });

  it('drops everything while it is down', () => {
    const simulation = row(['n0', 'n1', 'n2']);
    const sink = Sink.on(simulation.nodes[2]!);
    simulation.nodes[1]!.up = false;
    let n = 0;
    new Source(
      simulation.nodes[0]!,
      simulation.nodes[2]!,
      () => (n++ < 5 ? 0 : Infinity),
      () => 100,
    );
    simulation.run(SECOND);
    assert.equal(simulation.nodes[1]!.drops[Drop.outage], 5);
    assert.equal(sink.received, 0);
    assert.equal(simulation.pool.live, 0);
  });

  it('asks the middlebox about every packet and obeys it', () => {
    const simulation = row(['n0', 'n1', 'n2']);
    const sink = Sink.on(simulation.nodes[2]!);
    simulation.nodes[1]!.middlebox = { onPacket: (p) => (p.seq % 2 === 0 ? 0 : 1) };
    let n = 0;
    new Source(
      simulation.nodes[0]!,
      simulation.nodes[2]!,
      () => (n++ < 5 ? 0 : Infinity),
      () => 100,
    );
    simulation.run(SECOND);
    assert.equal(sink.received, 3);
    assert.equal(simulation.nodes[1]!.drops[Drop.filtered], 2);
    assert.equal(simulation.pool.live, 0);
  });

  it('refuses a second node of the same name', () => {
    const simulation = row(['n0', 'n1']);
    assert.throws(() => simulation.addNode('n1'), /two nodes are called n1/);
  });
});
