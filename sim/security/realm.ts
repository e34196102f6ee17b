import type { RandomStreams } from '../core/random';
import { Authority } from './certificates';
import { KEY, randomBytes } from './primitives';
import type { StoredTicket } from './tls/client';

/** Name of the authority that everybody believes. */
export const ROOT = 'root';

/** Who issues certificates, and what hosts keep from one connection to the next: one for all sessions alike. */
export class Realm {
  readonly root: Authority;
  private readonly authorities = new Map<string, Authority>();
  private readonly tickets = new Map<string, Map<string, StoredTicket>>();
  private readonly ticketKeys = new Map<string, Uint8Array>();

  constructor(
    readonly random: RandomStreams,
    private readonly certificate: number,
    private readonly chain: number,
  ) {
    this.root = this.authorityOf(ROOT);
  }

  /** The authority of that name, which nobody but its owner has to believe. */
  authorityOf(name: string): Authority {
    return kept(this.authorities, name, () => {
      const random = this.random.stream(`security:authority/${name}`);
      return new Authority(name, random, this.certificate, this.chain);
    });
  }

  /** What the client on that node has been given, by server. */
  ticketsOf(client: string): Map<string, StoredTicket> {
    return kept(this.tickets, client, () => new Map<string, StoredTicket>());
  }

  ticketKeyOf(server: string): Uint8Array {
    return kept(this.ticketKeys, server, () => randomBytes(this.random.stream(`security:tickets/${server}`), KEY));
  }
}

function kept<V>(map: Map<string, V>, name: string, make: () => V): V {
  let value = map.get(name);
  if (value === undefined) map.set(name, (value = make()));
  return value;
}
