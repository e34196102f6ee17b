import type { Nanos } from '../core/event-queue';
import { type Packet, PacketPool } from '../core/packet';
import { type Middlebox, type Node, Verdict } from '../net/node';
import { Simulation } from '../net/simulation';
import { TcpStack } from '../tcp/stack';

/** A packet that the host under test sent. */
export interface Sent {
  readonly packet: Packet;
  readonly at: Nanos;
}

/** The host under test, alone in its network: what it sends is kept for the script, what the script sends reaches it. */
export class Host implements Middlebox {
  readonly simulation = new Simulation([1, 2, 3, 4]);
  readonly stack: TcpStack;
  /** The address that the script plays. */
  readonly remote: Node;
  readonly sent: Sent[] = [];
  /** Sees each packet sent. */
  onSent: ((p: Packet, at: Nanos) => void) | null = null;
  readonly node: Node;
  private readonly copies = new PacketPool();

  constructor() {
    this.node = this.simulation.addNode('host');
    this.remote = this.simulation.addNode('script');
    this.node.middlebox = this;
    this.stack = TcpStack.of(this.node);
  }

  get now(): Nanos {
    return this.simulation.events.now;
  }

  /** Simulates up to `until`, or until something happens that `interrupt` announces. */
  run(until: Nanos): void {
    this.simulation.run(until);
  }

  /** Something happened that a waiting script wants to know. */
  interrupt(): void {
    this.simulation.events.stop();
  }

  /** A packet on its way to the host; `fill` completes it. */
  inject(protocol: number, localPort: number, remotePort: number, fill: (p: Packet) => void): void {
    const p = this.simulation.pool.take();
    p.protocol = protocol;
    p.src = this.remote.address;
    p.dst = this.node.address;
    p.srcPort = remotePort;
    p.dstPort = localPort;
    fill(p);
    this.node.deliver(p);
  }

  /** Middlebox: nothing leaves the host. */
  onPacket(p: Packet): Verdict {
    this.onSent?.(p, this.now);
    this.sent.push({ packet: this.copies.copy(p), at: this.now });
    this.simulation.pool.give(p);
    this.interrupt();
    return Verdict.consumed;
  }
}
