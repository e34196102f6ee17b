import type { CodeExpression } from './code';
import type { CodeToken } from './code-lexer';

/** What the expression parser needs of a cursor over tokens. */
export interface CodeTokens {
  readonly token: CodeToken;
  take(): CodeToken;
  is(text: string): boolean;
  takeIf(text: string): boolean;
  expect(text: string): void;
  fail(message: string): never;
}

/** Left-associative operators from loosest to tightest. */
const LEVELS: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '//', '%']];
const COMPARISONS = ['<', '>', '<=', '>=', '==', '!=', '<>', 'in', 'is'];
const CONSTANTS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };

/** `a, b` is a list, as Python's tuple is. */
export function parseExpressionList(tokens: CodeTokens): CodeExpression {
  const first = parseCodeExpression(tokens);
  if (!tokens.is(',')) return first;
  const items = [first];
  while (tokens.takeIf(',')) {
    if (!startsExpression(tokens)) break;
    items.push(parseCodeExpression(tokens));
  }
  return { kind: 'list', items };
}

export function parseCodeExpression(tokens: CodeTokens): CodeExpression {
  const value = disjunction(tokens);
  if (!tokens.takeIf('if')) return value;
  const test = disjunction(tokens);
  tokens.expect('else');
  return { kind: 'conditional', test, yes: value, no: parseCodeExpression(tokens) };
}

function startsExpression(tokens: CodeTokens): boolean {
  const { token } = tokens;
  return token.kind !== 'newline' && token.kind !== 'end' && !(token.kind === 'sign' && ')]};:='.includes(token.text));
}

function disjunction(tokens: CodeTokens): CodeExpression {
  let left = conjunction(tokens);
  while (tokens.takeIf('or')) left = { kind: 'or', left, right: conjunction(tokens) };
  return left;
}

function conjunction(tokens: CodeTokens): CodeExpression {
  let left = negation(tokens);
  while (tokens.takeIf('and')) left = { kind: 'and', left, right: negation(tokens) };
  return left;
}

function negation(tokens: CodeTokens): CodeExpression {
  if (tokens.takeIf('not')) return { kind: 'unary', operator: 'not', operand: negation(tokens) };
  return comparison(tokens);
}

function comparison(tokens: CodeTokens): CodeExpression {
  const first = binary(tokens, 0);
  const rest: { operator: string; operand: CodeExpression }[] = [];
  for (;;) {
    const operator = comparisonOperator(tokens);
    if (operator === null) break;
    rest.push({ operator, operand: binary(tokens, 0) });
  }
  return rest.length === 0 ? first : { kind: 'compare', first, rest };
}

function comparisonOperator(tokens: CodeTokens): string | null {
  if (tokens.takeIf('not')) {
    tokens.expect('in');
    return 'not in';
  }
  if (!COMPARISONS.some((text) => tokens.is(text))) return null;
  const operator = tokens.take().text;
  if (operator === 'is') return tokens.takeIf('not') ? '!=' : '==';
  return operator === '<>' ? '!=' : operator;
}

function binary(tokens: CodeTokens, level: number): CodeExpression {
  const operators = LEVELS[level];
  if (operators === undefined) return unary(tokens);
  let left = binary(tokens, level + 1);
  while (operators.some((text) => tokens.is(text))) {
    const operator = tokens.take().text;
    left = { kind: 'binary', operator, left, right: binary(tokens, level + 1) };
  }
  return left;
}

function unary(tokens: CodeTokens): CodeExpression {
  for (const operator of ['-', '+', '~']) {
    if (tokens.takeIf(operator)) return { kind: 'unary', operator, operand: unary(tokens) };
  }
  const base = postfix(tokens);
  if (!tokens.takeIf('**')) return base;
  return { kind: 'binary', operator: '**', left: base, right: unary(tokens) };
}

function postfix(tokens: CodeTokens): CodeExpression {
  let value = atom(tokens);
  for (;;) {
    if (tokens.takeIf('[')) {
      value = { kind: 'index', of: value, at: parseCodeExpression(tokens) };
      tokens.expect(']');
    } else if (tokens.takeIf('(')) {
      if (value.kind !== 'name') tokens.fail('only a named function can be called');
      value = { kind: 'call', name: value.name, args: group(tokens, ')') };
    } else if (tokens.takeIf('.')) {
      const name = tokens.take().text;
      tokens.expect('(');
      value = { kind: 'method', of: value, name, args: group(tokens, ')') };
    } else return value;
  }
}

function atom(tokens: CodeTokens): CodeExpression {
  const token = tokens.take();
  if (token.kind === 'number') return { kind: 'constant', value: token.value };
  if (token.kind === 'string') {
    let { value } = token;
    while (tokens.token.kind === 'string') value += (tokens.take() as { value: string }).value;
    return { kind: 'constant', value };
  }
  if (token.kind === 'name') {
    const constant = CONSTANTS[token.text];
    return constant === undefined ? { kind: 'name', name: token.text } : { kind: 'constant', value: constant };
  }
  if (token.text === '[') return { kind: 'list', items: group(tokens, ']') };
  if (token.text === '(') {
    if (tokens.takeIf(')')) return { kind: 'list', items: [] };
    const inside = parseExpressionList(tokens);
    tokens.expect(')');
    return inside;
  }
  return tokens.fail(`${token.text} is not an expression; it is followed by something else`);
}

function group(tokens: CodeTokens, close: string): CodeExpression[] {
  const items: CodeExpression[] = [];
  while (!tokens.is(close)) {
    items.push(parseCodeExpression(tokens));
    if (!tokens.takeIf(',')) break;
  }
  tokens.expect(close);
  return items;
}
