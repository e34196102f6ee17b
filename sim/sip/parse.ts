import { textOf } from '../core/byte-text';
import { Malformed, quoted } from '../core/malformed';
import { ABSENT, type Header, NO_FIELDS, type SipFields, type SipMessage } from './message';
import { type NameAddr, parseNameAddr } from './name-addr';
import { nextOutside, splitOutside, wholeNumber } from './params';
import { parseUri } from './uri';
import { parseVia, type Via } from './via';

/** Compact forms (RFC 3261 section 7.3.3; RFC 3428, 6665 and others add more, which nobody here reads). */
const COMPACT: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  c: 'content-type',
  l: 'content-length',
};
const MOST_CSEQ = 2 ** 31 - 1;
const SPACE = /\s/;
const TOKEN = /^[A-Za-z0-9.!%*_+`'~-]+$/;

/** One message that fills a datagram: what follows its body is left out (RFC 3261 section 18.3). Throws `Malformed`. */
export function parseSip(datagram: Uint8Array): SipMessage {
  const text = textOf(datagram);
  const start = leadingLines(text);
  const end = text.indexOf('\r\n\r\n', start);
  if (end < 0) throw new Malformed('no empty line after the header fields');
  const head = parseHead(text.slice(start, end));
  const rest = text.slice(end + 4);
  if (head.contentLength === ABSENT) return { ...head.message, body: rest };
  if (rest.length < head.contentLength) {
    throw new Malformed(`Content-Length is ${head.contentLength}, and ${rest.length} bytes follow`);
  }
  return { ...head.message, body: rest.slice(0, head.contentLength) };
}

/** Where the message begins: empty lines before it are skipped (RFC 3261 section 7.5). */
export function leadingLines(text: string): number {
  let start = 0;
  while (text.startsWith('\r\n', start)) start += 2;
  return start;
}

/** A message without its body, and how long that is: ABSENT where nothing says so. */
export interface Head {
  readonly message: SipMessage;
  readonly contentLength: number;
}

/** Start line and header fields, without the empty line that ends them. Throws `Malformed`. */
export function parseHead(text: string): Head {
  const [startLine, ...lines] = text.split('\r\n');
  const fields = new Fields();
  for (const line of unfold(lines)) fields.read(line);
  const message: SipMessage = { ...parseStartLine(startLine!), ...fields.finish() };
  // RFC 3261 section 8.1.1.5
  if (message.kind === 'request' && message.cseq.method !== message.method) {
    throw new Malformed(`CSeq is of ${quoted(message.cseq.method)}, the request is ${quoted(message.method)}`);
  }
  return { message, contentLength: fields.contentLength };
}

function parseStartLine(line: string) {
  const [first = '', second = '', third, ...more] = line.split(' ');
  if (first.toUpperCase() === 'SIP/2.0') {
    const status = wholeNumber(second, 699);
    if (status < 100 || second.length !== 3) throw new Malformed(`expected a status code, found ${quoted(line)}`);
    return { kind: 'response', status, reason: line.slice(first.length + second.length + 2) } as const;
  }
  if (third?.toUpperCase() !== 'SIP/2.0' || more.length > 0 || !TOKEN.test(first)) {
    throw new Malformed(`expected METHOD URI SIP/2.0 or SIP/2.0 STATUS, found ${quoted(line)}`);
  }
  return { kind: 'request', method: first, uri: parseUri(second) } as const;
}

/** Lines that begin with a space go on with the line before (RFC 3261 section 7.3.1). */
function unfold(lines: readonly string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    const folded = line.startsWith(' ') || line.startsWith('\t');
    if (!folded) whole.push(line);
    else if (whole.length === 0) throw new Malformed('the first header field begins with a space');
    else whole[whole.length - 1] += ` ${line.trim()}`;
  }
  return whole;
}

/** Reads header fields one by one and sees to it that none is missing. */
class Fields {
  contentLength = ABSENT;
  private readonly vias: Via[] = [];
  private readonly routes: NameAddr[] = [];
  private readonly recordRoutes: NameAddr[] = [];
  private readonly contacts: NameAddr[] = [];
  private allContacts = false;
  private readonly others: Header[] = [];
  private readonly single = new Map<string, string>();

  read(line: string): void {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim();
    if (!TOKEN.test(name)) throw new Malformed(`expected a header field, found ${quoted(line)}`);
    const value = line.slice(colon + 1).trim();
    const lower = name.toLowerCase();
    const known = COMPACT[lower] ?? lower;
    switch (known) {
      case 'via':
        for (const one of list(value)) this.vias.push(parseVia(one));
        return;
      case 'route':
        for (const one of list(value)) this.routes.push(parseNameAddr(one));
        return;
      case 'record-route':
        for (const one of list(value)) this.recordRoutes.push(parseNameAddr(one));
        return;
      case 'contact':
        if (value === '*') this.allContacts = true;
        else for (const one of list(value)) this.contacts.push(parseNameAddr(one));
        return;
      case 'from':
      case 'to':
      case 'call-id':
      case 'cseq':
      case 'max-forwards':
      case 'expires':
      case 'retry-after':
      case 'content-type':
      case 'content-length':
        // more than one of these makes a message that two elements may read in two ways (RFC 4475 section 3.3.8)
        if (this.single.has(known)) throw new Malformed(`two header fields ${name}`);
        this.single.set(known, value);
        if (known === 'content-length') this.contentLength = this.count('content-length');
        return;
      default:
        this.others.push({ name, value });
    }
  }

  /** RFC 3261 section 8.1.1: To, From, CSeq, Call-ID, Via are mandatory. */
  finish(): SipFields {
    if (this.vias.length === 0) throw new Malformed('no Via');
    if (this.allContacts && this.contacts.length > 0) throw new Malformed('Contact: * beside another contact');
    return {
      ...NO_FIELDS,
      vias: this.vias,
      routes: this.routes,
      recordRoutes: this.recordRoutes,
      from: parseNameAddr(this.must('from')),
      to: parseNameAddr(this.must('to')),
      callId: word(this.must('call-id')),
      cseq: parseCseq(this.must('cseq')),
      contacts: this.allContacts ? '*' : this.contacts,
      maxForwards: this.count('max-forwards'),
      expires: this.count('expires'),
      retryAfter: this.count('retry-after'),
      contentType: this.single.get('content-type') ?? '',
      others: this.others,
    };
  }

  private must(name: string): string {
    const value = this.single.get(name);
    if (value === undefined || value === '') throw new Malformed(`no ${name}`);
    return value;
  }

  private count(name: string): number {
    const value = this.single.get(name);
    if (value === undefined) return ABSENT;
    // Retry-After may have a comment and parameters after the number (RFC 3261 section 20.33)
    const number =
      name === 'retry-after' ? value.slice(0, Math.min(...[' ', ';', '('].map((c) => ends(value, c)))) : value;
    const count = wholeNumber(number);
    if (count < 0) throw new Malformed(`${name}: expected a number, found ${quoted(value)}`);
    return count;
  }
}

function ends(text: string, at: string): number {
  const i = text.indexOf(at);
  return i < 0 ? text.length : i;
}

/** Values of a header field that may stand several to a line. */
function list(value: string): string[] {
  if (nextOutside(value, 0, ',') === value.length) return [value];
  return splitOutside(value, ',').map((one) => one.trim());
}

function word(text: string): string {
  if (SPACE.test(text)) throw new Malformed(`expected one word, found ${quoted(text)}`);
  return text;
}

function parseCseq(text: string): SipFields['cseq'] {
  const space = text.search(SPACE);
  const number = wholeNumber(text.slice(0, Math.max(0, space)), MOST_CSEQ);
  const method = text.slice(space + 1).trim();
  if (number < 0 || !TOKEN.test(method)) throw new Malformed(`expected a CSeq such as 1 INVITE, found ${quoted(text)}`);
  return { number, method };
}
