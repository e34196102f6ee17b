import { type AlgHost, type AlgKind, SipAlg } from '../alg/gateway';
import type { NamedEnd } from '../alg/rewrite';
import { Bytes } from '../core/bytes';
import { type Address, type Packet, Protocol, type WireContent } from '../core/packet';
import { formatIpv4, parseIpv4 } from '../net/addressing';
import type { Simulation } from '../net/simulation';
import type { Mapping } from './mapping';
import type { PublicEnd } from './ports';
import type { Sides } from './sides';

/** RFC 3261 section 19.1.2. */
const SIP_PORT = 5060;

/** What a gateway does with the table of its translator. */
export interface Pinholes {
  /** The public end of an inside end that may be sent to by anybody for a while; null when there is no port left. */
  open(protocol: number, address: Address, port: number): PublicEnd | null;
  /** The inside end of a public one. */
  insideOf(protocol: number, address: Address, port: number): PublicEnd | undefined;
}

/** The SIP gateway of a translator, by packets: addresses become the dotted ones that messages have, and back. */
export class NatAlg implements AlgHost {
  readonly gateway: SipAlg;
  /** The mapping of the packet that is looked at. */
  private mapping: Mapping | null = null;

  constructor(
    kind: Exclude<AlgKind, 'none'>,
    private readonly simulation: Simulation,
    private readonly sides: Sides,
    private readonly pinholes: Pinholes,
  ) {
    this.gateway = new SipAlg(kind, this);
  }

  /** A packet that goes out through `mapping`, already with its public source. */
  outbound(p: Packet, mapping: Mapping): void {
    if (p.protocol !== Protocol.udp || (mapping.insidePort !== SIP_PORT && p.dstPort !== SIP_PORT)) return;
    this.mapping = mapping;
    this.change(p, (bytes) => this.gateway.outbound(bytes, this.textOf(mapping.insideAddress)));
  }

  /** A packet that comes in through `mapping`, already with its inside destination. */
  inbound(p: Packet, mapping: Mapping): void {
    if (p.protocol !== Protocol.udp || (mapping.insidePort !== SIP_PORT && p.srcPort !== SIP_PORT)) return;
    this.mapping = mapping;
    const [inside, outside] = [this.textOf(mapping.insideAddress), this.textOf(mapping.outsideAddress)];
    this.change(p, (bytes) => this.gateway.inbound(bytes, inside, outside));
  }

  publicSignalling({ host, port }: NamedEnd): { host: string; port: number } | null {
    const address = this.insideAddress(host);
    if (address === null) return null;
    const { mapping } = this;
    // what the packet itself comes from
    if (mapping?.insideAddress === address && mapping.insidePort === port) {
      return this.written({ address: mapping.outsideAddress, port: mapping.outsidePort });
    }
    return this.opened(Protocol.udp, address, port);
  }

  open({ host, port, protocol }: NamedEnd): { host: string; port: number } | null {
    const address = this.insideAddress(host);
    const number = (Protocol as Readonly<Record<string, number>>)[protocol];
    return address === null || number === undefined ? null : this.opened(number, address, port);
  }

  inside({ host, port }: NamedEnd): { host: string; port: number } | null {
    const ipv4 = parseIpv4(host);
    const { mapping } = this;
    if (ipv4 === undefined || mapping === null) return null;
    // as it is read outside, where the public end is known
    const address = this.simulation.addressing.ipv4(mapping.outsideAddress) === ipv4 ? mapping.outsideAddress : null;
    const end = address === null ? undefined : this.pinholes.insideOf(Protocol.udp, address, port);
    return end === undefined ? null : this.written(end);
  }

  private opened(protocol: number, address: Address, port: number): { host: string; port: number } | null {
    const end = this.pinholes.open(protocol, address, port);
    return end === null ? null : this.written(end);
  }

  /** Whom a dotted address means inside; null for nobody there. */
  private insideAddress(host: string): Address | null {
    const ipv4 = parseIpv4(host);
    if (ipv4 === undefined || this.mapping === null) return null;
    const { simulation, mapping } = this;
    const reader = simulation.ownerOf(mapping.insideAddress);
    const address = simulation.addressOf(ipv4, reader);
    return this.sides.isInside(address) ? address : null;
  }

  private change(p: Packet, how: (bytes: Uint8Array) => Uint8Array | null): void {
    const bytes = (p.payload as Partial<WireContent> | null)?.encode?.(p);
    const changed = bytes === undefined ? null : how(bytes);
    if (changed === null) return;
    p.payload = new Bytes(changed);
    p.size += changed.length - p.length;
    p.length = changed.length;
  }

  private written({ address, port }: PublicEnd): { host: string; port: number } {
    return { host: this.textOf(address), port };
  }

  private textOf(address: Address): string {
    return formatIpv4(this.simulation.addressing.ipv4(address));
  }
}
