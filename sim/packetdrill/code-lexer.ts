import { CodeError } from './code';

export type CodeToken =
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly value: string; readonly text: string; readonly at: number }
  | { readonly kind: 'name' | 'sign'; readonly text: string; readonly at: number }
  /** Ends a statement; `indent` is that of the line that follows. */
  | { readonly kind: 'newline'; readonly indent: number; readonly text: string; readonly at: number }
  | { readonly kind: 'end'; readonly text: string; readonly at: number };

const NUMBER = /0[xX][0-9A-Fa-f_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /(?:[rRuUbB]?)("""[^]*?"""|'''[^]*?'''|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')/y;
const NAME = /[A-Za-z_]\w*/y;
const SIGN = /\*\*=|\/\/=|<<=|>>=|\*\*|\/\/|<<|>>|<=|>=|==|!=|<>|[-+*/%&|^]=|[-+*/%&|^~<>=()[\]{},:;.]/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/** Splits a block into tokens. Lines join inside brackets and after a backslash. Throws `CodeError`. */
export function tokenizeCode(source: string): CodeToken[] {
  const tokens: CodeToken[] = [];
  let depth = 0;
  let at = 0;
  while (at < source.length) {
    const c = source[at]!;
    if (c === '\n') {
      const indent = /^[ \t]*/.exec(source.slice(at + 1))![0].length;
      if (depth === 0) tokens.push({ kind: 'newline', indent, text: 'end of line', at });
      at++;
    } else if (/\s/.test(c)) at++;
    else if (c === '\\') at += /^\\[ \t\r]*\n?/.exec(source.slice(at))![0].length;
    else if (c === '#') at = (source.indexOf('\n', at) + 1 || source.length + 1) - 1;
    else {
      const token = scan(source, at);
      if (token.kind === 'sign') depth += '([{'.includes(token.text) ? 1 : ')]}'.includes(token.text) ? -1 : 0;
      tokens.push(token);
      at += token.text.length;
    }
  }
  tokens.push({ kind: 'end', text: 'end of block', at });
  return tokens;
}

function scan(source: string, at: number): CodeToken {
  const string = match(STRING, source, at);
  if (string) return { kind: 'string', value: unquote(string[1]!), text: string[0], at };
  const number = match(NUMBER, source, at);
  if (number) return { kind: 'number', value: Number(number[0].replace(/_/g, '')), text: number[0], at };
  const name = match(NAME, source, at);
  if (name) return { kind: 'name', text: name[0], at };
  const sign = match(SIGN, source, at);
  if (sign) return { kind: 'sign', text: sign[0], at };
  throw new CodeError(`${source[at]} is not understood`);
}

function match(rule: RegExp, source: string, at: number): RegExpExecArray | null {
  rule.lastIndex = at;
  return rule.exec(source);
}

function unquote(literal: string): string {
  const quotes = /^("""|''')/.test(literal) ? 3 : 1;
  return literal.slice(quotes, -quotes).replace(/\\([^])/g, (all, c: string) => ESCAPES[c] ?? all);
}
