import { EventQueue } from '../core/event-queue';
import { type Address, PacketPool } from '../core/packet';
import { RandomStreams, type SeedWords } from '../core/random';
import { Fingerprint } from '../stats/fingerprint';
import { Addressing } from './addressing';
import { Link, type LinkOptions } from './link';
import { Node } from './node';

/**
 * One simulated network: clock, packets, chance and topology. A run is a function of what was built and the seed;
 * nothing outside this object changes, so several can live side by side.
 */
export class Simulation {
  readonly events = new EventQueue();
  readonly pool = new PacketPool();
  readonly random: RandomStreams;
  readonly fingerprint = new Fingerprint(this.events);
  readonly nodes: Node[] = [];
  readonly links: Link[] = [];
  readonly addressing = new Addressing();
  /** The node that owns each address. */
  private readonly owners: Node[] = [];
  private readonly byName = new Map<string, Node>();
  private readonly singles = new Map<() => unknown, unknown>();

  constructor(seed: SeedWords) {
    this.random = new RandomStreams(seed);
  }

  /** Adds a node with an address of its own. Throws if the name is taken. */
  addNode(name: string): Node {
    if (this.findNode(name)) throw new Error(`two nodes are called ${name}`);
    const node = new Node(this, name);
    this.nodes.push(node);
    this.byName.set(name, node);
    node.address = this.addAddress(node);
    return node;
  }

  /** Gives `node` one more address. */
  addAddress(node: Node): Address {
    this.owners.push(node);
    return this.owners.length - 1;
  }

  /** How many addresses exist: the length of a routing table. */
  get addressCount(): number {
    return this.owners.length;
  }

  ownerOf(address: Address): Node {
    return this.owners[address]!;
  }

  /** What an IPv4 address in a message means to `node`: see `Addressing.resolve`. */
  addressOf(ipv4: number, node: Node): Address {
    return this.addressing.resolve(ipv4, node.address, this.addressCount);
  }

  /** Undefined if there is none. */
  findNode(name: string): Node | undefined {
    return this.byName.get(name);
  }

  /** Joins two nodes in both directions; `back` defaults to the same as `there`. Returns [a to b, b to a]. */
  connect(a: Node, b: Node, there: LinkOptions, back: LinkOptions = there): readonly [Link, Link] {
    return [this.addLink(a, b, there), this.addLink(b, a, back)];
  }

  private addLink(from: Node, to: Node, options: LinkOptions): Link {
    const link = new Link(this, from, to, options);
    from.attach(link);
    this.links.push(link);
    return link;
  }

  /** What `make` makes, once for the whole simulation: scratch space that the nodes share. */
  single<T>(make: () => T): T {
    if (!this.singles.has(make)) this.singles.set(make, make());
    return this.singles.get(make) as T;
  }

  /** Packets that have left a link transmitter, over all links. */
  get packetHops(): number {
    let sum = 0;
    for (const link of this.links) sum += link.transmittedPackets;
    return sum;
  }

  run(until: number): void {
    this.events.run(until);
  }
}
