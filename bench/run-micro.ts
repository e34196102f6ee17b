/** Times parts of the engine alone; prints one line of JSON. */
import { EventQueue, type EventSource } from '../sim/core/event-queue';
import { Packet, PacketPool, Protocol } from '../sim/core/packet';
import { bind, type AnyPlugin } from '../sim/core/plugin';
import { RandomStream } from '../sim/core/random';
import type { Transport } from '../sim/net/node';
import type { Drop, Queue, QueueHost } from '../sim/net/queue';
import { queues } from '../sim/net/queues';
import type { Discipline } from '../sim/net/queues/define';
import { dropTail } from '../sim/net/queues/drop-tail';
import { AdmittedFifo, Fifo } from '../sim/net/queues/fifo';
import { computeRoutes } from '../sim/net/routing';
import { Simulation } from '../sim/net/simulation';
import { TcpStack } from '../sim/tcp/stack';
import { tcpOptions } from './flow';
import type { MICRO_PARTS, MicroResult } from './micro';

const SEED = [1, 2, 3, 4] as const;
const ROUNDS = 5;

/** CPU nanoseconds for one of `count` operations: the fastest of a few rounds, the first of which compile. */
function timed(part: string, count: number, round: () => void): MicroResult {
  let best = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const started = process.cpuUsage();
    round();
    const { user, system } = process.cpuUsage(started);
    best = Math.min(best, (user + system) * 1e3);
  }
  return { part, nanos: best / count };
}

/** The hold model: an event fires and is armed again a random time later. */
function events(): MicroResult[] {
  return [100, 10_000, 1_000_000].map((pending) => {
    const queue = new EventQueue();
    const random = new RandomStream(SEED, 'hold');
    const delays = Float64Array.from({ length: 4096 }, () => Math.ceil(random.exponential(1e6)));
    let at = 0;
    class Holder implements EventSource {
      readonly wakeup = queue.register(this);
      fire(): void {
        queue.arm(this.wakeup, queue.now + delays[at++ & 4095]!);
      }
    }
    for (let i = 0; i < pending; i++) queue.arm(new Holder().wakeup, delays[i & 4095]!);
    const holds = 2e6;
    return timed(`event queue, ${pending} pending: hold`, holds, () => {
      queue.run(queue.now + (holds / pending) * 1e6);
    });
  });
}

/** A packet that goes round a ring of links for ever: no transport. */
function link(): MicroResult[] {
  return [10, 1000].map((count) => {
    const simulation = new Simulation(SEED);
    const nodes = Array.from({ length: count }, (_, i) => simulation.addNode(`n${i}`));
    const options = { rate: 1e9, delay: 1e6, queue: bind(dropTail, { limit: '1000 packets' }) };
    nodes.forEach((node, i) => simulation.connect(node, nodes[(i + 1) % count]!, options));
    computeRoutes(simulation);
    const around: Transport = {
      receive(p: Packet): void {
        p.ttl = 64;
        p.dst = nodes[(p.dst + 7) % count]!.address;
        nodes[p.flow]!.send(p);
      },
    };
    nodes.forEach((node, i) => {
      node.transports[Protocol.udp] = {
        receive: (p) => {
          p.flow = i;
          around.receive(p);
        },
      };
    });
    for (let i = 0; i < 10 * count; i++) {
      const p = simulation.pool.take();
      p.protocol = Protocol.udp;
      p.size = 1500;
      p.dst = nodes[(i + 7) % count]!.address;
      nodes[i % count]!.send(p);
    }
    let until = 0;
    const hops = (): number => simulation.packetHops;
    simulation.run((until += 10e6));
    const before = hops();
    simulation.run((until += 100e6));
    const perMs = (hops() - before) / 100;
    return timed(`link hop, ${count} nodes in a ring`, perMs * 100, () => simulation.run((until += 100e6)));
  });
}

/** Two hosts and a link so fast that the time is that of TCP: data segment sent, received, acknowledged. */
function tcp(): MicroResult[] {
  const simulation = new Simulation(SEED);
  const a = simulation.addNode('a');
  const b = simulation.addNode('b');
  simulation.connect(a, b, { rate: 10e9, delay: 1e6, queue: bind(dropTail, { limit: '100000 packets' }) });
  computeRoutes(simulation);
  const options = tcpOptions(2 ** 20);
  TcpStack.of(b).listen(1, options, () => ({ onReadable: (c) => void c.read(Infinity) }));
  const connection = TcpStack.of(a).connect(b.address, 1, options, {}, 0);
  connection.writeAll(Infinity);
  let until = 0;
  simulation.run((until += 1e9));
  const before = connection.sender!.segmentsSent;
  simulation.run((until += 1e9));
  const segments = connection.sender!.segmentsSent - before;
  return [
    timed('TCP, one data segment and half an ACK, with their hops', segments, () => simulation.run((until += 1e9))),
  ];
}

class Host implements QueueHost {
  now = 0;
  readonly rate = 1e9;
  readonly mtu = 1500;
  readonly bdp = 1e6;
  readonly random = new RandomStream(SEED, 'queue');
  constructor(private readonly pool: PacketPool) {}
  drop(p: Packet, _reason: Drop): void {
    this.pool.give(p);
  }
  marked(): void {
    // counted by nobody here
  }
}

/** Packets of 64 flows in and out of a queue that holds about 100. */
function disciplines(): MicroResult[] {
  return Object.entries(queues).map(([name, plugin]) => {
    const pool = new PacketPool();
    const host = new Host(pool);
    const queue = asQueue(bind(plugin as unknown as AnyPlugin<QueueHost, Discipline>, {})(host), host);
    const packets = 500_000;
    return timed(`queue ${name}: in and out`, packets, () => {
      for (let i = 0; i < packets; i++) {
        const p = pool.take();
        p.flow = i & 63;
        p.srcPort = 5000 + p.flow;
        p.size = 1500;
        if (queue.push(p) !== 0) pool.give(p);
        host.now += 12_000;
        if (queue.packets > 50 || (i & 1) === 1) {
          const out = queue.pop();
          if (out !== null) pool.give(out);
        }
      }
    });
  });
}

function asQueue(discipline: Discipline, host: QueueHost): Queue {
  if (discipline.kind === 'queue') return discipline.queue;
  return discipline.kind === 'admission' ? new AdmittedFifo(host, discipline.admission) : new Fifo(host, discipline);
}

const PARTS: Record<(typeof MICRO_PARTS)[number], () => MicroResult[]> = { events, link, tcp, queues: disciplines };
console.log(JSON.stringify(PARTS[process.argv[2] as keyof typeof PARTS]()));
