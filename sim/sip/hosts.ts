import type { Address } from '../core/packet';
import { formatIpv4, parseIpv4 } from '../net/addressing';
import type { Node } from '../net/node';
import type { Simulation } from '../net/simulation';

/** What the hosts in URIs and Via stand for: a table in place of DNS, and dotted addresses. */
export class Hosts {
  private readonly names = new Map<string, Address>();

  constructor(private readonly simulation: Simulation) {}

  /** Lets a domain stand for a node. */
  name(domain: string, node: Node): void {
    this.names.set(domain.toLowerCase(), node.address);
  }

  /** The dotted address of a node, as captures show it. */
  textOf(address: Address): string {
    return formatIpv4(this.simulation.addressing.ipv4(address));
  }

  /** What a host means to `node`; undefined when it is a name that nobody has. */
  addressOf(host: string, node: Node): Address | undefined {
    const named = this.names.get(host.toLowerCase());
    if (named !== undefined) return named;
    const ipv4 = parseIpv4(host);
    return ipv4 === undefined ? undefined : this.simulation.addressOf(ipv4, node);
  }
}
