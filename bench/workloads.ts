import type { Nanos } from '../sim/core/event-queue';
import type { Address } from '../sim/core/packet';
import { bind } from '../sim/core/plugin';
import type { Link, LinkOptions } from '../sim/net/link';
import type { Node } from '../sim/net/node';
import { dropTail } from '../sim/net/queues/drop-tail';
import { computeRoutes } from '../sim/net/routing';
import { Simulation } from '../sim/net/simulation';
import { relayParams } from '../sim/relay/config';
import { type Dial, OnDemand } from '../sim/relay/next-leg';
import { Relay } from '../sim/relay/relay';
import { TcpTransport } from '../sim/tcp/transport';
import { Flow, tcpOptions } from './flow';
import * as z from 'zod';

/** A workload of bench/peers/WORKLOADS.md, built and ready to run. */
export interface Workload {
  readonly name: string;
  readonly simulation: Simulation;
  readonly flows: readonly Flow[];
  readonly bottlenecks: readonly Link[];
  /** Nanoseconds. */
  readonly duration: Nanos;
  readonly warmup: Nanos;
}

export interface WorkloadOptions {
  /** Simulated seconds; 0 = the workload's own. */
  readonly seconds: number;
  /** Flows of W1, W2 and S; 0 = the workload's own. */
  readonly flows: number;
}

const SECOND = 1e9;
const MILLISECOND = 1e6;
const RELAYING = z.strictObject(relayParams).parse({}, { jitless: true });
const ACCESS_PACKETS = 100_000;
const PORT = 5000;
const RELAY_PORT = 6000;

export const WORKLOADS = ['W1', 'W2', 'W3', 'W4', 'S'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

export function buildWorkload(name: WorkloadName, options: WorkloadOptions): Workload {
  const simulation = new Simulation([1, 2, 3, 4]);
  switch (name) {
    case 'W1':
      return dumbbell(simulation, name, {
        flows: options.flows || 10,
        seconds: options.seconds || 60,
        warmup: 10,
        rate: 100e6,
        bottleneckDelay: 18,
        accessRate: 1e9,
        spread: 1,
        rtts: [40, 40],
        packets: 333,
      });
    case 'W2':
      return dumbbell(simulation, name, many(options.flows || 1000, options.seconds || 20, 5, 1e9, 2));
    case 'S': {
      const flows = options.flows || 1000;
      const seconds = options.seconds || 2;
      return dumbbell(simulation, name, many(flows, seconds, 1, flows * 1e6, seconds / 2));
    }
    case 'W3':
      return parkingLot(simulation, options.seconds || 60);
    case 'W4':
      return relayChain(simulation, options.seconds || 60);
  }
}

interface DumbbellShape {
  readonly flows: number;
  readonly seconds: number;
  readonly warmup: number;
  /** bit/s */
  readonly rate: number;
  readonly accessRate: number;
  /** Milliseconds, one way. */
  readonly bottleneckDelay: number;
  /** Starts are spread over this many seconds. */
  readonly spread: number;
  /** Smallest and largest base RTT, milliseconds. */
  readonly rtts: readonly [number, number];
  readonly packets: number;
}

function many(flows: number, seconds: number, warmup: number, rate: number, spread: number): DumbbellShape {
  return {
    flows,
    seconds,
    warmup,
    rate,
    accessRate: 10e9,
    bottleneckDelay: 5,
    spread,
    rtts: [20, 200],
    packets: Math.floor((rate * 0.11) / 12000),
  };
}

function dumbbell(simulation: Simulation, name: string, shape: DumbbellShape): Workload {
  const { flows: count, bottleneckDelay } = shape;
  const left = simulation.addNode('left');
  const right = simulation.addNode('right');
  const [bottleneck] = simulation.connect(left, right, linkOf(shape.rate, bottleneckDelay, shape.packets));
  const far = linkOf(shape.accessRate, 1, ACCESS_PACKETS);
  const flows: Flow[] = [];
  for (let i = 0; i < count; i++) {
    const [shortest, longest] = shape.rtts;
    const rtt = count > 1 ? shortest + ((longest - shortest) * i) / (count - 1) : shortest;
    const sender = simulation.addNode(`s${i}`);
    const receiver = simulation.addNode(`d${i}`);
    simulation.connect(sender, left, { ...far, delay: nanos(rtt / 2 - bottleneckDelay - 1) });
    simulation.connect(right, receiver, far);
    flows.push(flowBetween(sender, receiver, 'flow', (shape.spread * i) / count, i));
  }
  return ready({ name, simulation, flows, bottlenecks: [bottleneck] }, shape.seconds, shape.warmup);
}

function parkingLot(simulation: Simulation, seconds: number): Workload {
  const { routers, bottlenecks } = row(simulation);
  const flows = [hostsAcross(simulation, routers[0]!, routers[6]!, 'long', 0, 0)];
  for (let l = 0; l < 6; l++) {
    for (let k = 0; k < 5; k++) {
      const start = 0.1 + 0.03 * (5 * l + k);
      flows.push(hostsAcross(simulation, routers[l]!, routers[l + 1]!, 'cross', start, flows.length));
    }
  }
  return ready({ name: 'W3', simulation, flows, bottlenecks }, seconds, 10);
}

function relayChain(simulation: Simulation, seconds: number): Workload {
  const { routers, bottlenecks } = row(simulation);
  const flows = [hostsAcross(simulation, routers[0]!, routers[6]!, 'e2e', 0, 0)];
  const options = tcpOptions(2 ** 20);
  for (let k = 0; k < 4; k++) {
    const port = RELAY_PORT + k;
    const [sender, receiver] = hosts(simulation, routers[0]!, routers[6]!, flows.length);
    for (let i = 1; i <= 5; i++) {
      const next: Address = i === 5 ? receiver.address : routers[i + 1]!.address;
      const transport = new TcpTransport(options);
      const dial: Dial = (delegate, incoming) => transport.connect(routers[i]!, next, port, delegate, incoming!.flow);
      const relay = new Relay(simulation.events, RELAYING, new OnDemand(dial));
      transport.listen(routers[i]!, port, (stream) => relay.accept(stream));
    }
    const ends = { sender, receiver, target: routers[1]!.address, port };
    flows.push(new Flow(ends, options, 'relayed', Math.round((0.1 + 0.1 * k) * SECOND), flows.length));
  }
  return ready({ name: 'W4', simulation, flows, bottlenecks }, seconds, 10);
}

/** Seven routers in a row. */
function row(simulation: Simulation) {
  const routers = Array.from({ length: 7 }, (_, i) => simulation.addNode(`n${i}`));
  const bottlenecks = routers.slice(1).map((to, i) => simulation.connect(routers[i]!, to, linkOf(100e6, 10, 333))[0]);
  return { routers, bottlenecks };
}

function hosts(simulation: Simulation, from: Node, to: Node, index: number): readonly [Node, Node] {
  const sender = simulation.addNode(`s${index}`);
  const receiver = simulation.addNode(`d${index}`);
  const access = linkOf(1e9, 0.1, ACCESS_PACKETS);
  simulation.connect(sender, from, access);
  simulation.connect(to, receiver, access);
  return [sender, receiver];
}

function hostsAcross(s: Simulation, from: Node, to: Node, kind: string, start: number, index: number): Flow {
  const [sender, receiver] = hosts(s, from, to, index);
  return flowBetween(sender, receiver, kind, start, index);
}

const END_TO_END = tcpOptions(4 * 2 ** 20);

function flowBetween(sender: Node, receiver: Node, kind: string, start: number, index: number): Flow {
  const ends = { sender, receiver, target: receiver.address, port: PORT };
  return new Flow(ends, END_TO_END, kind, Math.round(start * SECOND), index);
}

function linkOf(rate: number, milliseconds: number, packets: number): LinkOptions {
  return {
    rate,
    delay: nanos(milliseconds),
    queue: bind(dropTail, { limit: `${packets} packets` }),
  };
}

function nanos(milliseconds: number): Nanos {
  return Math.round(milliseconds * MILLISECOND);
}

function ready(parts: Omit<Workload, 'duration' | 'warmup'>, seconds: number, warmup: number): Workload {
  computeRoutes(parts.simulation);
  return { ...parts, duration: seconds * SECOND, warmup: (seconds <= warmup ? seconds / 2 : warmup) * SECOND };
}
