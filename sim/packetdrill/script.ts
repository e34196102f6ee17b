import type { Nanos } from '../core/event-queue';

/** Where something stands in the script; lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** An error with its place. */
export class ScriptError extends Error {
  constructor(
    message: string,
    readonly place: Place,
  ) {
    super(message);
  }
}

/** A script in the language of the packetdrill tool. */
export interface Script {
  /** `--name=value` lines; a bare `--name` has the value "". */
  readonly options: readonly ScriptOption[];
  readonly events: readonly ScriptEvent[];
}

export interface ScriptOption {
  readonly name: string;
  readonly value: string;
  readonly place: Place;
}

/**
 * When an event happens. `absolute` counts from the start of the script, `relative` from the event before it; `any` waits
 * for an outbound packet however long it takes.
 */
export type When =
  | { readonly kind: 'absolute' | 'relative'; readonly from: Nanos; readonly to: Nanos }
  | { readonly kind: 'any' }
  /** A shell command without a time: before the first event or after the last. */
  | { readonly kind: 'untimed' };

export interface ScriptEvent {
  readonly when: When;
  readonly place: Place;
  readonly action: Action;
}

export type Action =
  | { readonly kind: 'inbound'; readonly packet: ScriptPacket }
  | { readonly kind: 'outbound'; readonly packet: ScriptPacket }
  | { readonly kind: 'call'; readonly call: SystemCall }
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string };

export type ScriptPacket = TcpSegment | UdpDatagram | IcmpMessage;

/** The ECN field of the IP header as scripts name it. `any` = not stated. */
export type EcnMark = 'any' | 'noecn' | 'ect0' | 'ect1' | 'ect01' | 'ce';

export interface Ports {
  readonly source: number;
  readonly destination: number;
}

/** A segment as written: sequence numbers relative to the initial ones, window as on the wire. */
export interface TcpSegment {
  readonly kind: 'tcp';
  readonly ecn: EcnMark;
  readonly ports: Ports | null;
  /** `Flag` bits. */
  readonly flags: number;
  /** The flags were written with a count (`.5`): AE, CWR and ECE are the AccECN counter. */
  readonly ace: boolean;
  readonly seq: number;
  readonly length: number;
  /** Null when not written. */
  readonly ack: number | null;
  /** Null when not written. */
  readonly window: number | null;
  readonly urgent: number;
  /** Null for `<...>`: any options. */
  readonly options: readonly TcpOption[] | null;
}

export type TcpOption =
  | { readonly kind: 'nop' | 'eol' | 'sackOK' }
  | { readonly kind: 'mss' | 'wscale'; readonly value: number }
  | { readonly kind: 'TS'; readonly val: number; readonly ecr: number }
  /** Edges in pairs. */
  | { readonly kind: 'sack'; readonly edges: readonly number[] }
  /** Fast Open, and options that the simulated TCP does not have: MD5, AccECN. */
  | { readonly kind: 'other'; readonly name: string; readonly text: string };

export interface UdpDatagram {
  readonly kind: 'udp';
  readonly ports: Ports | null;
  readonly length: number;
}

export interface IcmpMessage {
  readonly kind: 'icmp';
  readonly type: string;
  readonly code: string;
  /** Next-hop MTU, or null. */
  readonly mtu: number | null;
  /** It is about a UDP datagram; else about a segment. */
  readonly aboutUdp: boolean;
  /** First sequence number of the segment echoed, or null. */
  readonly echoedSeq: number | null;
}

/** `name(arguments) = result ERRNO (note)`; `end` is when a blocking call is to return. */
export interface SystemCall {
  readonly name: string;
  readonly args: readonly Expression[];
  readonly result: Expression;
  readonly errno: string | null;
  readonly end: Nanos | null;
}

/** An argument or result of a system call. */
export type Expression =
  | { readonly kind: 'any' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'word'; readonly name: string }
  /** a|b */
  | { readonly kind: 'or'; readonly left: Expression; readonly right: Expression }
  /** name=value, name(arguments)=value, name(arguments) */
  | {
      readonly kind: 'named';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly value: Expression | null;
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'struct'; readonly items: readonly Expression[] };
