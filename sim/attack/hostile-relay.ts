import { bytesOf } from '../core/byte-text';
import { responseTo } from '../msrp/connection';
import { type MsrpRequest, MsrpWire, NO_FIELDS } from '../msrp/message';
import { sequenceOf } from '../msrp/session';
import type { Editor } from '../relay/channel';
import type { Attack } from '../relay/config';
import type { MessageGuard, ReadingKeys } from '../security/messages';
import type { ClientHello } from '../security/tls/messages';
import { handshakeFragment, PlainRecord, RECORD_HEADER } from '../security/tls/record';
import type { StreamMessage } from '../transport/byte-stream';
import { canRead, isContent, requestIn } from './content';

const FORGERY = 'Pay the bearer.';

export interface AttackerOptions {
  readonly attack: Attack;
  /** Each so manieth message is attacked. */
  readonly every: number;
  /** The node of the relay. */
  readonly name: string;
  /** Keys for reading; a relay that was given the key of a message has it there. */
  readonly keys: ReadingKeys;
  /** Signs in the name of the client, with a certificate of the relay's own. */
  readonly guard: MessageGuard;
}

/**
 * A relay that is no friend. It works on what it holds: messages that it can read it changes so that they fit each other again
 * (numbers, answers to the sender); records that it cannot read it changes blindly.
 */
export class HostileRelay implements Editor {
  /** Messages that it has changed, put in, repeated, taken away or moved; and contents that it could read. */
  attacks = 0;
  contentsRead = 0;
  private messages = 0;
  /** What it adds to the numbers of messages that follow, so that none is missing or there twice. */
  private shift = 0;
  private earlier: StreamMessage | null = null;
  private held: StreamMessage | null = null;
  /** Answers that the sender is not to see: to what it did not send. */
  private readonly unwanted = new Set<string>();

  constructor(private readonly options: AttackerOptions) {}

  pass(message: StreamMessage, isForward: boolean, answer: (message: StreamMessage) => void): readonly StreamMessage[] {
    const { attack, every } = this.options;
    if (attack === 'downgrade') return [this.downgraded(message)];
    if (!isForward) return this.isUnwanted(message) ? [] : [message];
    if (!isContent(message)) return [message];
    if (canRead(message, this.options.name, this.options.keys)) this.contentsRead++;
    if (attack === 'read') return [message];
    const isTurn = ++this.messages % every === 0;
    const fitting = this.renumbered(message);
    const after = this.held === null ? [] : [this.held];
    this.held = null;
    if (!isTurn) {
      this.earlier ??= message;
      return after.length === 0 ? [fitting] : swapped(fitting, after[0]!);
    }
    this.attacks++;
    switch (attack) {
      case 'modify':
        return [changed(message)];
      case 'inject':
        return [fitting, this.added(forgeryOf(message, FORGERY, 'text/plain'))];
      case 'impersonate':
        return [fitting, this.added(this.signedForgery(message))];
      case 'replay':
        return [fitting, this.added(this.earlier ?? message)];
      case 'drop':
        this.shift--;
        if (message instanceof MsrpWire) answer(new MsrpWire(responseTo(requestIn(message))));
        return [];
      case 'reorder':
        this.held = fitting;
        return [];
      default:
        return [message];
    }
  }

  /** The same message under the number that is due. */
  private renumbered(message: StreamMessage): StreamMessage {
    if (this.shift === 0 || !(message instanceof MsrpWire)) return message;
    return withNumber(requestIn(message), this.shift);
  }

  /** One more message, under the number after the last one. */
  private added(message: StreamMessage): StreamMessage {
    if (!(message instanceof MsrpWire)) return message;
    const request = requestIn(message);
    const number = this.messages + ++this.shift;
    const id = `z${number.toString(36)}`.padEnd(8, '0');
    this.unwanted.add(id);
    return withNumber({ ...request, id }, number - sequenceOf(request));
  }

  private isUnwanted(message: StreamMessage): boolean {
    return message instanceof MsrpWire && message.message.kind === 'response' && this.unwanted.has(message.message.id);
  }

  /** Signed with a key of its own, which its own authority says to be the client's. */
  private signedForgery(message: StreamMessage): StreamMessage {
    if (!(message instanceof MsrpWire)) return changed(message);
    const { contentType, messageId } = requestIn(message);
    if (contentType === 'text/plain') return forgeryOf(message, FORGERY, contentType);
    const session = messageId.slice(messageId.indexOf('.') + 1);
    const sealed = this.options.guard.seal(this.messages + this.shift + 1, session, FORGERY);
    return forgeryOf(message, sealed.body, sealed.contentType);
  }

  /** Takes TLS 1.3 out of what a client offers. */
  private downgraded(message: StreamMessage): StreamMessage {
    const hello = message instanceof PlainRecord ? message.fragment.handshake?.[0] : undefined;
    if (hello?.type !== 'client_hello' || !hello.versions.includes('1.3')) return message;
    this.attacks++;
    const worse: ClientHello = { ...hello, versions: ['1.2'], share: null };
    return new PlainRecord(handshakeFragment([worse], '1.2'));
  }
}

function withNumber(request: MsrpRequest, by: number): MsrpWire {
  const { messageId } = request;
  return new MsrpWire({
    ...request,
    messageId: `${sequenceOf(request) + by}${messageId.slice(messageId.indexOf('.'))}`,
  });
}

/** Two messages the other way round, under each other's numbers. */
function swapped(second: StreamMessage, first: StreamMessage): StreamMessage[] {
  if (!(first instanceof MsrpWire && second instanceof MsrpWire)) return [second, first];
  const [a, b] = [requestIn(first), requestIn(second)];
  const by = sequenceOf(b) - sequenceOf(a);
  return [withNumber(b, -by), withNumber(a, by)];
}

/** One byte is another. */
function changed(message: StreamMessage): StreamMessage {
  if (message instanceof MsrpWire) {
    const request = requestIn(message);
    const middle = request.body.length >> 1;
    const other = String.fromCharCode(request.body.charCodeAt(middle) ^ 1);
    return new MsrpWire({ ...request, body: request.body.slice(0, middle) + other + request.body.slice(middle + 1) });
  }
  const bytes = message.encode!();
  const at = RECORD_HEADER + ((bytes.length - RECORD_HEADER) >> 1);
  return raw(bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)));
}

function forgeryOf(message: StreamMessage, body: string, contentType: string): StreamMessage {
  if (message instanceof MsrpWire) {
    const byteRange = { start: 1, end: body.length, total: body.length };
    return new MsrpWire({ ...NO_FIELDS, ...requestIn(message), body, byteRange, contentType });
  }
  // a record of the right form: what it seals is a guess
  const bytes = message.encode!().slice();
  bytes.set(bytesOf(body).subarray(0, bytes.length - RECORD_HEADER), RECORD_HEADER);
  return raw(bytes);
}

function raw(bytes: Uint8Array): StreamMessage {
  return { size: bytes.length, encode: () => bytes };
}
