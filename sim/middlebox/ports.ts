import type { Nanos } from '../core/event-queue';
import type { Address } from '../core/packet';
import type { RandomStream } from '../core/random';
import type { NatParams } from './params';
import type { MappingTable } from './table';

/** Where the public end of a mapping is. */
export interface PublicEnd {
  readonly address: Address;
  readonly port: number;
}

/** Chooses public addresses and ports (RFC 4787 section 4). */
export class PortAssigner {
  private readonly paired = new Map<Address, Address>();
  private turn = 0;
  private next: number;
  private readonly first: number;
  private readonly count: number;

  constructor(
    private readonly params: NatParams,
    private readonly addresses: readonly Address[],
    private readonly table: MappingTable,
    private readonly random: RandomStream,
  ) {
    this.first = Math.min(params.firstPort, params.lastPort);
    this.count = Math.abs(params.lastPort - params.firstPort) + 1;
    this.next = this.first;
  }

  /** Null when no port is left. */
  assign(protocol: number, host: Address, port: number, now: Nanos): PublicEnd | null {
    if (this.params.pooling === 'paired') {
      const address = this.paired.get(host) ?? this.nextAddress();
      this.paired.set(host, address);
      return this.on(address, protocol, host, port, now);
    }
    for (let tries = 0; tries < this.addresses.length; tries++) {
      const end = this.on(this.nextAddress(), protocol, host, port, now);
      if (end !== null) return end;
    }
    return null;
  }

  /** Begins anew. */
  reset(): void {
    this.paired.clear();
    this.turn = 0;
    this.next = this.first;
  }

  private nextAddress(): Address {
    return this.addresses[this.turn++ % this.addresses.length]!;
  }

  private on(address: Address, protocol: number, host: Address, port: number, now: Nanos): PublicEnd | null {
    const { ports, contiguity } = this.params;
    if (ports === 'overloading') return { address, port };
    if (contiguity) {
      const beside = this.besideNeighbour(address, protocol, host, port, now);
      if (beside !== null) return { address, port: beside };
    }
    const found = this.probe(this.wanted(port), address, protocol, port, now);
    return found === null ? null : { address, port: found };
  }

  /** Where the search begins. */
  private wanted(port: number): number {
    switch (this.params.ports) {
      case 'sequential':
        return this.next;
      case 'random':
        return this.first + this.random.integer(0, this.count - 1);
      default:
        return this.isInRange(port) ? port : this.first + (port % this.count);
    }
  }

  private probe(from: number, address: Address, protocol: number, port: number, now: Nanos): number | null {
    for (let i = 0; i < this.count; i++) {
      const candidate = this.first + ((from - this.first + i) % this.count);
      if (this.params.parity && (candidate ^ port) & 1) continue;
      if (!this.isFree(protocol, address, candidate, now)) continue;
      if (this.params.ports === 'sequential') this.next = this.first + ((candidate - this.first + 1) % this.count);
      return candidate;
    }
    return null;
  }

  /** The port beside that of the host's neighbouring port: the even one of a pair comes first (RFC 3550 section 11). */
  private besideNeighbour(address: Address, protocol: number, host: Address, port: number, now: Nanos): number | null {
    const step = port & 1 ? 1 : -1;
    for (const { outsideAddress, outsidePort } of this.table.ofInside(protocol, host, port - step, now)) {
      const wanted = outsidePort + step;
      if (outsideAddress !== address || !this.isInRange(wanted)) continue;
      if (this.isFree(protocol, address, wanted, now)) return wanted;
    }
    return null;
  }

  private isInRange(port: number): boolean {
    return port >= this.first && port < this.first + this.count;
  }

  private isFree(protocol: number, address: Address, port: number, now: Nanos): boolean {
    return this.table.findOutside(protocol, address, port, now) === undefined;
  }
}
