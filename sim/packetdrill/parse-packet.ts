import { Flag } from '../core/packet';
import {
  type EcnMark,
  type IcmpMessage,
  type Ports,
  ScriptError,
  type ScriptPacket,
  type TcpOption,
  type TcpSegment,
  type UdpDatagram,
} from './script';
import type { TokenReader } from './token-reader';

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  F: Flag.fin,
  S: Flag.syn,
  R: Flag.rst,
  P: Flag.psh,
  U: Flag.urg,
  E: Flag.ece,
  W: Flag.cwr,
  A: Flag.ae,
};

/** What follows `<` or `>`. */
export function parsePacket(reader: TokenReader, outbound: boolean): ScriptPacket {
  // the older form names the segment that an ICMP message is about before it
  const isOlder = reader.isSign('[') && reader.peek(1).kind === 'integer';
  const echoedSeq = isOlder ? parseEchoed(reader) : null;
  const ecn = parseIpInfo(reader);
  for (const layer of ['ipv4', 'ipv6', 'gre', 'GREv0', 'mpls', 'sctp']) {
    if (reader.isWord(layer)) throw new ScriptError(`${layer} packets are not simulated`, reader.place);
  }
  if (reader.takeIf('word', 'icmp') || reader.takeIf('word', 'icmpv6')) return parseIcmp(reader, echoedSeq);
  if (reader.takeIf('word', 'udp')) return parseUdp(reader);
  return parseTcp(reader, ecn, outbound);
}

/** `[ect0]`, `(ce)`, `[tos 0x2]`, `[ttl 63]`, `[flowlabel 0x1]`: only ECN matters here. */
function parseIpInfo(reader: TokenReader): EcnMark {
  const close = reader.isSign('[') ? ']' : reader.isSign('(') ? ')' : null;
  if (close === null) return 'any';
  reader.take();
  let ecn: EcnMark = 'any';
  do {
    const word = reader.take();
    switch (word.text) {
      case 'noecn':
      case 'ect0':
      case 'ect1':
      case 'ect01':
      case 'ce':
        ecn = word.text;
        break;
      case 'tos':
        ecn = (['noecn', 'ect1', 'ect0', 'ce'] as const)[reader.integer('a TOS byte', 0, 255) & 3]!;
        break;
      case 'ttl':
      case 'flowlabel':
        reader.integer(`a ${word.text}`);
        break;
      default:
        throw new ScriptError(
          `expected ect0, ect1, ect01, ce, noecn, tos, ttl or flowlabel, not ${word.text}`,
          word.place,
        );
    }
  } while (reader.takeIf('sign', ','));
  reader.sign(close);
  return ecn;
}

function parsePorts(reader: TokenReader): Ports | null {
  if (!reader.is('integer') || reader.peek(1).text !== '>') return null;
  const source = reader.integer('a port', 0, 65535);
  reader.sign('>');
  return { source, destination: reader.integer('a port', 0, 65535) };
}

function parseUdp(reader: TokenReader): UdpDatagram {
  const ports = parsePorts(reader);
  reader.sign('(');
  const length = reader.integer('a payload size', 0, 65535);
  reader.sign(')');
  return { kind: 'udp', ports, length };
}

function parseEchoed(reader: TokenReader): number {
  reader.sign('[');
  const { seq } = parseRange(reader);
  reader.sign(']');
  return seq;
}

function parseIcmp(reader: TokenReader, given: number | null): IcmpMessage {
  const type = reader.take().text;
  const isCode = reader.is('word') && !reader.isWord('mtu') && !reader.isWord('id');
  const code = isCode ? reader.take().text : '';
  const mtu = reader.takeIf('word', 'mtu') ? reader.integer('an MTU') : null;
  if (reader.takeIf('word', 'id')) reader.integer('an identifier');
  let echoedSeq = given;
  let aboutUdp = false;
  if (reader.takeIf('sign', '[')) {
    if (reader.is('word')) {
      aboutUdp = reader.take().text === 'udp';
      reader.sign('(');
      reader.integer('a payload size');
      reader.sign(')');
    } else echoedSeq = parseRange(reader).seq;
    reader.sign(']');
  }
  return { kind: 'icmp', type, code, mtu, aboutUdp, echoedSeq };
}

function parseTcp(reader: TokenReader, ecn: EcnMark, outbound: boolean): TcpSegment {
  const ports = parsePorts(reader);
  const { flags, ace } = parseFlags(reader);
  const { seq, length } = parseRange(reader);
  const ack = reader.takeIf('word', 'ack') ? reader.integer('an acknowledgement number') : null;
  const window = reader.takeIf('word', 'win') ? reader.integer('a window', 0, 65535) : null;
  const urgent = reader.takeIf('word', 'urg') ? reader.integer('an urgent pointer', 0, 65535) : 0;
  const options = parseOptions(reader, outbound);
  if (reader.isSign('{')) skipBraces(reader);
  return { kind: 'tcp', ecn, ports, flags, ace, seq, length, ack, window, urgent, options };
}

function parseFlags(reader: TokenReader): { flags: number; ace: boolean } {
  let flags = 0;
  if (reader.takeIf('sign', '-')) return { flags, ace: false };
  const { place } = reader;
  let some = false;
  if (reader.is('word')) {
    for (const letter of reader.take().text) {
      const flag = FLAG_LETTERS[letter];
      if (flag === undefined) throw new ScriptError(`${letter} is not a TCP flag (one of F S R P . U E W A)`, place);
      flags |= flag;
    }
    some = true;
  }
  if (reader.takeIf('sign', '.')) return { flags: flags | Flag.ack, ace: false };
  if (reader.is('float') && /^\.[0-7]$/.test(reader.token.text)) {
    const count = Number(reader.take().text.slice(1));
    const bits = (count & 4 ? Flag.ae : 0) | (count & 2 ? Flag.cwr : 0) | (count & 1 ? Flag.ece : 0);
    return { flags: flags | Flag.ack | bits, ace: true };
  }
  if (!some) reader.fail('expected TCP flags such as S, P. or -');
  return { flags, ace: false };
}

function parseRange(reader: TokenReader): { seq: number; length: number } {
  const { place } = reader;
  const seq = reader.integer('a sequence number');
  reader.sign(':');
  const end = reader.integer('a sequence number');
  reader.sign('(');
  const length = reader.integer('a payload size', 0, 2 ** 24);
  reader.sign(')');
  if ((seq + length) % 2 ** 32 !== end) {
    throw new ScriptError(`${seq}:${end} is ${end - seq} bytes, but (${length}) is written`, place);
  }
  return { seq, length };
}

function parseOptions(reader: TokenReader, outbound: boolean): readonly TcpOption[] | null {
  if (!reader.isSign('<')) return [];
  // Another event may follow at once: `+0 > . 1:1(0) ack 1 < ...` does not occur, a time always comes between
  reader.take();
  if (reader.is('ellipsis')) {
    if (!outbound) throw new ScriptError('<...> can only be expected, not sent', reader.place);
    reader.take();
    reader.sign('>');
    return null;
  }
  const options: TcpOption[] = [];
  while (!reader.isSign('>')) {
    options.push(parseOption(reader));
    if (!reader.takeIf('sign', ',')) break;
  }
  reader.sign('>');
  return options;
}

function parseOption(reader: TokenReader): TcpOption {
  const name = reader.take();
  switch (name.text) {
    case 'nop':
    case 'eol':
    case 'sackOK':
      return { kind: name.text };
    case 'mss':
      return { kind: 'mss', value: reader.integer('a segment size', 0, 65535) };
    case 'wscale':
      return { kind: 'wscale', value: reader.integer('a shift', 0, 255) };
    case 'TS': {
      word(reader, 'val');
      const val = reader.integer('a timestamp');
      word(reader, 'ecr');
      return { kind: 'TS', val, ecr: reader.integer('a timestamp') };
    }
    case 'sack': {
      const edges: number[] = [];
      while (reader.is('integer')) {
        edges.push(reader.integer('a sequence number'));
        reader.sign(':');
        edges.push(reader.integer('a sequence number'));
      }
      if (edges.length === 0) reader.fail('expected SACK blocks such as 1001:2001');
      return { kind: 'sack', edges };
    }
    case 'FO':
    case 'FOEXP':
    case 'md5':
    case 'ECN':
      return { kind: 'other', name: name.text, text: optionContent(reader) };
    default:
      throw new ScriptError(`${name.text} is not a TCP option`, name.place);
  }
}

function optionContent(reader: TokenReader): string {
  const words: string[] = [];
  while (!reader.isSign(',') && !reader.isSign('>') && !reader.is('end')) words.push(reader.take().text);
  return words.join('');
}

function word(reader: TokenReader, text: string): void {
  if (!reader.takeIf('word', text)) reader.fail(`expected ${text}`);
}

/** `{mut tcp mss}`: packet mutation, which only a fuzzing library does. */
function skipBraces(reader: TokenReader): void {
  while (!reader.isSign('}') && !reader.is('end')) reader.take();
  reader.sign('}');
}
