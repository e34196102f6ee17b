import { Malformed, quoted } from '../core/malformed';
import type { Attribute, Connection, Line, Media, SessionDescription } from './description';

/** What may stand before the first m line, and after one; v, o, s, t and m are read apart. */
const SESSION_LINES = 'iuepbrzk';
const MEDIA_LINES = 'ibk';
const MOST_MEDIA = 256;
const LINE_END = /\r\n|\n/;
const PORT = /^(\d{1,5})(?:\/(\d{1,5}))?$/;
const NUMBER = /^\d{1,32}$/;

/** Throws `Malformed`. Lines may end with LF alone, as RFC 8866 section 5 asks of parsers. */
export function parseSdp(text: string): SessionDescription {
  const lines = text.split(LINE_END);
  if (lines[lines.length - 1] === '') lines.pop();
  return new Reader(lines.map(parseLine)).description();
}

function parseLine(line: string): Line {
  if (line[1] !== '=' || !/[a-z]/.test(line[0]!))
    throw new Malformed(`expected a line such as v=0, found ${quoted(line)}`);
  return { type: line[0]!, value: line.slice(2) };
}

class Reader {
  private at = 0;

  constructor(private readonly lines: readonly Line[]) {}

  description(): SessionDescription {
    if (this.must('v') !== '0') throw new Malformed('expected v=0');
    const origin = parseOrigin(this.must('o'));
    const name = this.must('s');
    let connection: Connection | null = null;
    const times: string[] = [];
    const attributes: Attribute[] = [];
    const more: Line[] = [];
    for (let line = this.next('m'); line !== null; line = this.next('m')) {
      const { type, value } = line;
      if (type === 'c') connection = parseConnection(value);
      else if (type === 't') times.push(value);
      else if (type === 'a') attributes.push(parseAttribute(value));
      else if (SESSION_LINES.includes(type)) more.push(line);
      else throw new Malformed(`unexpected line ${quoted(`${type}=${value}`)}`);
    }
    if (times.length === 0) throw new Malformed('no t line');
    const media: Media[] = [];
    while (this.at < this.lines.length) media.push(this.media());
    if (media.length > MOST_MEDIA) throw new Malformed(`more than ${MOST_MEDIA} m lines`);
    // RFC 8866 section 5.7: a session without one needs it in every medium; a refused medium has nothing to connect to
    if (connection === null && media.some((one) => one.connection === null && one.port !== 0)) {
      throw new Malformed('no c line');
    }
    return { origin, name, connection, times, attributes, more, media };
  }

  private media(): Media {
    const first = parseMediaLine(this.must('m'));
    let connection: Connection | null = null;
    const attributes: Attribute[] = [];
    const more: Line[] = [];
    for (let line = this.next('m'); line !== null; line = this.next('m')) {
      const { type, value } = line;
      if (type === 'c') connection ??= parseConnection(value);
      else if (type === 'a') attributes.push(parseAttribute(value));
      else if (MEDIA_LINES.includes(type)) more.push(line);
      else throw new Malformed(`unexpected line ${quoted(`${type}=${value}`)}`);
    }
    return { ...first, connection, attributes, more };
  }

  /** The next line, unless it begins what `stop` begins. */
  private next(stop: string): Line | null {
    const line = this.lines[this.at];
    if (line === undefined || line.type === stop) return null;
    this.at++;
    return line;
  }

  private must(type: string): string {
    const line = this.lines[this.at++];
    if (line?.type !== type) throw new Malformed(`expected a line ${type}=, found ${quoted(line?.type ?? 'the end')}`);
    return line.value;
  }
}

function parseOrigin(text: string): SessionDescription['origin'] {
  const [user, session, version, ...rest] = text.split(' ');
  if (!user || !NUMBER.test(session ?? '') || !NUMBER.test(version ?? '')) {
    throw new Malformed(`expected an origin such as - 1 1 IN IP4 10.0.0.1, found ${quoted(text)}`);
  }
  return { user, session: session!, version: version!, connection: parseConnection(rest.join(' ')) };
}

function parseConnection(text: string): Connection {
  const [net, type, address, ...rest] = text.split(' ');
  if (net !== 'IN' || (type !== 'IP4' && type !== 'IP6') || !address || rest.length > 0) {
    throw new Malformed(`expected a connection such as IN IP4 10.0.0.1, found ${quoted(text)}`);
  }
  return { type, address };
}

function parseMediaLine(text: string): Pick<Media, 'kind' | 'port' | 'ports' | 'protocol' | 'formats'> {
  const [kind, range, protocol, ...formats] = text.split(' ');
  const found = PORT.exec(range ?? '');
  const port = Number(found?.[1]);
  const ports = Number(found?.[2] ?? 1);
  if (
    !kind ||
    found === null ||
    port > 65535 ||
    ports === 0 ||
    !protocol ||
    formats.length === 0 ||
    formats.includes('')
  ) {
    throw new Malformed(`expected a medium such as message 2855 TCP/MSRP *, found ${quoted(text)}`);
  }
  return { kind, port, ports, protocol, formats };
}

function parseAttribute(text: string): Attribute {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  if (name === '' || name.includes(' ')) throw new Malformed(`expected an attribute, found ${quoted(text)}`);
  return { name, value: colon < 0 ? null : text.slice(colon + 1) };
}
