import type { Address } from '../core/packet';

/** A block of IPv4 addresses, written `10.0.0.0/8`. */
export interface Prefix {
  /** The first address, as an unsigned 32-bit number. */
  readonly base: number;
  /** How many addresses it has. */
  readonly size: number;
}

/** A part of the network whose addresses mean something only within it: behind an address translator. */
export interface Realm {
  readonly prefix: Prefix;
  /** The realm on the other side of the translator; null for the public one. */
  readonly parent: Realm | null;
}

const DEFAULT: Prefix = { base: 0x0a000000, size: 2 ** 24 };
/** Public addresses where there are private ones: the block for measurements (RFC 2544 appendix C.2.2). */
const PUBLIC: Prefix = { base: 0xc6120000, size: 2 ** 17 };

/**
 * The IPv4 addresses that stand for the simulated ones, in captures and in messages that carry addresses.
 *
 * Without translators the first is 10.0.0.1. Where there are realms, public nodes are in 198.18.0.0/15 and each realm has
 * its own prefix; prefixes of different realms may overlap, as they do in homes.
 */
export class Addressing {
  private publicRealm: Realm = { prefix: DEFAULT, parent: null };
  private readonly realms = new Map<Address, Realm>();
  private readonly printed = new Map<Address, number>();
  private readonly members = new Map<Realm, Map<number, Address>>();
  private readonly strangers = new Map<number, Address>();

  /** The realm outside of all others. */
  get outermost(): Realm {
    return this.publicRealm;
  }

  /** A realm behind one in `parent`. */
  addRealm(prefix: Prefix, parent: Realm = this.publicRealm): Realm {
    if (this.members.size === 0) {
      const before = this.publicRealm;
      this.publicRealm = { prefix: PUBLIC, parent: null };
      if (parent === before) parent = this.publicRealm;
    }
    const realm: Realm = { prefix, parent };
    this.members.set(realm, new Map());
    return realm;
  }

  /** Gives `address` the next IPv4 address of `realm`; .1 is left to the translator. Throws when the prefix is full. */
  assign(address: Address, realm: Realm): void {
    if (realm === this.publicRealm) return;
    const members = this.members.get(realm)!;
    const host = members.size + 2;
    if (host >= realm.prefix.size - 1) throw new Error(`${formatIpv4(realm.prefix.base)} has no address left`);
    const ipv4 = realm.prefix.base + host;
    members.set(ipv4, address);
    this.printed.set(address, ipv4);
    this.realms.set(address, realm);
  }

  realmOf(address: Address): Realm {
    return this.realms.get(address) ?? this.publicRealm;
  }

  /** The IPv4 address as an unsigned 32-bit number. */
  ipv4(address: Address): number {
    return this.printed.get(address) ?? this.publicRealm.prefix.base + 1 + address;
  }

  /**
   * What an IPv4 address means to a node with address `from`: a node of its realm, or of one around it. An address that
   * nobody there has gets a number without owner, so that a packet to it is dropped as unroutable.
   */
  resolve(ipv4: number, from: Address, addressCount: number): Address {
    for (let realm: Realm | null = this.realmOf(from); realm !== null; realm = realm.parent) {
      const member = this.members.get(realm)?.get(ipv4);
      if (member !== undefined) return member;
    }
    const address = ipv4 - this.publicRealm.prefix.base - 1;
    if (address >= 0 && address < addressCount && !this.realms.has(address)) return address;
    return this.stranger(ipv4);
  }

  private stranger(ipv4: number): Address {
    let address = this.strangers.get(ipv4);
    if (address === undefined) {
      // negative: no routing table has an entry for it
      address = -1 - this.strangers.size;
      this.strangers.set(ipv4, address);
      this.printed.set(address, ipv4);
    }
    return address;
  }
}

/** Dotted form of an IPv4 address. */
export function formatIpv4(ipv4: number): string {
  return [24, 16, 8, 0].map((shift) => (ipv4 >>> shift) & 0xff).join('.');
}

/** The number that a dotted IPv4 address stands for; undefined when it is none. */
export function parseIpv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Reads `10.0.0.0/8`; undefined when it is none, or has bits beyond its length. */
export function parsePrefix(text: string): Prefix | undefined {
  const [address, length] = text.split('/');
  const base = parseIpv4(address ?? '');
  if (base === undefined || !/^\d{1,2}$/.test(length ?? '') || Number(length) > 30) return undefined;
  let size = 1;
  for (let bits = Number(length); bits < 32; bits++) size *= 2;
  return base % size === 0 ? { base, size } : undefined;
}
