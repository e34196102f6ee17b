import { type Nanos, Timer } from '../core/event-queue';
import type { Address, Packet } from '../core/packet';
import { Protocol } from '../core/packet';
import type { Link } from '../net/link';
import { Verdict } from '../net/node';
import type { IcmpError } from '../net/icmp';
import type { Mapping } from './mapping';
import type { MiddleboxHost, MiddleboxMetric, NodeMiddlebox } from './middlebox';
import type { Behaviour, SessionParams } from './params';
import { Lifetimes } from './session';
import { Sides } from './sides';
import { MappingTable } from './table';
import { Unsolicited } from './unsolicited';

/** How much of the remote end a behaviour looks at: see `remoteKey`. */
export const DEPTH: Readonly<Record<Behaviour, number>> = {
  'endpoint-independent': 0,
  'address-dependent': 1,
  'address-and-port-dependent': 2,
};

/** What translators and firewalls share: two sides, a table of sessions, and what to do with packets that fit none. */
export abstract class StatefulMiddlebox implements NodeMiddlebox {
  readonly table = new MappingTable();
  /** Packets that were dropped because no session let them pass. */
  refused = 0;
  protected readonly sides: Sides;
  private readonly lifetimes: Lifetimes;
  private readonly unsolicited: Unsolicited;
  private readonly filteringDepth: number;

  constructor(
    protected readonly host: MiddleboxHost,
    private readonly sessionParams: SessionParams & { readonly filtering: Behaviour },
  ) {
    const { inside, unsolicitedSyn, filtering, restarts } = sessionParams;
    this.sides = Sides.of(host.node, inside);
    this.lifetimes = new Lifetimes(sessionParams);
    this.unsolicited = new Unsolicited(host, unsolicitedSyn);
    this.filteringDepth = DEPTH[filtering];
    for (const at of restarts) new Timer(host.events, () => this.restart()).arm(at);
  }

  abstract onPacket(p: Packet, from: Link | null): Verdict;

  restart(): void {
    this.table.clear();
  }

  /** `mappings` at the end and at most, `refused` packets. */
  metrics(): MiddleboxMetric[] {
    this.table.sweep(this.now);
    const { size, peak } = this.table;
    return [count('mappings', size), count('mappingsPeak', peak), count('refused', this.refused)];
  }

  protected get now(): Nanos {
    return this.host.events.now;
  }

  /** A packet passes through `mapping`; `address` and `port` are its remote end. */
  protected pass(mapping: Mapping, address: Address, port: number, flags: number, outbound: boolean): void {
    const isNew = mapping.deadline === 0;
    const seen = mapping.protocol === Protocol.tcp ? flags : 0;
    mapping.pass(address, port, seen, outbound, this.filteringDepth, this.now, this.lifetimes);
    if (isNew) this.table.add(mapping, this.now);
    else this.table.note(mapping);
  }

  /** The mapping that lets a packet in: of those with its destination one that knows its source, or else the newest. */
  protected mappingAt({ protocol, src, srcPort, dst, dstPort }: Packet): Mapping | undefined {
    const { now } = this;
    const newest = this.table.findOutside(protocol, dst, dstPort, now);
    let admitting: Mapping | undefined;
    for (let mapping = newest ?? null; mapping !== null; mapping = mapping.older) {
      if (mapping.deadline <= now || !mapping.admits(this.filteringDepth, src, srcPort, now)) continue;
      if (mapping.older === null && admitting === undefined) return mapping;
      if (mapping.sessionWith(src, srcPort, now) !== undefined) return mapping;
      admitting ??= mapping;
    }
    return admitting;
  }

  protected refuse(): Verdict {
    this.refused++;
    return Verdict.drop;
  }

  /** Refuses a packet from outside; a SYN may be answered. */
  protected refuseUnsolicited(p: Packet): Verdict {
    const { protocol, dst, dstPort, src, srcPort } = p;
    this.unsolicited.refuse(p, () => {
      const mapping = this.table.findOutside(protocol, dst, dstPort, this.now);
      return mapping?.sessionWith(src, srcPort, this.now)?.hasSynFromInside !== true;
    });
    return this.refuse();
  }

  /** A host inside complains about a packet that was let in (RFC 5508 REQ-5). */
  protected outboundError(p: Packet, error: IcmpError): Verdict {
    if (!this.sessionParams.icmpErrors) return this.refuse();
    for (const mapping of this.table.ofInside(error.protocol, error.dst, error.dstPort, this.now)) {
      if (mapping.sessionWith(error.src, error.srcPort, this.now) === undefined) continue;
      p.src = mapping.outsideAddress;
      p.payload = error.about({ dst: mapping.outsideAddress, dstPort: mapping.outsidePort });
      return Verdict.forward;
    }
    return this.refuse();
  }

  /** Somebody outside complains about a packet from inside (RFC 5508 REQ-4). It keeps no session alive. */
  protected inboundError(p: Packet, error: IcmpError): Verdict {
    if (!this.sessionParams.icmpErrors) return this.refuse();
    const newest = this.table.findOutside(error.protocol, error.src, error.srcPort, this.now);
    for (let mapping = newest ?? null; mapping !== null; mapping = mapping.older) {
      if (mapping.sessionWith(error.dst, error.dstPort, this.now) === undefined) continue;
      p.dst = mapping.insideAddress;
      p.payload = error.about({ src: mapping.insideAddress, srcPort: mapping.insidePort });
      return Verdict.forward;
    }
    return this.refuse();
  }
}

export function count(metric: string, value: number): MiddleboxMetric {
  return { metric, unit: '', value };
}
