import { DOUBLES, INTS, DST, SIZE, TTL, CONTENT, NONE } from './packet-row';

/** Dense number of a network address; `Simulation.addresses` knows its node and its printed IPv4 form. */
export type Address = number;

/** Values of `Packet.protocol`. Small, because a node keeps its transports in an array. */
export const Protocol = { tcp: 0, udp: 1, icmp: 2, sctp: 3, quic: 4, esp: 5 } as const;

/** The two ECN bits of the IP header (RFC 3168 section 5). */
export const Ecn = { notEct: 0, ect1: 1, ect0: 2, ce: 3 } as const;

/** TCP header flags, at their wire positions (RFC 9293 section 3.1). */
export const Flag = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128, ae: 256 } as const;

/** `Packet.mss`, `windowScale`, `cookie` and `tsVal` when the option is absent. */
export const NO_OPTION = -1;

/** Hops that a packet may make. */
export const FIRST_TTL = 64;

/**
 * One packet: an IPv4 header and one transport header, in one fixed shape.
 *
 * Packets are pooled. Who receives one owns it: passes it on, or gives it back and never reads it again.
 * Sequence numbers are offsets from the initial sequence number (SYN = 0, first byte = 1) and do not wrap; captures add
 * the ISN and wrap (docs/models/tcp.md).
 */
export class Packet {
  // In the order in which a receiver reads them: of a packet that has left the cache, few lines come back.
  dst: Address = 0;
  src: Address = 0;
  srcPort = 0;
  dstPort = 0;
  protocol: number = 0;
  /** Corrupted on the way: the receiving host's checksum fails. */
  corrupt = false;
  ttl = FIRST_TTL;
  // Transport
  seq = 0;
  ack = 0;
  /** Bytes of transport payload. */
  length = 0;
  // TCP
  flags = 0;
  /** Window field as on the wire, before scaling. */
  window = 0;
  /** Timestamps option (RFC 7323), milliseconds. */
  tsVal = NO_OPTION;
  tsEcr = 0;
  /** SACK blocks in use; block i is [sack[2i], sack[2i+1]). */
  sackCount = 0;
  /** Content of a datagram or of a stretch of a stream, or null. Captures show it if it is a `WireContent`. */
  payload: unknown = null;
  ecn: number = Ecn.notEct;
  /** Bytes of the IP packet: header, transport header, options, payload. */
  size = 0;
  /** Accounting identity of the session or flow; survives NATs and relays. */
  flow = 0;
  sack: number[] = NO_SACK;
  mss = NO_OPTION;
  windowScale = NO_OPTION;
  sackPermitted = false;
  /** Fast Open option (RFC 7413): a cookie, or 0 to ask for one. */
  cookie = NO_OPTION;

  /** `id` is its number in its pool; a packet of no pool cannot be sent. */
  constructor(readonly id = NONE) {}

  /** Room for `blocks` SACK blocks; the array stays with the pooled packet. */
  sackRoom(): number[] {
    if (this.sack === NO_SACK) this.sack = [0, 0, 0, 0, 0, 0, 0, 0];
    return this.sack;
  }
}

/** Content of a packet that can be shown as bytes, in captures and to parsers. */
export interface WireContent {
  /** The payload of `p`, which carries this content; what is missing at its end is zeros. */
  encode(p: Packet): Uint8Array;
  /** No checksum of the transport covers it: changes on the way reach who takes it, as `Packet.corrupt`. */
  readonly noChecksum?: boolean;
}

const NO_SACK: number[] = [];

const FIRST_ROWS = 64;

/**
 * Recycles packets, last in first out so that the one in the cache is reused.
 *
 * A packet on a link is known by its number, and by a row of 32 bytes that tells all that a router without middlebox asks of
 * it: thousands of packets are on their way at a time, and the objects of most are no longer in the cache when they arrive
 * (docs/performance.md). `fold` writes the row when a link takes a packet from a node, `unfold` gives the packet to who wants
 * it whole.
 */
export class PacketPool {
  /** Packets taken and not given back. */
  live = 0;
  /** The rows: doubles, and the same memory as integers. */
  doubles = new Float64Array(FIRST_ROWS << DOUBLES);
  ints = new Int32Array(this.doubles.buffer);
  private readonly packets: Packet[] = [];
  /** By number: to push a packet V8 would look up the page that it is on, which has left the cache. */
  private readonly free: number[] = [];

  /** Packets ever made: the largest `live` so far. */
  get made(): number {
    return this.packets.length;
  }

  fold(p: Packet): void {
    const { ints } = this;
    const at = p.id << INTS;
    ints[at | DST] = p.dst;
    ints[at | SIZE] = p.size;
    ints[at | TTL] = p.ttl;
    ints[at | CONTENT] = p.seq ^ p.ack;
  }

  unfold(id: number): Packet {
    const p = this.packets[id]!;
    p.ttl = this.ints[(id << INTS) | TTL]!;
    return p;
  }

  /** A packet with IP and transport fields to be filled by the caller; options absent, no payload. */
  take(): Packet {
    this.live++;
    const id = this.free.pop();
    if (id === undefined) return this.make();
    const p = this.packets[id]!;
    p.ecn = Ecn.notEct;
    p.ttl = FIRST_TTL;
    p.mss = NO_OPTION;
    p.windowScale = NO_OPTION;
    p.sackPermitted = false;
    p.cookie = NO_OPTION;
    p.tsVal = NO_OPTION;
    p.sackCount = 0;
    p.payload = null;
    p.corrupt = false;
    return p;
  }

  /** A copy of `from`, for duplication on a link or interception. */
  copy(from: Packet): Packet {
    const p = this.take();
    const { id, sack } = p;
    Object.assign(p, from, { id, sack });
    if (from.sackCount > 0) {
      const room = p.sackRoom();
      for (let i = 0; i < 2 * from.sackCount; i++) room[i] = from.sack[i]!;
    }
    return p;
  }

  private make(): Packet {
    const id = this.packets.length;
    if (id << DOUBLES === this.doubles.length) {
      const { doubles } = this;
      this.doubles = new Float64Array(doubles.length * 2);
      this.doubles.set(doubles);
      this.ints = new Int32Array(this.doubles.buffer);
    }
    const made = new Packet(id);
    this.packets.push(made);
    return made;
  }

  give(p: Packet): void {
    this.live--;
    this.free.push(p.id);
  }
}
