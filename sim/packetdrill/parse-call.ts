import type { Nanos } from '../core/event-queue';
import type { Expression, SystemCall } from './script';
import type { TokenReader } from './token-reader';

/** `name(arguments) = result ERRNO (note)`. */
export function parseCall(reader: TokenReader, end: Nanos | null): SystemCall {
  if (!reader.is('word')) reader.fail('expected <, >, a system call, a `command` or a %{ block }%');
  const name = reader.take().text;
  const args = parseArguments(reader);
  reader.sign('=');
  const result = parseExpression(reader);
  const errno = reader.is('word') ? reader.take().text : null;
  if (reader.isSign('(')) skipNote(reader);
  return { name, args, result, errno, end };
}

function parseArguments(reader: TokenReader): Expression[] {
  reader.sign('(');
  const items = parseItems(reader, ')');
  reader.sign(')');
  return items;
}

function parseItems(reader: TokenReader, close: string): Expression[] {
  const items: Expression[] = [];
  while (!reader.isSign(close)) {
    items.push(parseExpression(reader));
    if (!reader.takeIf('sign', ',')) break;
  }
  return items;
}

function parseExpression(reader: TokenReader): Expression {
  const left = parsePrimary(reader);
  return reader.takeIf('sign', '|') ? { kind: 'or', left, right: parseExpression(reader) } : left;
}

function parsePrimary(reader: TokenReader): Expression {
  const { kind, text, value } = reader.token;
  switch (kind) {
    case 'ellipsis':
      reader.take();
      return { kind: 'any' };
    case 'integer':
      reader.take();
      return { kind: 'number', value };
    case 'string': {
      let joined = '';
      while (reader.is('string')) joined += reader.take().text;
      reader.takeIf('ellipsis');
      return { kind: 'string', value: joined };
    }
    case 'word':
      return parseNamed(reader);
    case 'sign':
      if (text === '[') return { kind: 'list', items: parseGroup(reader, '[', ']') };
      if (text === '{') return { kind: 'struct', items: parseGroup(reader, '{', '}') };
      break;
    default:
  }
  return reader.fail('expected a value');
}

function parseGroup(reader: TokenReader, open: string, close: string): Expression[] {
  reader.sign(open);
  const items = parseItems(reader, close);
  reader.sign(close);
  return items;
}

function parseNamed(reader: TokenReader): Expression {
  const name = reader.take().text;
  const args = reader.isSign('(') ? parseArguments(reader) : null;
  if (reader.takeIf('sign', '=')) return { kind: 'named', name, args: args ?? [], value: parseExpression(reader) };
  if (args) return { kind: 'named', name, args, value: null };
  return { kind: 'word', name };
}

function skipNote(reader: TokenReader): void {
  let depth = 0;
  do {
    if (reader.is('end')) reader.fail('expected )');
    if (reader.isSign('(')) depth++;
    if (reader.isSign(')')) depth--;
    reader.take();
  } while (depth > 0);
}
