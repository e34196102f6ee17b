import type { EventSource, Wakeup } from '../sim/core/event-queue';
import { Protocol, type Packet } from '../sim/core/packet';
import type { RandomStream, SeedWords } from '../sim/core/random';
import type { LinkOptions } from '../sim/net/link';
import type { Node, Transport } from '../sim/net/node';
import { Simulation } from '../sim/net/simulation';

/** A mean packet takes 1 ms; sizes are so large that rounding to bytes is nothing. */
const RATE = 1e9;
const MEAN_SIZE = 125_000;
const SERVICE = 1e6;

/** A link at which so many packets may wait. */
function link(maxPackets: number): LinkOptions {
  return { rate: RATE, delay: 0, queue: () => ({ kind: 'drop-tail', maxPackets, maxBytes: Infinity }) };
}

/**
 * Times in the system of successive customers of an M/M/1 queue, in mean service times: Poisson arrivals of packets with
 * exponential sizes at a link of the simulator. The queue starts empty; the first `warmup` customers are left out.
 */
export function sojournTimes(load: number, customers: number, warmup: number, seed: SeedWords): number[] {
  const simulation = new Simulation(seed);
  const from = simulation.addNode('from');
  const to = simulation.addNode('to');
  simulation.connect(from, to, link(Infinity));
  const sink = new Departures(simulation, warmup);
  to.transports[Protocol.udp] = sink;
  new Arrivals(from, to, load, customers + warmup, sink, simulation.random.stream('arrivals'));
  simulation.run(Infinity);
  return sink.times;
}

/** Part of the customers that an M/M/1/K queue refuses; `places` includes the one in service. The first tenth is left out. */
export function lossOf(load: number, places: number, customers: number, seed: SeedWords): number {
  const simulation = new Simulation(seed);
  const from = simulation.addNode('from');
  const to = simulation.addNode('to');
  const [there] = simulation.connect(from, to, link(places - 1));
  const sink = new Departures(simulation, Infinity);
  to.transports[Protocol.udp] = sink;
  new Arrivals(from, to, load, customers, sink, simulation.random.stream('arrivals'));
  simulation.run(Math.round((0.1 * customers * SERVICE) / load));
  const [sent, dropped] = [there.sentPackets, there.droppedPackets];
  simulation.run(Infinity);
  return (there.droppedPackets - dropped) / (there.sentPackets - sent);
}

class Arrivals implements EventSource {
  private readonly wakeup: Wakeup;
  private exact = 0;

  constructor(
    private readonly from: Node,
    private readonly to: Node,
    private readonly load: number,
    private left: number,
    private readonly sink: Departures,
    private readonly random: RandomStream,
  ) {
    this.wakeup = from.simulation.events.register(this);
    this.wait();
  }

  fire(): void {
    const { from, random } = this;
    const p = from.simulation.pool.take();
    p.src = from.address;
    p.dst = this.to.address;
    p.protocol = Protocol.udp;
    p.size = Math.max(1, Math.round(random.exponential(MEAN_SIZE)));
    p.ack = 0;
    this.sink.arrivedAt.push(from.simulation.events.now);
    this.wait();
    from.send(p);
  }

  private wait(): void {
    if (this.left-- === 0) return;
    this.exact += this.random.exponential(SERVICE / this.load);
    this.from.simulation.events.arm(this.wakeup, Math.round(this.exact));
  }
}

/** Customers leave in the order in which they came. */
class Departures implements Transport {
  readonly arrivedAt: number[] = [];
  readonly times: number[] = [];
  private left = 0;

  constructor(
    private readonly simulation: Simulation,
    private readonly warmup: number,
  ) {}

  receive(p: Packet): void {
    const time = (this.simulation.events.now - this.arrivedAt[this.left]!) / SERVICE;
    if (this.left++ >= this.warmup) this.times.push(time);
    this.simulation.pool.give(p);
  }
}
