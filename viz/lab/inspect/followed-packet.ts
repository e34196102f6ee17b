import type { Nanos } from '../../../sim/core/event-queue';
import { type Packet, Protocol } from '../../../sim/core/packet';
import { formatIpv4 } from '../../../sim/net/addressing';
import type { Link } from '../../../sim/net/link';
import type { LinkTap } from '../../../sim/net/link-tap';
import { type Drop, DROP_REASONS } from '../../../sim/net/queue';
import type { LiveRun } from '../../../sim/run/live-run';
import type { Fact, Section } from '../protocol';
import type { PacketRegister } from './packet-register';
import { bytes, ecnName, flagNames, moment, protocolName, span } from './text';

/** Links of a way that are shown. */
const MOST_HOPS = 12;

interface Hop {
  readonly link: Link;
  readonly enteredAt: Nanos;
  /** Both ends, as the packet said when it was sent. */
  readonly ends: string;
  /** -1: not yet. */
  arrivedAt: Nanos;
}

/**
 * Follows the packet of one number over the links of a run, from now on. It is found also when it is made later; where it
 * is under way already, when it is next seen.
 */
export class FollowedPacket {
  private readonly hops: Hop[] = [];
  private packet: Packet | null = null;
  /** As it was when it ceased to be. */
  private last: readonly Fact[] | null = null;
  private fate = '';
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly run: LiveRun,
    private readonly register: PacketRegister,
    private readonly number: number,
  ) {
    const { simulation } = run;
    for (const link of simulation.links) {
      const before = link.tap;
      link.tap = new Tap(before, this);
      this.undo.push(() => (link.tap = before));
    }
    const { pool } = simulation;
    const give = pool.give;
    pool.give = (p) => {
      if (this.isIt(p)) this.ends(p);
      give.call(pool, p);
    };
    this.undo.push(() => (pool.give = give));
    this.find();
  }

  /** Lets go of the run. */
  release(): void {
    for (const one of this.undo) one();
  }

  isIt(p: Packet): boolean {
    return this.register.numberOf(p) === this.number;
  }

  sent(p: Packet, link: Link): void {
    this.packet = p;
    this.hops.push({ link, enteredAt: this.run.now, ends: this.endsOf(p), arrivedAt: -1 });
  }

  arrived(link: Link): void {
    const hop = this.hops.at(-1);
    if (hop?.link === link) hop.arrivedAt = this.run.now;
  }

  dropped(link: Link, reason: Drop): void {
    this.fate = `dropped on ${link.name} at ${moment(this.run.now)}: ${DROP_REASONS[reason - 1]}`;
  }

  sections(): Section[] {
    const { packet, last } = this;
    if (packet === null && last === null) this.find();
    const facts = last ?? (this.packet === null ? null : this.facts(this.packet));
    const title = `Packet ${this.number}`;
    if (facts === null) return [{ title, facts: [{ name: 'where', value: 'not made yet, or not on a link' }] }];
    return [{ title, facts: [{ name: 'where', value: this.where() }, ...facts] }, ...this.way()];
  }

  /** Looks for it on the wires. */
  private find(): void {
    for (const link of this.run.links) {
      link.visitWire((p) => {
        if (!this.isIt(p)) return;
        this.packet = p;
        if (this.hops.length === 0) this.hops.push({ link, enteredAt: -1, ends: this.endsOf(p), arrivedAt: -1 });
      });
    }
  }

  private where(): string {
    if (this.fate !== '') return this.fate;
    const hop = this.hops.at(-1);
    if (hop === undefined) return 'where it was made';
    if (hop.arrivedAt >= 0) return `at ${hop.link.to.name}`;
    let onWire = '';
    hop.link.visitWire((p, progress) => {
      if (this.isIt(p)) onWire = `on the wire of ${hop.link.name}, ${Math.round(100 * progress)} % of the way`;
    });
    return onWire === '' ? `in the queue or transmitter of ${hop.link.name}` : onWire;
  }

  private ends(p: Packet): void {
    this.last = this.facts(p);
    if (this.fate === '') {
      const hop = this.hops.at(-1);
      const at = hop === undefined ? 'where it was made' : hop.link.to.name;
      this.fate = `taken in at ${at}, ${span(this.run.now - this.register.madeAt(p))} after it was made`;
    }
    this.packet = null;
  }

  private facts(p: Packet): Fact[] {
    const { sessions } = this.run;
    const session = sessions.find(({ flow }) => flow === p.flow)?.spec.name;
    const isTcp = p.protocol === Protocol.tcp;
    const madeAt = this.register.madeAt(p);
    return [
      { name: 'flow', value: session === undefined ? String(p.flow) : `${session} (${p.flow})` },
      { name: 'protocol', value: protocolName(p.protocol) },
      { name: 'from', value: this.endOf(p.src, p.srcPort) },
      { name: 'to', value: this.endOf(p.dst, p.dstPort) },
      { name: 'size', value: `${bytes(p.size)}, of it payload ${bytes(p.length)}` },
      ...(isTcp
        ? [
            { name: 'seq', value: p.length === 0 ? String(p.seq) : `${p.seq} to ${p.seq + p.length - 1}` },
            { name: 'ack', value: String(p.ack) },
            { name: 'flags', value: flagNames(p.flags) },
          ]
        : []),
      { name: 'ECN', value: ecnName(p.ecn) },
      { name: 'TTL', value: String(p.ttl) },
      { name: 'made at', value: moment(madeAt) },
      { name: 'age', value: span(this.run.now - madeAt) },
    ];
  }

  /** The node with its port, and what its address is called where it is. */
  private endOf(address: number, port: number): string {
    const { simulation } = this.run;
    return `${simulation.ownerOf(address).name}:${port} (${formatIpv4(simulation.addressing.ipv4(address))})`;
  }

  private endsOf(p: Packet): string {
    return `${this.endOf(p.src, p.srcPort)} to ${this.endOf(p.dst, p.dstPort)}`;
  }

  private way(): Section[] {
    const shown = this.hops.slice(-MOST_HOPS);
    const facts = shown.map(({ link, enteredAt, ends, arrivedAt }, i) => {
      const before = shown[i - 1]?.ends ?? ends;
      const entered = enteredAt < 0 ? 'sent before it was looked at' : `sent at ${moment(enteredAt)}`;
      const took = enteredAt < 0 ? '' : `, ${span(arrivedAt - enteredAt)} later`;
      const renamed = ends === before ? '' : `, now from ${ends}`;
      const arrived = arrivedAt < 0 ? '' : `, arrived at ${moment(arrivedAt)}${took}`;
      return { name: link.name, value: `${entered}${renamed}${arrived}` };
    });
    return facts.length === 0 ? [] : [{ title: 'Its way', facts }];
  }
}

class Tap implements LinkTap {
  constructor(
    private readonly next: LinkTap | null,
    private readonly followed: FollowedPacket,
  ) {}

  onSend(p: Packet, link: Link): void {
    if (this.followed.isIt(p)) this.followed.sent(p, link);
    this.next?.onSend(p, link);
  }

  onArrive(p: Packet, link: Link): void {
    if (this.followed.isIt(p)) this.followed.arrived(link);
    this.next?.onArrive(p, link);
  }

  onDrop(p: Packet, link: Link, reason: Drop): void {
    if (this.followed.isIt(p)) this.followed.dropped(link, reason);
    this.next?.onDrop(p, link, reason);
  }
}
