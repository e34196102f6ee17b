import { type Place, ScriptError } from './script';

export type TokenKind =
  'word' | 'integer' | 'float' | 'string' | 'command' | 'code' | 'option' | 'address' | 'ellipsis' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Without quotes or brackets; of an option, `name=value`. */
  readonly text: string;
  readonly value: number;
  readonly place: Place;
}

const BLANK = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/|#[^\n]*)+/y;
/** In order of preference; the longest match does not always come first. */
const RULES: readonly (readonly [TokenKind, RegExp])[] = [
  ['option', /--[A-Za-z0-9_]+(?:=(?:[^\s"'`]+|"[^"\n]*"|'[^'\n]*'|`[^`]*`)+)?/y],
  ['code', /%\{[^]*?\}%/y],
  ['command', /`(?:\\[^]|[^`\\])*`/y],
  ['string', /"(?:\\[^]|[^"\\])*"/y],
  ['ellipsis', /\.\.\./y],
  ['address', /\d+\.\d+\.\d+\.\d+/y],
  ['float', /-?\d*\.\d+(?![A-Za-z0-9_])/y],
  ['integer', /-?0x[0-9A-Fa-f]+\b/y],
  ['integer', /-?\d+(?![A-Za-z0-9_])/y],
  ['word', /[A-Za-z0-9_]+/y],
  ['sign', /[^\s]/y],
];

/** Splits a script into tokens, the last of which is `end`. Comments are `//`, `#` and C ones. Throws `ScriptError`. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const places = new PlaceFinder(source);
  let at = 0;
  for (;;) {
    BLANK.lastIndex = at;
    if (BLANK.test(source)) at = BLANK.lastIndex;
    const place = places.at(at);
    if (at >= source.length) {
      tokens.push({ kind: 'end', text: 'end of script', value: 0, place });
      return tokens;
    }
    const token = scan(source, at, place);
    tokens.push(token.token);
    at = token.next;
  }
}

function scan(source: string, at: number, place: Place): { token: Token; next: number } {
  for (const [kind, rule] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(source);
    if (!match) continue;
    const raw = match[0];
    if (kind === 'sign' && (raw === '`' || raw === '"')) throw new ScriptError(`${raw} is not closed`, place);
    if (kind === 'sign' && source.startsWith('%{', at)) throw new ScriptError('%{ without }%', place);
    return { token: { kind, text: content(kind, raw), value: Number(raw), place }, next: at + raw.length };
  }
  throw new ScriptError('cannot be read', place);
}

function content(kind: TokenKind, raw: string): string {
  switch (kind) {
    case 'option':
      return raw.slice(2).replace(/^([^=]+)=(["'`])([^]*)\2$/, '$1=$3');
    case 'code':
      return raw.slice(2, -2);
    case 'command':
      return raw.slice(1, -1).replace(/\\`/g, '`');
    case 'string':
      return raw.slice(1, -1);
    default:
      return raw;
  }
}

/** Offsets to lines and columns, for offsets that only grow. */
class PlaceFinder {
  private line = 1;
  private lineStart = 0;

  constructor(private readonly source: string) {}

  at(offset: number): Place {
    for (;;) {
      const next = this.source.indexOf('\n', this.lineStart);
      if (next < 0 || next >= offset) break;
      this.line++;
      this.lineStart = next + 1;
    }
    return { line: this.line, column: offset - this.lineStart + 1 };
  }
}
