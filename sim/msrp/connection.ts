import type { ByteStream } from '../transport/byte-stream';
import { Continuation, type MsrpMessage, type MsrpRequest, type MsrpResponse, MsrpWire, NO_FIELDS } from './message';

/** A message on its way out, of which `sent` bytes have left. */
interface Outgoing {
  readonly request: MsrpRequest;
  sent: number;
}

export interface MsrpHandler {
  onRequest(request: MsrpRequest, connection: MsrpConnection): void;
  /** The answer to an AUTH, or to the last chunk of a message of ours: 200 when the next hop has it all. */
  onResponse?(request: MsrpRequest, response: MsrpResponse): void;
  /** A response that is for somebody further on (RFC 4976 section 6.4.3). */
  onPassing?(response: MsrpResponse): void;
}

/**
 * MSRP over one byte stream, for one session or many (RFC 4975). Messages larger than a chunk go out in chunks, in turn with
 * all others that wait, so that a small one overtakes a large one (section 5.1). A chunk is written when the stream has sent
 * almost all that it was given before: what waits, waits here, where the order can still change.
 */
export class MsrpConnection {
  /** Bytes of MSRP written. */
  sentBytes = 0;
  private readonly responses: MsrpMessage[] = [];
  private waiting: Outgoing[] = [];
  /** Nothing more is read: what is to be sent on because of it has no room. */
  isPaused = false;
  /** Last chunks and AUTHs, by transaction. */
  private readonly unanswered = new Map<string, MsrpRequest>();
  private stream: ByteStream | null = null;
  private chunks = 0;

  /** `chunk`: most bytes of body in a SEND; 0 = no bound. */
  constructor(
    private readonly chunk: number,
    private readonly handler: MsrpHandler,
  ) {}

  /** The stream is there: what waits goes out. */
  attach(stream: ByteStream): void {
    this.stream = stream;
    this.pump();
  }

  /** The stream is gone; what was cut short begins anew on the next one. */
  detach(): void {
    this.stream = null;
    for (const outgoing of this.waiting) outgoing.sent = 0;
  }

  /** Sends a request, in chunks where it is large. */
  send(request: MsrpRequest): void {
    this.waiting.push({ request, sent: 0 });
    this.pump();
  }

  /** Takes back those of `requests` that still wait, or wait for the rest of their chunks to go. */
  withdraw(requests: ReadonlySet<MsrpRequest>): void {
    this.waiting = this.waiting.filter(({ request }) => !requests.has(request));
  }

  respond(response: MsrpMessage): void {
    this.responses.push(response);
    this.pump();
  }

  /** Bytes of content that wait to be written. */
  get backlog(): number {
    return this.waiting.reduce((sum, { request, sent }) => sum + request.body.length - sent, 0);
  }

  /** The stream will not come again: gives up what waits and what nobody has answered, and returns it. */
  abandon(): MsrpRequest[] {
    this.stream = null;
    const lost = [...this.unanswered.values(), ...this.waiting.map(({ request }) => request)];
    this.unanswered.clear();
    this.waiting = [];
    this.responses.length = 0;
    return lost;
  }

  /** Bytes have come: takes the messages that are whole, one by one while it may. */
  receive(stream: ByteStream): void {
    while (!this.isPaused && stream.readable > 0) {
      stream.read(this.handler.onPassing === undefined ? Infinity : stream.untilMessageEnd);
      for (let message = stream.takeMessage(); message !== null; message = stream.takeMessage()) {
        if (!(message instanceof MsrpWire)) continue;
        if (message.message.kind === 'request') this.handler.onRequest(message.message, this);
        else this.onResponse(message.message);
      }
    }
    this.pump();
  }

  private onResponse(response: MsrpResponse): void {
    if (response.toPath.length > 1 && this.handler.onPassing !== undefined) {
      this.handler.onPassing(response);
      return;
    }
    const request = this.unanswered.get(response.id);
    if (request === undefined) return;
    this.unanswered.delete(response.id);
    this.handler.onResponse?.(request, response);
  }

  /** The stream may take more. */
  pump(): void {
    const { stream } = this;
    if (stream === null || stream.establishedAt < 0) return;
    while (this.responses.length > 0) this.write(stream, this.responses.shift()!);
    while (this.waiting.length > 0 && wantsMore(stream)) {
      const next = this.waiting.shift()!;
      const { body } = next.request;
      const isWhole = this.chunk === 0 || body.length <= this.chunk;
      this.write(stream, isWhole ? next.request : this.nextChunk(next));
      if (!isWhole && next.sent < body.length) this.waiting.push(next);
    }
  }

  /** "the sender ... SHOULD send chunks" that can be interrupted; each has an identifier of its own (section 7.1.1). */
  private nextChunk(outgoing: Outgoing): MsrpRequest {
    const { request, sent } = outgoing;
    const total = request.body.length;
    outgoing.sent = Math.min(total, sent + this.chunk);
    const isLast = outgoing.sent === total;
    return {
      ...request,
      id: `${request.id}${(this.chunks++).toString(36)}`,
      byteRange: { start: sent + 1, end: outgoing.sent, total },
      body: request.body.slice(sent, outgoing.sent),
      continuation: isLast ? Continuation.complete : Continuation.more,
    };
  }

  private write(stream: ByteStream, message: MsrpMessage): void {
    if (message.kind === 'request' && isAnswered(message)) this.unanswered.set(message.id, message);
    const wire = new MsrpWire(message);
    this.sentBytes += wire.size;
    stream.writeMessage(wire);
  }
}

/** Whether somebody waits for its answer: REPORTs have none (RFC 4975 section 7.1.2), and of chunks the last one counts. */
function isAnswered({ method, continuation }: MsrpRequest): boolean {
  return method === 'AUTH' || (method === 'SEND' && continuation === Continuation.complete);
}

/** Bytes that may wait in the stream unsent: enough to fill packets, too few to delay a message by much. */
const LOW_WATER = 4096;

/** Little waits in the stream but what is on its way (as TCP_NOTSENT_LOWAT tells applications). */
function wantsMore(stream: ByteStream): boolean {
  const { sender, unsent, unacknowledged } = stream;
  // a stream in a circuit has no congestion state of its own, and may know what waits in it
  if (sender === null && unsent !== undefined) return unsent < LOW_WATER;
  return unacknowledged - (sender?.inFlight ?? 0) < LOW_WATER;
}

/** 200 to a request (section 7.2): to where it came from. */
export function responseTo({ id, toPath, fromPath }: MsrpRequest, status = 200, comment = 'OK'): MsrpResponse {
  return {
    kind: 'response',
    id,
    status,
    comment,
    // to the previous hop alone: a relay answers for itself (section 7.2)
    toPath: fromPath.slice(0, 1),
    fromPath: toPath.slice(0, 1),
    others: NO_FIELDS.others,
    continuation: Continuation.complete,
  };
}
