import type { Nanos } from '../core/event-queue';
import type { Address } from '../core/packet';
import { endpointKey } from './endpoint';
import type { Mapping } from './mapping';

/** All mappings of a middlebox, by either end. Those whose time is over are removed when somebody comes across them. */
export class MappingTable {
  /** Mappings that are alive, or have ended and were not come across yet. */
  size = 0;
  /** Largest number of mappings at a time. */
  peak = 0;
  /** By inside end, then by what mapping tells apart of the remote end. */
  private inside = new Map<number, Map<number, Mapping>>();
  /** By outside end: the newest of those that share it. */
  private outside = new Map<number, Mapping>();
  private byHost = new Map<Address, number>();
  /** No mapping has ended before. */
  private nextEnd: Nanos = Infinity;

  findInside(protocol: number, address: Address, port: number, remote: number, now: Nanos): Mapping | undefined {
    const mapping = this.inside.get(endpointKey(protocol, address, port))?.get(remote);
    return this.alive(mapping, now);
  }

  /** The newest mapping that has this outside end. */
  findOutside(protocol: number, address: Address, port: number, now: Nanos): Mapping | undefined {
    const key = endpointKey(protocol, address, port);
    for (let mapping = this.outside.get(key); mapping !== undefined; mapping = this.outside.get(key)) {
      if (mapping.deadline > now) return mapping;
      this.remove(mapping);
    }
    return undefined;
  }

  /** Mappings of an inside end, whatever their remote ends. */
  *ofInside(protocol: number, address: Address, port: number, now: Nanos): Iterable<Mapping> {
    for (const mapping of this.inside.get(endpointKey(protocol, address, port))?.values() ?? []) {
      if (mapping.deadline > now) yield mapping;
    }
  }

  add(mapping: Mapping, now: Nanos): void {
    const { protocol, insideAddress, insidePort, outsideAddress, outsidePort, remote } = mapping;
    const insideKey = endpointKey(protocol, insideAddress, insidePort);
    let sameEnd = this.inside.get(insideKey);
    if (sameEnd === undefined) this.inside.set(insideKey, (sameEnd = new Map<number, Mapping>()));
    sameEnd.set(remote, mapping);
    const outsideKey = endpointKey(protocol, outsideAddress, outsidePort);
    mapping.older = this.outside.get(outsideKey) ?? null;
    this.outside.set(outsideKey, mapping);
    this.byHost.set(insideAddress, this.countOf(insideAddress) + 1);
    this.size++;
    this.note(mapping);
    if (this.size > this.peak) {
      // what has ended does not count
      this.sweep(now);
      this.peak = Math.max(this.peak, this.size);
    }
  }

  countOf(host: Address): number {
    return this.byHost.get(host) ?? 0;
  }

  /** A mapping lives until its deadline, which may be earlier than it was. */
  note({ deadline }: Mapping): void {
    if (deadline < this.nextEnd) this.nextEnd = deadline;
  }

  /** Removes what has ended. Costs nothing when nothing can have. */
  sweep(now: Nanos): void {
    if (this.nextEnd > now) return;
    this.nextEnd = Infinity;
    for (const mapping of this.all()) {
      if (mapping.deadline <= now) this.remove(mapping);
      else {
        mapping.sweep(now);
        this.nextEnd = Math.min(this.nextEnd, mapping.deadline);
      }
    }
  }

  /** The mapping of a protocol that has not been used for the longest time, of one host or of all. */
  idlest(protocol: number, host?: Address): Mapping | undefined {
    let idlest: Mapping | undefined;
    for (const mapping of this.all()) {
      if (mapping.protocol !== protocol || (host !== undefined && mapping.insideAddress !== host)) continue;
      if (idlest === undefined || mapping.lastUsed < idlest.lastUsed) idlest = mapping;
    }
    return idlest;
  }

  remove(mapping: Mapping): void {
    const { protocol, insideAddress, insidePort, outsideAddress, outsidePort, remote } = mapping;
    const insideKey = endpointKey(protocol, insideAddress, insidePort);
    const sameEnd = this.inside.get(insideKey);
    if (sameEnd?.get(remote) !== mapping) return;
    sameEnd.delete(remote);
    if (sameEnd.size === 0) this.inside.delete(insideKey);
    this.unlink(mapping, endpointKey(protocol, outsideAddress, outsidePort));
    const left = this.countOf(insideAddress) - 1;
    if (left === 0) this.byHost.delete(insideAddress);
    else this.byHost.set(insideAddress, left);
    this.size--;
  }

  clear(): void {
    this.inside = new Map();
    this.outside = new Map();
    this.byHost = new Map();
    this.size = 0;
    this.nextEnd = Infinity;
  }

  private unlink(mapping: Mapping, key: number): void {
    const newest = this.outside.get(key);
    if (newest === mapping) {
      if (mapping.older === null) this.outside.delete(key);
      else this.outside.set(key, mapping.older);
      return;
    }
    for (let at = newest ?? null; at !== null; at = at.older) if (at.older === mapping) at.older = mapping.older;
  }

  private alive(mapping: Mapping | undefined, now: Nanos): Mapping | undefined {
    if (mapping === undefined || mapping.deadline > now) return mapping;
    this.remove(mapping);
    return undefined;
  }

  private *all(): Iterable<Mapping> {
    for (const sameEnd of this.inside.values()) yield* sameEnd.values();
  }
}
