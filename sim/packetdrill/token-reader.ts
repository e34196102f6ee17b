import { type Place, ScriptError } from './script';
import type { Token, TokenKind } from './lexer';

/** A cursor over tokens, shared by the parsers of packets, calls and events. */
export class TokenReader {
  private next = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get token(): Token {
    return this.tokens[this.next]!;
  }

  get place(): Place {
    return this.token.place;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.min(this.next + ahead, this.tokens.length - 1)]!;
  }

  take(): Token {
    const token = this.token;
    if (this.next < this.tokens.length - 1) this.next++;
    return token;
  }

  is(kind: TokenKind, text?: string): boolean {
    return this.token.kind === kind && (text === undefined || this.token.text === text);
  }

  isSign(text: string): boolean {
    return this.is('sign', text);
  }

  isWord(text: string): boolean {
    return this.is('word', text);
  }

  /** Takes the token if it is this one. */
  takeIf(kind: TokenKind, text?: string): boolean {
    if (!this.is(kind, text)) return false;
    this.take();
    return true;
  }

  sign(text: string): void {
    if (!this.takeIf('sign', text)) this.fail(`expected ${text}`);
  }

  /** An integer within [min, max]. */
  integer(what: string, min = 0, max = 2 ** 32 - 1): number {
    if (!this.is('integer')) this.fail(`expected ${what}`);
    const { value } = this.token;
    if (value < min || value > max) this.fail(`${what} must be within ${min} and ${max}`);
    this.take();
    return value;
  }

  /** Throws `ScriptError` at the current token. */
  fail(message: string, place: Place = this.place): never {
    throw new ScriptError(`${message}, not ${this.token.text}`, place);
  }
}
