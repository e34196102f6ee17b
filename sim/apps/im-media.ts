import { Timer } from '../core/event-queue';
import type { MsrpRequest } from '../msrp/message';
import { MsrpConnection } from '../msrp/connection';
import { answerTo, isNotice } from '../msrp/notice';
import { type MsrpSession, sequenceOf, sessionIn } from '../msrp/session';
import type { ByteStream, StreamDelegate } from '../transport/byte-stream';
import type { AppHost } from './app';

/** A caller's connection, and what is told when it is there. */
export interface Media {
  readonly connection: MsrpConnection;
  close(): void;
}

/** What an end says to an intermediary that announces itself: nothing, that it may stay, or that it may not. */
export const CONSENT = ['none', 'given', 'refused'] as const;
export type Consent = (typeof CONSENT)[number];

/**
 * The connections of sessions of messages: one for each, or one for all (RFC 4975 section 5.4). The callee's side tells
 * sessions apart by the path in every message, not by the connection.
 */
export class ImMedia {
  /** Connections that were lost while sessions needed them, and made again. */
  reconnects = 0;
  /** Announcements of intermediaries that have reached an end. */
  notices = 0;
  private readonly callers = new Map<string, MsrpSession>();
  private readonly callees = new Map<string, MsrpSession>();
  private readonly all: MsrpConnection[] = [];
  private common: Media | null = null;

  constructor(
    private readonly host: AppHost,
    private readonly chunk: number,
    private readonly isShared: boolean,
    /** Time before a lost connection is made again. */
    private readonly patience: number,
    private readonly consent: { readonly caller: Consent; readonly callee: Consent },
  ) {}

  /** Bytes of MSRP written at both ends. */
  get bytes(): number {
    return this.all.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  }

  addCallee(name: string, session: MsrpSession): void {
    this.callees.set(name, session);
  }

  /** The connection for a session of a caller; `onReady` when it is established. */
  open(name: string, session: MsrpSession, onReady: () => void): Media {
    this.callers.set(name, session);
    if (!this.isShared) return this.connect(() => [session], onReady);
    if (this.common === null) this.common = this.connect(() => [...this.callers.values()], onReady);
    else onReady();
    return { connection: this.common.connection, close: () => undefined };
  }

  forget(name: string): void {
    this.callers.delete(name);
    this.callees.delete(`b${name}`);
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

  private connect(sessions: () => readonly MsrpSession[], onReady: () => void): Media {
    const connection = this.add(this.callers);
    let isWanted = true;
    let isFirst = true;
    let current: ByteStream | null = null;
    const delegate: StreamDelegate = {
      onEstablished: () => {
        connection.pump();
        if (isFirst) onReady();
        else for (const session of sessions()) session.resume(connection);
        isFirst = false;
      },
      onReadable: (s) => connection.receive(s),
      onWritable: () => connection.pump(),
      onRemoteClosed: (s) => s.close(),
      onClosed: (_, reason) => {
        if (!isWanted || reason === 'finished') return;
        connection.detach();
        this.reconnects++;
        const { events } = this.host;
        new Timer(events, () => isWanted && open()).arm(events.now + this.patience);
      },
    };
    const open = (): void => {
      current = this.host.open(delegate);
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
    const consent = isCaller ? this.consent.caller : this.consent.callee;
    this.notices++;
    if (consent === 'none') return;
    from.respond(answerTo(notice, consent === 'given'));
    if (consent === 'refused' && isCaller) this.host.bypass?.();
  }

  private add(sessions: ReadonlyMap<string, MsrpSession>): MsrpConnection {
    const connection = new MsrpConnection(this.chunk, {
      onRequest: (request: MsrpRequest, from) => {
        if (isNotice(request)) this.onNotice(request, from, sessions === this.callers);
        else sessions.get(sessionIn(request.toPath))?.receive(request, from);
      },
      onResponse: (request, status) => {
        // where a receipt is asked for, it is the receipt that counts
        if (status === 200 && !request.successReport)
          sessions.get(sessionIn(request.fromPath))?.confirm(sequenceOf(request));
      },
    });
    this.all.push(connection);
    return connection;
  }
}
