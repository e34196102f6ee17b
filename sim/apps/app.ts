import type { EventQueue, Nanos } from '../core/event-queue';
import type { Address } from '../core/packet';
import type { ParamSpec, Plugin } from '../core/plugin';
import type { RandomStream } from '../core/random';
import type { RelayClient, RelayClientHandler } from '../msrp/relay-client';
import type { ContentGuard } from '../msrp/session';
import type { SynWatch } from '../probe/syn-watch';
import type { Finding } from '../probe/finding';
import type { Probed } from '../probe/hop-limits';
import type { SignallingEnds } from '../signalling/signalling';
import type { ByteStream, CloseReason, StreamDelegate, StreamMessage } from '../transport/byte-stream';
import type { UdpDelegate, UdpSocket } from '../udp/socket';

/** What transports offer: bytes in order in both directions, or datagrams. */
export type TransportKind = 'stream' | 'datagram';

/** What an application is given: time, chance, and a transport to its other end, over whatever lies between. */
export interface AppHost {
  readonly events: EventQueue;
  readonly random: RandomStream;
  /** Metrics count from here on. */
  readonly warmup: Nanos;
  /** One of those that the application has declared. */
  readonly transport: TransportKind;
  /** Its name: tcp, udp ... */
  readonly protocol: string;
  readonly path: EmptyPath;
  /** Users at either end who find each other through SIP servers. */
  readonly signalling: () => SignallingEnds;
  /** To be told of every message that has reached its reader, with its delay from end to end, for accounting. */
  delivered(message: StreamMessage, delay: Nanos): void;
  /** To be told when the client has lost its connection, and how it heard. */
  disconnected(reason: CloseReason): void;
  /** Where the server's end takes streams, for those who tell it in the signalling; without it, it does not matter. */
  readonly port?: number;
  /**
   * Over a transport of streams: opens one from the client's end towards the server's; `to` is where the signalling says that
   * is, which paths that know their way themselves do not ask.
   */
  open(delegate: StreamDelegate, to?: StreamTarget): ByteStream;
  /** Where the client can look along the way of the session, with so much patience; without it, the way has no one place it goes to. */
  probed?(patience: Nanos): Probed;
  /** What either end sees of the first connection from now on; for the same paths. */
  watched?(): { readonly client: SynWatch; readonly server: SynWatch; textOf(this: void, address: Address): string };
  /** How both ends of a new session of messages protect them; without it, they do not. */
  guards?(): MessageGuards;
  /** An end has consented to an intermediary of that name: it may read what the end writes from now on. */
  release?(end: 'caller' | 'callee', intermediary: string): void;
  /** Seals what the signalling says of sessions; without it, that is in the clear. */
  readonly descriptions?: DescriptionGuard;
  /** Where the ends have relays of MSRP. */
  readonly messageRelays?: MessageRelays;
  /** Streams that are opened from now on go directly to the other end; without it, nothing on the way can be left out. */
  bypass?(): void;
  /**
   * Over datagrams: binds a socket at either end, the client's addressed to the server's. The server's answers whoever sent it
   * the last datagram, and has no peer before the first.
   */
  bind(client: UdpDelegate, server: UdpDelegate): UdpPair;
}

/** With what it found wrong, by kind. */
export type MessageGuard = ContentGuard & { readonly flaws: ReadonlyMap<string, number> };

/** What protects the messages between caller and callee, at either end. */
export interface MessageGuards {
  readonly caller: MessageGuard;
  readonly callee: MessageGuard;
}

/** Seals descriptions of sessions from end to end (RFC 3261 section 23). */
export interface DescriptionGuard {
  seal(from: 'caller' | 'callee', text: string): { readonly contentType: string; readonly body: string };
  /** What the other end has sealed; null where it cannot be read or believed. */
  open(at: 'caller' | 'callee', body: string): string | null;
}

/** As written in messages: it is looked up in the realm of who reads it. */
export interface StreamTarget {
  readonly host: string;
  readonly port: number;
}

/** The relays that the ends of a session ask for (RFC 4976). */
export interface MessageRelays {
  /** Whether that end has one. */
  has(end: 'caller' | 'callee'): boolean;
  /** A client of the relay of that end. `own` is its URI; `chunk` as for `MsrpConnection`. */
  client(end: 'caller' | 'callee', own: string, chunk: number, handler: RelayClientHandler): RelayClient;
}

export interface UdpPair {
  readonly client: UdpSocket;
  readonly server: UdpSocket;
}

/** The path from the client to the server when nobody else uses it. */
export interface EmptyPath {
  /** Of the slowest link on the way to the server, bit/s. */
  readonly rate: number;
  /** Propagation there and back. */
  readonly rtt: Nanos;
  /** Bytes of payload in a full packet of the session's transport, and of headers around them. */
  readonly payload: number;
  readonly headers: number;
}

/** What an application found. `unit` is 'bit/s', 's', 'B', or '' for counts and ratios. */
export interface AppMetric {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** Both ends of the traffic of one session: the client side opens, the server side accepts. */
export interface App {
  /** The session begins. */
  start(): void;
  /** The session ends: nothing new is sent. */
  stop(): void;
  /** Over a transport of streams: the server's end of one that the client, or the last relay, has opened. */
  accept?(stream: ByteStream): StreamDelegate;
  /** Bytes of payload that have reached their application, both directions. */
  readonly received: number;
  metrics(): readonly AppMetric[];
  /** Of one that looks for intermediaries: what it has found; null: nothing yet. */
  readonly finding?: Finding | null;
}

export interface AppPlugin<P extends ParamSpec> extends Plugin<P, AppHost, App> {
  /** What it can run over, the usual one first. */
  readonly transports: readonly [TransportKind, ...TransportKind[]];
}

/** Declares an application: see `sim/apps/index.ts` for the registry. */
export function defineApp<P extends ParamSpec>(plugin: AppPlugin<P>): AppPlugin<P> {
  return plugin;
}
