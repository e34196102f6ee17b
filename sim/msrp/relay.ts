import type { EventQueue, Nanos } from '../core/event-queue';
import { Malformed } from '../core/malformed';
import type { RandomStream } from '../core/random';
import { randomToken } from '../core/token';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import { Authority, type AuthorityConfig, IDENT_CHARS } from './authority';
import { MsrpConnection, responseTo } from './connection';
import type { MsrpRequest, MsrpResponse } from './message';
import { reportOf } from './report';
import { type MsrpUri, msrpUriText, parseMsrpUri } from './uri';

export interface MsrpRelayConfig extends AuthorityConfig {
  /** Where the relay is, as it writes itself into paths. */
  readonly host: string;
  readonly port: number;
  readonly transport: string;
  /** Bytes that may wait for a next hop; beyond, nothing more is read of who sends them. */
  readonly store: number;
}

/** Opens a connection to who is meant by a URI, under the flow of who asked for it; null when nobody is. */
export type MsrpDial = (uri: MsrpUri, delegate: StreamDelegate, flow: number) => ByteStream | null;

/** An authorisation: who may use a URI of the relay, and until when. */
interface Grant {
  readonly uri: string;
  readonly client: Hop;
  /** From-Path of the AUTH. */
  readonly from: string;
  until: Nanos;
}

/** A connection of the relay, to a client or to another relay. */
class Hop {
  readonly connection: MsrpConnection;
  stream: ByteStream | null = null;
  /** Hops that nothing is read of until this one has room. */
  readonly sources = new Set<Hop>();

  constructor(relay: MsrpRelay) {
    this.connection = new MsrpConnection(0, {
      onRequest: (request) => relay.onRequest(request, this),
      onResponse: (request, response) => relay.onAnswer(request, response),
      onPassing: (response) => relay.onPassing(response),
    });
  }
}

/**
 * A relay of MSRP (RFC 4976 section 6): authorises clients, and passes on what clients send and what is sent to them. Each
 * request loses the first URI of its To-Path, which is the relay's, and gains it as the first of its From-Path. Every SEND is
 * answered here and sent on in a transaction of its own; what cannot be sent on is reported to its sender.
 */
export class MsrpRelay {
  /** Requests passed on, SENDs refused (403, 481), messages that were reported as lost, authorisations. */
  forwarded = 0;
  refused = 0;
  reported = 0;
  authorised = 0;
  readonly authority: Authority;
  private readonly grants = new Map<string, Grant>();
  /** Connections to hosts that are not clients, by host and port. */
  private readonly peers = new Map<string, Hop>();
  private readonly hops = new Set<Hop>();

  constructor(
    private readonly events: EventQueue,
    private readonly random: RandomStream,
    private readonly config: MsrpRelayConfig,
    private readonly dial: MsrpDial,
  ) {
    this.authority = new Authority(events, random, config.host, config);
  }

  /** A client, or another relay, has opened a connection. */
  accept(stream: ByteStream): StreamDelegate {
    const hop = new Hop(this);
    this.hops.add(hop);
    this.attach(hop, stream);
    return this.delegateOf(hop);
  }

  /** Bytes of content between its sockets. */
  get waiting(): number {
    let sum = 0;
    for (const { connection } of this.hops) sum += connection.backlog;
    return sum;
  }

  /** Bytes that the relay holds, those in its sockets included. */
  get buffered(): number {
    let sum = this.waiting;
    for (const { stream } of this.hops) sum += stream?.buffered ?? 0;
    return sum;
  }

  /** The process dies: what it held is lost, and nobody is authorised any more. */
  crash(): void {
    const streams = [...this.hops].map(({ stream }) => stream);
    for (const { connection } of this.hops) connection.abandon();
    this.hops.clear();
    this.peers.clear();
    this.grants.clear();
    for (const stream of streams) stream?.abort();
  }

  onRequest(request: MsrpRequest, from: Hop): void {
    if (request.method === 'AUTH' && request.toPath.length === 1) {
      from.connection.respond(this.authority.decide(request, (seconds) => this.grant(from, request, seconds)));
      return;
    }
    const status = this.pass(request, from);
    if (request.method !== 'SEND') return;
    if (status !== 200) this.refused++;
    if (request.failureReport === 'no' || (request.failureReport === 'partial' && status === 200)) return;
    from.connection.respond(responseTo(request, status, COMMENTS[status]));
  }

  /** A SEND that was passed on was answered. */
  onAnswer(request: MsrpRequest, { status }: MsrpResponse): void {
    if (status >= 400) this.report(request, status);
  }

  /** A response on its way back through the relay (section 6.4.3). */
  onPassing(response: MsrpResponse): void {
    const [own, next] = response.toPath;
    this.towards(own!, next!)?.connection.respond({
      ...response,
      toPath: response.toPath.slice(1),
      fromPath: [own!, ...response.fromPath],
    });
  }

  /** Sends a request on; the status says why not, if not (section 6.4.1). */
  private pass(request: MsrpRequest, from: Hop | null): 200 | 403 | 481 {
    const { toPath, fromPath } = request;
    const [own, next] = toPath;
    const grant = this.grants.get(own!);
    if (grant === undefined || next === undefined) return 481;
    if (grant.until <= this.events.now) {
      this.grants.delete(own!);
      return 481;
    }
    const isOutbound = from === grant.client;
    if (!isOutbound) {
      // only who was authorised may use the relay to others
      if (!isSameHost(next, grant.from)) return 403;
      if (from !== null) this.learn(from, fromPath[0]!);
    }
    const further = { ...request, id: this.ident(), toPath: toPath.slice(1), fromPath: [own!, ...fromPath] };
    // of two clients of this relay: the next hop is itself
    if (isOutbound && this.grants.has(next)) return this.pass(further, null);
    const hop = isOutbound ? this.hopTo(next, from.stream?.flow ?? 0) : grant.client;
    if (hop === null) return 481;
    this.forwarded++;
    hop.connection.send(further);
    if (from !== null && hop !== from && hop.connection.backlog > this.config.store) {
      hop.sources.add(from);
      from.connection.isPaused = true;
    }
    return 200;
  }

  /** A client may use a URI of the relay; who asks again over the same connection keeps it. */
  private grant(client: Hop, { fromPath }: MsrpRequest, seconds: number): string {
    const from = fromPath.at(-1)!;
    const until = this.events.now + seconds * 1e9;
    for (const known of this.grants.values()) {
      if (known.client !== client || known.from !== from) continue;
      known.until = until;
      return known.uri;
    }
    const { host, port, transport } = this.config;
    const session = randomToken(this.random, 12, IDENT_CHARS);
    const uri = msrpUriText({ scheme: 'msrp', user: '', host, port, session, transport });
    this.grants.set(uri, { uri, client, from, until });
    this.authorised++;
    return uri;
  }

  /** Where a request came from that is for a client, REPORTs can go back. */
  private learn(hop: Hop, uri: string): void {
    const name = nameOf(uri);
    if (name !== null && !this.peers.has(name)) this.peers.set(name, hop);
  }

  /** The connection to who is meant by a URI (section 6.5: one for all sessions). Null: there can be none. */
  private hopTo(uri: string, flow: number): Hop | null {
    const name = nameOf(uri);
    if (name === null) return null;
    const known = this.peers.get(name);
    if (known !== undefined) return known;
    const hop = new Hop(this);
    const stream = this.dial(parseMsrpUri(uri), this.delegateOf(hop), flow);
    if (stream === null) return null;
    this.hops.add(hop);
    this.peers.set(name, hop);
    this.attach(hop, stream);
    return hop;
  }

  private attach(hop: Hop, stream: ByteStream): void {
    hop.stream = stream;
    hop.connection.attach(stream);
  }

  private delegateOf(hop: Hop): StreamDelegate {
    return {
      onEstablished: () => this.pump(hop),
      onReadable: (stream) => {
        hop.connection.receive(stream);
        this.letGo(hop);
      },
      onWritable: () => this.pump(hop),
      onRemoteClosed: (stream) => stream.close(),
      onClosed: () => this.lose(hop),
    };
  }

  private pump(hop: Hop): void {
    hop.connection.pump();
    this.letGo(hop);
  }

  /** Reads again of those that waited for room at `hop`. */
  private letGo(hop: Hop): void {
    if (hop.sources.size === 0 || hop.connection.backlog > this.config.store / 2) return;
    const waiting = [...hop.sources];
    hop.sources.clear();
    for (const { connection, stream } of waiting) {
      connection.isPaused = false;
      if (stream !== null) connection.receive(stream);
    }
  }

  /** A connection is gone: so are its authorisations, and what it has not taken is reported. */
  private lose(hop: Hop): void {
    if (!this.hops.delete(hop)) return;
    hop.stream = null;
    for (const [name, one] of this.peers) if (one === hop) this.peers.delete(name);
    for (const [uri, { client }] of this.grants) if (client === hop) this.grants.delete(uri);
    for (const { sources } of this.hops) sources.delete(hop);
    const lost = new Map(hop.connection.abandon().map((request) => [request.messageId, request]));
    for (const request of lost.values()) this.report(request, 408);
    this.letGo(hop);
  }

  /** Tells the sender of a message that was passed on that it has not arrived (section 6.4.1). */
  private report(request: MsrpRequest, status: number): void {
    if (request.method !== 'SEND' || request.failureReport === 'no') return;
    const [own, ...back] = request.fromPath;
    this.reported++;
    const report = reportOf(request, request.byteRange, status, this.ident(), back, own!);
    this.towards(own!, back[0]!)?.connection.send(report);
  }

  /** The way back of what came through the relay by its URI `own`. */
  private towards(own: string, next: string): Hop | null {
    const grant = this.grants.get(own);
    return grant !== undefined && isSameHost(next, grant.from) ? grant.client : this.hopTo(next, 0);
  }

  private ident(): string {
    return randomToken(this.random, 8, IDENT_CHARS).replace(/^[-+]/, 'x');
  }
}

const COMMENTS = { 200: 'OK', 403: 'Forbidden', 481: 'Session does not exist' } as const;

/** A client has one URI for each of its sessions. */
function isSameHost(uri: string, other: string): boolean {
  const name = nameOf(uri);
  return name !== null && name === nameOf(other);
}

/** Host and port; null where a URI is none. */
function nameOf(uri: string): string | null {
  try {
    const { host, port } = parseMsrpUri(uri);
    return `${host}:${port}`;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}
