import { CodeError, type CodeExpression, type Statement } from './code';
import { type CodeToken, tokenizeCode } from './code-lexer';
import { type CodeTokens, parseCodeExpression, parseExpressionList } from './code-expression-parser';

/** Parses one `%{ ... }%` block. Throws `CodeError`. */
export function parseCode(source: string): Statement[] {
  const parser = new StatementParser(source);
  return parser.program();
}

class StatementParser implements CodeTokens {
  private readonly tokens: readonly CodeToken[];
  private next = 0;

  constructor(private readonly source: string) {
    this.tokens = tokenizeCode(source);
  }

  get token(): CodeToken {
    return this.tokens[this.next]!;
  }

  take(): CodeToken {
    const { token } = this;
    if (token.kind !== 'end') this.next++;
    return token;
  }

  is(text: string): boolean {
    return (this.token.kind === 'name' || this.token.kind === 'sign') && this.token.text === text;
  }

  takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  expect(text: string): void {
    if (!this.takeIf(text)) this.fail(`expected ${text}`);
  }

  fail(message: string): never {
    throw new CodeError(`${message}, not ${this.token.text}`);
  }

  program(): Statement[] {
    const statements: Statement[] = [];
    this.skipBlankLines();
    while (!this.isEnd()) {
      statements.push(...this.line());
      this.skipBlankLines();
    }
    return statements;
  }

  /** Statements up to the end of the line, or one compound statement. */
  private line(): Statement[] {
    if (this.is('if')) return [this.conditional()];
    if (this.is('for')) return [this.loop()];
    const statements: Statement[] = [];
    do {
      if (this.isLineEnd()) break;
      const statement = this.simple();
      if (statement) statements.push(statement);
    } while (this.takeIf(';'));
    if (!this.isLineEnd()) this.fail('expected the end of the statement');
    return statements;
  }

  private simple(): Statement | null {
    if (this.takeIf('assert')) return this.assertion();
    if (this.takeIf('pass')) return null;
    if (this.is('import') || this.is('from')) {
      while (!this.isLineEnd() && !this.is(';')) this.take();
      return null;
    }
    if (this.takeIf('print')) return { kind: 'print', values: this.printed() };
    return this.assignment();
  }

  private assertion(): Statement {
    const from = this.token.at;
    const test = parseCodeExpression(this);
    const text = this.source.slice(from, this.token.at).trim();
    const message = this.takeIf(',') ? parseExpressionList(this) : null;
    return { kind: 'assert', test, message, text };
  }

  private printed(): CodeExpression[] {
    if (this.isLineEnd()) return [];
    const value = parseExpressionList(this);
    return value.kind === 'list' ? [...value.items] : [value];
  }

  private assignment(): Statement {
    const target = parseExpressionList(this);
    if (this.token.kind === 'sign' && this.token.text.length > 1 && /^[^=<>!].*=$/.test(this.token.text)) {
      const operator = this.take().text.slice(0, -1);
      const value: CodeExpression = { kind: 'binary', operator, left: target, right: parseExpressionList(this) };
      return { kind: 'assign', name: this.assignable(target), value };
    }
    if (!this.takeIf('=')) return { kind: 'expression', value: target };
    return { kind: 'assign', name: this.assignable(target), value: parseExpressionList(this) };
  }

  private assignable(target: CodeExpression): string {
    return target.kind === 'name' ? target.name : this.fail('only a name can be assigned to');
  }

  private conditional(): Statement {
    const { indent } = this;
    this.take();
    const test = parseCodeExpression(this);
    this.expect(':');
    const yes = this.body(indent);
    let no: Statement[] = [];
    if (this.continues(indent, 'elif')) no = [this.conditional()];
    else if (this.continues(indent, 'else')) {
      this.take();
      this.expect(':');
      no = this.body(indent);
    }
    return { kind: 'if', test, yes, no };
  }

  private loop(): Statement {
    const { indent } = this;
    this.take();
    if (this.token.kind !== 'name') this.fail('expected a name');
    const name = this.take().text;
    this.expect('in');
    const over = parseExpressionList(this);
    this.expect(':');
    return { kind: 'for', name, over, body: this.body(indent) };
  }

  /** What follows a colon: the rest of the line, or the lines indented deeper than `outer`. */
  private body(outer: number): Statement[] {
    if (!this.isLineEnd()) return this.line();
    this.skipBlankLines();
    if (this.indent <= outer) this.fail('expected an indented block');
    const statements: Statement[] = [];
    for (;;) {
      statements.push(...this.line());
      const before = this.next;
      this.skipBlankLines();
      if (!this.isEnd() && this.indent > outer) continue;
      this.next = before;
      return statements;
    }
  }

  /** Whether the next line is `word` at the indentation `indent`; if so the lines between are skipped. */
  private continues(indent: number, word: string): boolean {
    const before = this.next;
    this.skipBlankLines();
    if (this.is(word) && this.indent === indent) return true;
    this.next = before;
    return false;
  }

  /** Indentation of the current line. */
  private get indent(): number {
    for (let i = this.next - 1; i >= 0; i--) {
      const token = this.tokens[i]!;
      if (token.kind === 'newline') return token.indent;
    }
    return 0;
  }

  private isEnd(): boolean {
    return this.token.kind === 'end';
  }

  private isLineEnd(): boolean {
    return this.token.kind === 'newline' || this.isEnd();
  }

  private skipBlankLines(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.take();
  }
}
