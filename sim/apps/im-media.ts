import { type Nanos, Timer } from '../core/event-queue';
import type { MsrpRequest } from '../msrp/message';
import { MsrpConnection, type MsrpHandler } from '../msrp/connection';
import { answerTo, intermediaryIn, isNotice } from '../msrp/notice';
import { type MsrpSession, sequenceOf, sessionIn } from '../msrp/session';
import { parseMsrpUri } from '../msrp/uri';
import { endUri, type MessageTransport } from '../sdp/offer-answer';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { AppHost, StreamTarget } from './app';
import { RelayedEnd } from './im-relays';

/** A caller's connection, and what is told when it is there. */
export interface Media {
  readonly connection: MsrpConnection;
  close(): void;
}

/** What an end says to an intermediary that announces itself: nothing, that it may stay, or that it may not. */
export const CONSENT = ['none', 'given', 'refused'] as const;
export type Consent = (typeof CONSENT)[number];

export interface MediaOptions {
  /** Most bytes of content in a chunk; 0 = no bound. */
  readonly chunk: number;
  /** One connection for all sessions. */
  readonly isShared: boolean;
  /** Time before a lost connection is made again. */
  readonly patience: Nanos;
  readonly consent: { readonly caller: Consent; readonly callee: Consent };
  readonly watch: SessionWatch;
  /** Where either end says that it is: host and port. */
  readonly at: Readonly<Record<End, StreamTarget>>;
}

/** How a caller hears that a session does not come about: by a final response, its connection, or the answer to a message. */
export const TROUBLES = ['refusal', 'connection', 'message'] as const;

/** Hears what the ends of sessions hear. All hooks are optional. */
export interface SessionWatch {
  /** The caller invites. */
  begun?(): void;
  /** The callee has its acknowledgement. */
  established?(): void;
  /** The caller knows that a message has arrived. */
  receipt?(): void;
  /** The caller hears that something is wrong; `by` is the host that says so, or ''. */
  trouble?(how: (typeof TROUBLES)[number], by: string): void;
}

/** One of the two ends of a session. */
export type End = 'caller' | 'callee';

/** A session's own way to its relay. */
interface Way {
  connection: MsrpConnection | null;
  readonly leave: () => void;
}

/**
 * The connections of sessions of messages: one for each, or one for all (RFC 4975 section 5.4). The callee's side tells
 * sessions apart by the path in every message, not by the connection.
 */
export class ImMedia {
  private remade = 0;
  /** Announcements of intermediaries that have reached an end. */
  notices = 0;
  private readonly callers = new Map<string, MsrpSession>();
  private readonly callees = new Map<string, MsrpSession>();
  private readonly all: MsrpConnection[] = [];
  private common: Media | null = null;
  private readonly relayed = new Map<End, RelayedEnd>();
  /** Of sessions with a relay, by the name of the session at that end. */
  private readonly ways = new Map<string, Way>();

  constructor(
    private readonly host: AppHost,
    private readonly options: MediaOptions,
  ) {
    for (const end of ['caller', 'callee'] as const) {
      if (host.messageRelays?.has(end)) this.relayed.set(end, this.relayedEnd(end));
    }
  }

  /** Where an end says that it is. */
  at(end: End): StreamTarget {
    return this.options.at[end];
  }

  /** Messages go hop by hop: only a report says that one is there (RFC 4976 section 3). */
  get isRelayed(): boolean {
    return this.relayed.size > 0;
  }

  /** Connections that were lost while sessions needed them, and made again. */
  get reconnects(): number {
    return [...this.relayed.values()].reduce((sum, { reconnects }) => sum + reconnects, this.remade);
  }

  /** Bytes of MSRP written at both ends. */
  get bytes(): number {
    return this.all.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  }

  addCallee(name: string, session: MsrpSession): void {
    this.callees.set(name, session);
  }

  /** Gets an end of session `name` reached: `onReady` is told the URI of its relay, '' where it has none. */
  reach(end: End, name: string, onReady: (relay: string) => void, onLost: () => void): void {
    const relayed = this.relayed.get(end);
    if (relayed === undefined) {
      onReady('');
      return;
    }
    const way: Way = {
      connection: null,
      leave: relayed.join({
        onReady: (uri, connection) => {
          // it may be there before it was asked for
          new Timer(this.host.events, () => {
            if (this.ways.get(name) !== way) return;
            way.connection = connection;
            onReady(uri);
          }).arm(this.host.events.now);
        },
        onLost,
      }),
    };
    this.ways.set(name, way);
  }

  /** The connection for a session of a caller to where `to` says; `onReady` when it is established. */
  open(name: string, session: MsrpSession, to: StreamTarget, onReady: () => void): Media {
    this.callers.set(name, session);
    const way = this.ways.get(name)?.connection;
    if (way) {
      onReady();
      return { connection: way, close: () => undefined };
    }
    if (!this.options.isShared) return this.connect(to, () => [session], onReady);
    if (this.common === null) this.common = this.connect(to, () => [...this.callers.values()], onReady);
    else onReady();
    return { connection: this.common.connection, close: () => undefined };
  }

  forget(name: string): void {
    this.callers.delete(name);
    this.callees.delete(`b${name}`);
    for (const one of [name, `b${name}`]) {
      this.ways.get(one)?.leave();
      this.ways.delete(one);
    }
  }

  /** The callee's end of a connection. */
  accept(stream: ByteStream): StreamDelegate {
    const connection = this.add(this.callees);
    connection.attach(stream);
    return {
      onEstablished: () => connection.pump(),
      onReadable: (s) => connection.receive(s),
      onWritable: () => connection.pump(),
      onRemoteClosed: (s) => s.close(),
    };
  }

  private connect(to: StreamTarget, sessions: () => readonly MsrpSession[], onReady: () => void): Media {
    const connection = this.add(this.callers);
    let isWanted = true;
    let isFirst = true;
    let current: ByteStream | null = null;
    const delegate: StreamDelegate = {
      onEstablished: () => {
        if (isFirst) onReady();
        else for (const session of sessions()) session.resume(connection);
        isFirst = false;
        connection.pump();
      },
      onReadable: (s) => connection.receive(s),
      onWritable: () => connection.pump(),
      onRemoteClosed: (s) => s.close(),
      onClosed: (_, reason) => {
        if (!isWanted || reason === 'finished') return;
        this.options.watch.trouble?.('connection', '');
        connection.detach();
        this.remade++;
        const { events } = this.host;
        new Timer(events, () => isWanted && open()).arm(events.now + this.options.patience);
      },
    };
    const open = (): void => {
      current = this.host.open(delegate, to);
      connection.attach(current);
    };
    open();
    return {
      connection,
      close: () => {
        isWanted = false;
        current?.close();
      },
    };
  }

  /** An intermediary says that it is there. Whoever opens connections can leave it out from the next one on. */
  private onNotice(notice: MsrpRequest, from: MsrpConnection, isCaller: boolean): void {
    const consent = isCaller ? this.options.consent.caller : this.options.consent.callee;
    this.notices++;
    if (consent === 'none') return;
    from.respond(answerTo(notice, consent === 'given'));
    if (consent === 'given') this.host.release?.(isCaller ? 'caller' : 'callee', intermediaryIn(notice));
    if (consent === 'refused' && isCaller) this.host.bypass?.();
  }

  private add(sessions: ReadonlyMap<string, MsrpSession>): MsrpConnection {
    const connection = new MsrpConnection(this.options.chunk, this.handlerOf(sessions));
    this.all.push(connection);
    return connection;
  }

  private handlerOf(sessions: ReadonlyMap<string, MsrpSession>): MsrpHandler {
    return {
      onRequest: (request: MsrpRequest, from) => {
        if (isNotice(request)) this.onNotice(request, from, sessions === this.callers);
        else sessions.get(sessionIn(request.toPath))?.receive(request, from);
      },
      onResponse: (request, { status, fromPath }) => {
        if (status >= 400) this.options.watch.trouble?.('message', parseMsrpUri(fromPath[0]!).host);
        const session = sessions.get(sessionIn(request.fromPath));
        // where a receipt is asked for, it is the receipt that counts
        if (status === 200 && !request.successReport) session?.confirm(sequenceOf(request));
        else if (status >= 400) session?.lost(sequenceOf(request));
      },
    };
  }

  private relayedEnd(end: End): RelayedEnd {
    const { host } = this;
    const { isShared, patience, chunk, at } = this.options;
    let clients = 0;
    return new RelayedEnd(
      host.events,
      (handler) => {
        const own = endUri({ ...at[end], session: `client${++clients}` }, host.protocol as MessageTransport);
        const sessions = end === 'caller' ? this.callers : this.callees;
        const client = host.messageRelays!.client(end, own, chunk, { ...this.handlerOf(sessions), ...handler });
        this.all.push(client.connection);
        return client;
      },
      isShared,
      patience,
    );
  }
}
