import type { Packet } from '../core/packet';
import type { Clock, Nanos } from '../core/event-queue';
import type { RandomStream } from '../core/random';

/** Why a packet was not delivered. `none` means that it was taken. */
export const Drop = {
  none: 0,
  /** The buffer was full. */
  overflow: 1,
  /** An active queue management algorithm chose it. */
  aqm: 2,
  /** Random or scripted loss on the link. */
  loss: 3,
  /** The link or node was down. */
  outage: 4,
  /** No route, or the hop limit ran out. */
  unroutable: 5,
  /** Corrupted on the wire, refused by the receiver's checksum. */
  corrupt: 6,
  /** A middlebox refused it. */
  filtered: 7,
  /** A policer found it out of profile. */
  policed: 8,
} as const;
export type Drop = (typeof Drop)[keyof typeof Drop];
/** Counts by reason before anything was dropped: shared by all links and nodes, which are many and mostly drop nothing. */
export const NO_DROPS: readonly number[] = Object.freeze(Object.keys(Drop).map(() => 0));
export const DROP_REASONS: readonly string[] = Object.keys(Drop).slice(1);

/** What a queue discipline is told about its link, so that no scenario has to repeat it. */
export interface QueueHost extends Clock {
  /** Link rate, bit/s. */
  readonly rate: number;
  /** Mean packet size to assume where an RFC wants one, bytes. */
  readonly mtu: number;
  /** Bandwidth-delay product of the path, bytes; 0 when unknown. */
  readonly bdp: number;
  readonly random: RandomStream;
  /** Reports a packet that the discipline drops after having taken it; the host counts it and returns it to the pool. */
  drop(p: Packet, reason: Drop): void;
  /** Reports that the discipline set CE on a packet. */
  marked(p: Packet): void;
}

/**
 * A queue discipline that decides when the packet arrives and then serves in order of arrival (drop-tail, RED).
 * The link can compute the departure at once: one event per hop.
 */
export interface Admission {
  /**
   * Takes or refuses `p`; may set CE on it.
   * `packets` and `bytes` are waiting, the packet in service not counted; `idleSince` is when the link fell idle, or -1.
   */
  admit(p: Packet, packets: number, bytes: number, idleSince: Nanos): Drop;
}

/** A queue discipline that decides when the link asks for the next packet (CoDel, fair queueing, priorities). */
export interface Queue {
  /** Takes `p` (`Drop.none`) or refuses it, with the reason. A refused packet stays the caller's. */
  push(p: Packet): Drop;
  /** The next packet to send, or null. May drop others through the host. */
  pop(): Packet | null;
  /** When `pop` could next succeed although it just returned null (a shaper), or Infinity. */
  readonly readyAt?: Nanos;
  readonly bytes: number;
  readonly packets: number;
}
