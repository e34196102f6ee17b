import { textOf } from '../core/byte-text';
import { Malformed, quoted } from '../core/malformed';
import { type ByteRange, Continuation, type MsrpHeader, type MsrpMessage, NO_FIELDS, UNKNOWN } from './message';

const START = /^MSRP ([A-Za-z0-9][A-Za-z0-9.+%=-]{3,31}) (?:(\d{3})(?: (.*))?|([A-Z]{1,32}))$/;
const RANGE = /^(\d{1,15})-(\d{1,15}|\*)\/(\d{1,15}|\*)$/;
const STATUS = /^000 (\d{3})(?: .*)?$/;
const HEADER = /^[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,127}$/;
const MOST_START = 1024;
const MOST_HEAD = 65536;
const MOST_BODY = 16 * 2 ** 20;

/**
 * Cuts a byte stream into messages by their end-lines (RFC 4975 section 7.1): seven hyphens, the transaction identifier
 * of the start line, and the continuation flag.
 */
export class MsrpFramer {
  private text = '';
  /** Where to look for the end-line: what is before has none. */
  private looked = 0;
  private id = '';

  /** Messages that these bytes complete. Throws `Malformed`: the stream cannot be read any further. */
  feed(bytes: Uint8Array): MsrpMessage[] {
    this.text += textOf(bytes);
    const messages: MsrpMessage[] = [];
    for (let message = this.next(); message !== null; message = this.next()) messages.push(message);
    return messages;
  }

  /** Bytes that wait for the rest of their message. */
  get pending(): number {
    return this.text.length;
  }

  private next(): MsrpMessage | null {
    if (this.id === '' && !this.readStart()) return null;
    const mark = `\r\n-------${this.id}`;
    for (;;) {
      const at = this.text.indexOf(mark, this.looked);
      const after = at + mark.length;
      if (at < 0 || after + 3 > this.text.length) {
        this.looked = at < 0 ? Math.max(0, this.text.length - mark.length) : at;
        if (this.text.length > MOST_HEAD + MOST_BODY) throw new Malformed('a chunk without end');
        return null;
      }
      const flag = this.text[after]!;
      if (this.text.startsWith('\r\n', after + 1) && isContinuation(flag)) {
        const message = parseWhole(this.text.slice(0, at), flag);
        this.text = this.text.slice(after + 3);
        this.looked = 0;
        this.id = '';
        return message;
      }
      this.looked = at + 2;
    }
  }

  private readStart(): boolean {
    const end = this.text.indexOf('\r\n');
    if (end < 0 ? this.text.length > MOST_START : end > MOST_START) throw new Malformed('a start line without end');
    if (end < 0) return false;
    const found = START.exec(this.text.slice(0, end));
    if (found === null) throw new Malformed(`expected MSRP ID METHOD, found ${quoted(this.text.slice(0, end))}`);
    this.id = found[1]!;
    return true;
  }
}

/** Exactly one message. Throws `Malformed`. */
export function parseMsrp(bytes: Uint8Array): MsrpMessage {
  const framer = new MsrpFramer();
  const [message, second] = framer.feed(bytes);
  if (message === undefined) throw new Malformed('no end-line');
  if (second !== undefined || framer.pending > 0) throw new Malformed('more follows the end-line');
  return message;
}

function isContinuation(flag: string): flag is Continuation {
  return flag === Continuation.complete || flag === Continuation.more || flag === Continuation.aborted;
}

/** `text` is the message up to the line break before its end-line. */
function parseWhole(text: string, continuation: Continuation): MsrpMessage {
  const split = text.indexOf('\r\n\r\n');
  const head = split < 0 ? text : text.slice(0, split);
  const body = split < 0 ? '' : text.slice(split + 4);
  const [start, ...lines] = head.split('\r\n');
  const [, id, status, comment, method] = START.exec(start!)!;
  const headers = new Headers(lines);
  const common = { id: id!, toPath: headers.path('to-path'), fromPath: headers.path('from-path'), continuation };
  if (status !== undefined) {
    return { kind: 'response', ...common, status: Number(status), comment: comment ?? '', others: headers.others() };
  }
  const contentType = headers.take('content-type') ?? '';
  if (split >= 0 && contentType === '') throw new Malformed('a body without Content-Type');
  const fields = {
    messageId: headers.take('message-id') ?? '',
    byteRange: parseByteRange(headers.take('byte-range')),
    successReport: headers.oneOf('success-report', ['yes', 'no'], 'no') === 'yes',
    failureReport: headers.oneOf('failure-report', ['yes', 'no', 'partial'], 'yes'),
    status: parseStatus(headers.take('status')),
  };
  // RFC 4975 section 7.1: mandatory in SEND and REPORT
  if ((method === 'SEND' || method === 'REPORT') && fields.messageId === '') throw new Malformed('no Message-ID');
  return {
    kind: 'request',
    ...NO_FIELDS,
    ...common,
    method: method!,
    ...fields,
    contentType,
    body,
    others: headers.others(),
  };
}

class Headers {
  private readonly known = new Map<string, string>();
  private readonly all: MsrpHeader[] = [];

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(0, colon));
      if (!HEADER.test(name)) throw new Malformed(`expected a header field, found ${quoted(line)}`);
      const lower = name.toLowerCase();
      const value = line.slice(colon + 1).trim();
      if (this.known.has(lower)) throw new Malformed(`two header fields ${name}`);
      this.known.set(lower, value);
      this.all.push({ name, value });
    }
  }

  take(name: string): string | undefined {
    const value = this.known.get(name);
    this.known.delete(name);
    return value;
  }

  /** URIs; their form is looked at by who has to go there. */
  path(name: string): string[] {
    const uris = (this.take(name) ?? '').split(' ').filter((uri) => uri !== '');
    if (uris.length === 0) throw new Malformed(`no ${name}`);
    return uris;
  }

  oneOf<T extends string>(name: string, values: readonly T[], byDefault: T): T {
    const value = (this.take(name) ?? byDefault).toLowerCase();
    const found = values.find((one) => one === value);
    if (found === undefined) throw new Malformed(`${name}: expected ${values.join(' or ')}, found ${quoted(value)}`);
    return found;
  }

  /** Those that nobody took, in order. */
  others(): MsrpHeader[] {
    return this.all.filter(({ name }) => this.known.has(name.toLowerCase()));
  }
}

function parseByteRange(text: string | undefined): ByteRange | null {
  if (text === undefined) return null;
  const [, start, end, total] = RANGE.exec(text) ?? [];
  if (start === undefined || Number(start) < 1)
    throw new Malformed(`expected a Byte-Range such as 1-25/25, found ${quoted(text)}`);
  return { start: Number(start), end: numberOr(end!), total: numberOr(total!) };
}

function numberOr(text: string): number {
  return text === '*' ? UNKNOWN : Number(text);
}

function parseStatus(text: string | undefined): number {
  if (text === undefined) return 0;
  const found = STATUS.exec(text);
  if (found === null) throw new Malformed(`expected a Status such as 000 200 OK, found ${quoted(text)}`);
  return Number(found[1]);
}
