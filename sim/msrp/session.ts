import { Continuation, type MsrpRequest, NO_FIELDS } from './message';
import { type MsrpConnection, responseTo } from './connection';
import { reportOf } from './report';

/** Who talks to whom in which session: what the draft wants to be explicit in every message (its section 3.2). */
export interface SessionIdentity {
  /** MSRP URI: the host, and the session at it (RFC 4975 section 6). */
  readonly localPath: string;
  /** MSRP URIs of the relays on the way to the other end, if any, and of the other end; space between (section 8.1). */
  readonly remotePath: string;
  /** Unlike all others. */
  readonly session: string;
}

/** A message as the session layer numbers it. */
export interface Numbered {
  /** From 1. */
  readonly sequence: number;
  readonly content: string;
}

export interface SessionHandler {
  /** A message is whole, for the first time; `connection` is the one that it came by. */
  onMessage?(message: Numbered, connection: MsrpConnection): void;
  /** The other end has it: its receipt has come (RFC 4975 section 7.1.2). */
  onReceipt?(sequence: number): void;
  /** It will not get there: somebody on the way says so. */
  onLost?(sequence: number): void;
}

/** Protects what messages carry, and says of what comes whether it is what the other end wrote. */
export interface ContentGuard {
  /** Calls `then`, in the order of asking, when the keys are there that it takes; at once where they are. */
  ready(what: 'seal' | 'open', then: () => void): void;
  seal(sequence: number, session: string, content: string): { readonly contentType: string; readonly body: string };
  /** The content; null where it is not to be believed. */
  open(sequence: number, session: string, body: string): string | null;
}

interface Assembly {
  got: number;
  total: number;
  /** Bodies of chunks, by where they start. */
  readonly chunks: Map<number, string>;
}

/**
 * One end of a session of messages: numbers them, puts chunks together, answers, gives receipts, and knows what came twice
 * and what is missing, also when the connection was lost and made again.
 */
export class MsrpSession {
  /** Messages that came whole more than once. */
  duplicates = 0;
  private sent = 0;
  /** Messages sent that wait for keys. */
  private unsealed = 0;
  private highest = 0;
  private readonly seen = new Set<number>();
  private readonly assemblies = new Map<number, Assembly>();
  /** Sent, and not known to be there. */
  private readonly unconfirmed = new Map<number, MsrpRequest>();

  constructor(
    private readonly identity: SessionIdentity,
    private readonly receipts: boolean,
    private readonly handler: SessionHandler,
    /** Null: messages go as they are. */
    private readonly guard: ContentGuard | null = null,
  ) {}

  /** Numbers below the highest that have not come. */
  get gaps(): number {
    return this.highest - this.seen.size;
  }

  /** Messages sent that the other end is not known to have. */
  get unconfirmedCount(): number {
    return this.unsealed + this.unconfirmed.size;
  }

  /** Sends a message; returns its number. */
  send(connection: MsrpConnection, content: string): number {
    const sequence = ++this.sent;
    const { guard } = this;
    if (guard === null) {
      this.sendWhole(connection, sequence, 'text/plain', content);
      return sequence;
    }
    this.unsealed++;
    guard.ready('seal', () => {
      this.unsealed--;
      const { contentType, body } = guard.seal(sequence, this.identity.session, content);
      this.sendWhole(connection, sequence, contentType, body);
    });
    return sequence;
  }

  private sendWhole(connection: MsrpConnection, sequence: number, contentType: string, body: string): void {
    const { localPath, remotePath, session } = this.identity;
    const request: MsrpRequest = {
      kind: 'request',
      ...NO_FIELDS,
      id: `${session.slice(0, 6)}${sequence.toString(36)}`.padEnd(8, '0'),
      method: 'SEND',
      toPath: remotePath.split(' '),
      fromPath: [localPath],
      messageId: `${sequence}.${session}`,
      successReport: this.receipts,
      byteRange: { start: 1, end: body.length, total: body.length },
      contentType,
      body,
    };
    this.unconfirmed.set(sequence, request);
    connection.send(request);
  }

  /** A new connection stands in for a lost one: sends again, in order and once each, what nobody has confirmed. */
  resume(connection: MsrpConnection): void {
    const requests = new Set(this.unconfirmed.values());
    // what was written since waits for the new connection as well
    connection.withdraw(requests);
    for (const request of requests) connection.send(request);
  }

  /** The other end has a message of ours: by its answer to the last chunk, or by its receipt. */
  confirm(sequence: number): void {
    this.unconfirmed.delete(sequence);
  }

  /** A message of ours will not get there: an answer, or a REPORT, says so. */
  lost(sequence: number): void {
    if (this.unconfirmed.delete(sequence)) this.handler.onLost?.(sequence);
  }

  /** SEND or REPORT for this session. */
  receive(request: MsrpRequest, connection: MsrpConnection): void {
    const sequence = sequenceOf(request);
    if (request.method === 'REPORT') {
      if (request.status !== 200) this.lost(sequence);
      else {
        this.confirm(sequence);
        this.handler.onReceipt?.(sequence);
      }
      return;
    }
    connection.respond(responseTo(request));
    const body = this.wholeBody(sequence, request);
    if (body === null) return;
    if (this.guard === null) this.take(sequence, body, request, connection);
    else this.guard.ready('open', () => this.take(sequence, body, request, connection));
  }

  /** A message is whole. */
  private take(sequence: number, body: string, request: MsrpRequest, connection: MsrpConnection): void {
    if (this.seen.has(sequence)) {
      this.duplicates++;
    } else {
      const writer = sessionIn(this.identity.remotePath.split(' '));
      const content = this.guard === null ? body : this.guard.open(sequence, writer, body);
      if (content === null) return;
      this.seen.add(sequence);
      this.highest = Math.max(this.highest, sequence);
      this.handler.onMessage?.({ sequence, content }, connection);
    }
    if (request.successReport) connection.send(this.receiptOf(request));
  }

  /** The body of a message that this request completes; null where more is to come. */
  private wholeBody(sequence: number, { byteRange, body, continuation }: MsrpRequest): string | null {
    const range = byteRange ?? { start: 1, end: body.length, total: body.length };
    if (range.start === 1 && continuation === Continuation.complete) return body;
    let assembly = this.assemblies.get(sequence);
    if (assembly === undefined) this.assemblies.set(sequence, (assembly = { got: 0, total: range.total, chunks: new Map() })); // prettier-ignore
    const { chunks } = assembly;
    if (!chunks.has(range.start)) {
      chunks.set(range.start, body);
      assembly.got += body.length;
    }
    if (assembly.got < assembly.total) return null;
    this.assemblies.delete(sequence);
    return [...chunks.keys()].sort((a, b) => a - b).reduce((whole, start) => whole + chunks.get(start)!, ''); // prettier-ignore
  }

  /** REPORT with Status 200 (RFC 4975 section 7.1.2). */
  private receiptOf(request: MsrpRequest): MsrpRequest {
    const total = request.byteRange?.total ?? 0;
    const id = `r${request.messageId.replace('.', '')}`.slice(0, 31).padEnd(4, '0');
    return reportOf(request, { start: 1, end: total, total }, 200, id, request.fromPath, this.identity.localPath);
  }
}

/** Messages are named `number.session`. */
export function sequenceOf({ messageId }: MsrpRequest): number {
  return Number(messageId.slice(0, messageId.indexOf('.')));
}

/** The session that a path ends in. */
export function sessionIn(path: readonly string[]): string {
  const last = path[path.length - 1]!;
  return last.slice(last.lastIndexOf('/') + 1, last.lastIndexOf(';'));
}
