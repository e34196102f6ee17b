import { middleboxes } from '../../sim/middlebox';
import { type Installed, installMiddleboxes } from '../../sim/middlebox/install';
import type { StatefulMiddlebox } from '../../sim/middlebox/stateful';
import { fields } from '../../sim/core/choice';
import type { Nanos } from '../../sim/core/event-queue';
import { type Address, Flag, type Packet, Protocol } from '../../sim/core/packet';
import { formatIpv4 } from '../../sim/net/addressing';
import type { Node, Transport } from '../../sim/net/node';
import { computeRoutes } from '../../sim/net/routing';
import { Simulation } from '../../sim/net/simulation';
import { linkOf, SEED } from './network';

export interface End {
  readonly address: Address;
  readonly port: number;
}

/** A packet that reached a host. */
export interface Arrival {
  readonly at: Nanos;
  readonly node: string;
  readonly protocol: number;
  readonly src: Address;
  readonly srcPort: number;
  readonly dst: Address;
  readonly dstPort: number;
  readonly flags: number;
  readonly flow: number;
  readonly payload: unknown;
}

/**
 * Hosts a and b behind a middlebox on gw; hosts s, t and u outside. Packets are sent one at a time, and the time between
 * them is the test's to choose.
 */
export class NatLab {
  readonly simulation = new Simulation(SEED);
  readonly gw: Node;
  readonly arrivals: Arrival[] = [];
  readonly installed: readonly Installed[];
  private readonly hosts: Readonly<Record<string, Node>>;

  constructor(name: keyof typeof middleboxes, params: object = {}) {
    const { simulation } = this;
    const nodes = ['a', 'b', 'gw', 'core', 's', 't', 'u'].map((node) => simulation.addNode(node));
    this.hosts = Object.fromEntries(nodes.map((node) => [node.name, node]));
    this.gw = this.node('gw');
    const link = linkOf({ rate: 1e9, delay: 1000 });
    for (const inside of ['a', 'b', 'core']) simulation.connect(this.gw, this.node(inside), link);
    for (const outside of ['s', 't', 'u']) simulation.connect(this.node('core'), this.node(outside), link);
    computeRoutes(simulation);
    const choice = { name, params: fields(middleboxes[name].params).parse(params) };
    this.installed = installMiddleboxes(simulation, [{ node: this.gw, choice }]);
    for (const node of nodes) for (const p of Object.values(Protocol)) node.transports[p] = this.recorder(node);
  }

  node(name: string): Node {
    const node = this.hosts[name];
    if (node === undefined) throw new Error(`no host ${name}`);
    return node;
  }

  at(name: string, port: number): End {
    return { address: this.node(name).address, port };
  }

  /** The dotted address of a host. */
  textOf(name: string): string {
    const { addressing } = this.simulation;
    return formatIpv4(addressing.ipv4(this.node(name).address));
  }

  get middlebox(): StatefulMiddlebox {
    return this.installed[0]!.middlebox as StatefulMiddlebox;
  }

  /** Sends a packet and returns what arrived of it, or instead of it, within a millisecond. */
  send(from: string, port: number, to: End, fill: Partial<Packet> = {}): Arrival | undefined {
    const before = this.arrivals.length;
    const { simulation } = this;
    const p = simulation.pool.take();
    const node = this.node(from);
    Object.assign(p, { src: node.address, srcPort: port, dst: to.address, dstPort: to.port, protocol: Protocol.udp });
    Object.assign(p, { size: 100, length: 72, flow: 1, flags: 0, seq: 0, ack: 0, window: 0, ...fill });
    node.send(p);
    this.wait(1e6);
    return this.arrivals[before];
  }

  tcp(from: string, port: number, to: End, flags: number): Arrival | undefined {
    return this.send(from, port, to, { protocol: Protocol.tcp, flags });
  }

  /** The public end that a host has towards `to`, as the host there sees it. */
  publicEnd(from: string, port: number, to: End, fill: Partial<Packet> = {}): End {
    const seen = this.send(from, port, to, fill);
    if (seen === undefined) throw new Error(`nothing of ${from} arrived`);
    return { address: seen.src, port: seen.srcPort };
  }

  /** Opens a TCP connection from inside: SYN, SYN and ACK, ACK. Returns the public end. */
  openTcp(from: string, port: number, to: string, toPort: number): End {
    const end = this.publicEnd(from, port, this.at(to, toPort), { protocol: Protocol.tcp, flags: Flag.syn });
    this.tcp(to, toPort, end, Flag.syn | Flag.ack);
    this.tcp(from, port, this.at(to, toPort), Flag.ack);
    return end;
  }

  wait(time: Nanos): void {
    this.simulation.run(this.simulation.events.now + time);
  }

  metric(name: string): number {
    const found = this.middlebox.metrics().find(({ metric }) => metric === name);
    if (found === undefined) throw new Error(`no metric ${name}`);
    return found.value;
  }

  private recorder(node: Node): Transport {
    return {
      receive: (p) => {
        const { protocol, src, srcPort, dst, dstPort, flags, flow, payload } = p;
        const at = this.simulation.events.now;
        this.arrivals.push({ at, node: node.name, protocol, src, srcPort, dst, dstPort, flags, flow, payload });
        this.simulation.pool.give(p);
      },
    };
  }
}
