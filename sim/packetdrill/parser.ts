import type { Nanos } from '../core/event-queue';
import { type Token, tokenize } from './lexer';
import { parseCall } from './parse-call';
import { parsePacket } from './parse-packet';
import { type Action, type Script, ScriptError, type ScriptEvent, type ScriptOption, type When } from './script';
import { TokenReader } from './token-reader';

const SECOND = 1e9;
const UNTIMED: When = { kind: 'untimed' };

/**
 * Parses a script in the language of the packetdrill tool. Throws `ScriptError`.
 * `definitions` (`-D NAME=value`, `--define=NAME=value`) replace words before parsing.
 */
export function parseScript(source: string, definitions: ReadonlyMap<string, string> = new Map()): Script {
  const tokens = tokenize(source);
  const options = leadingOptions(tokens);
  const defined = new Map(definitions);
  for (const option of options) {
    const match = option.name === 'define' ? /^(\w+)=([^]*)$/.exec(option.value) : null;
    if (match) defined.set(match[1]!, match[2]!);
  }
  const reader = new TokenReader(substitute(tokens.slice(options.length), defined));
  const events: ScriptEvent[] = [];
  while (!reader.is('end')) events.push(parseEvent(reader));
  return { options, events };
}

function leadingOptions(tokens: readonly Token[]): ScriptOption[] {
  const options: ScriptOption[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option') break;
    const [name = '', ...rest] = token.text.split('=');
    options.push({ name, value: rest.join('='), place: token.place });
  }
  return options;
}

function substitute(tokens: readonly Token[], definitions: ReadonlyMap<string, string>): readonly Token[] {
  if (definitions.size === 0) return tokens;
  return tokens.flatMap((token) => {
    const value = token.kind === 'word' ? definitions.get(token.text) : undefined;
    return value === undefined
      ? [token]
      : tokenize(value)
          .slice(0, -1)
          .map((t) => ({ ...t, place: token.place }));
  });
}

function parseEvent(reader: TokenReader): ScriptEvent {
  const { place } = reader;
  if (reader.is('command')) return { when: UNTIMED, place, action: { kind: 'command', text: reader.take().text } };
  if (reader.is('option')) throw new ScriptError('options belong before the first event', place);
  const when = parseWhen(reader);
  const action = parseAction(reader);
  const mayRange = action.kind === 'outbound';
  if (when.kind === 'any' && !mayRange) throw new ScriptError('* can only be the time of an outbound packet', place);
  if (when.kind !== 'any' && when.kind !== 'untimed' && when.to !== when.from && !mayRange) {
    throw new ScriptError('a range can only be the time of an outbound packet', place);
  }
  return { when, place, action };
}

function parseWhen(reader: TokenReader): When {
  const { place } = reader;
  if (reader.takeIf('sign', '*')) return { kind: 'any' };
  const kind = reader.takeIf('sign', '+') ? 'relative' : 'absolute';
  const from = parseTime(reader);
  let to = from;
  if (reader.takeIf('sign', '~')) {
    reader.takeIf('sign', '+');
    to = parseTime(reader);
    if (to < from) throw new ScriptError('the range of time is backwards', place);
  }
  return { kind, from, to };
}

function parseTime(reader: TokenReader): Nanos {
  const { value } = reader.token;
  if (!reader.is('float') && !reader.is('integer')) reader.fail('expected a time in seconds');
  if (value < 0) reader.fail('expected a time that is not negative');
  reader.take();
  return Math.round(value * SECOND);
}

function parseAction(reader: TokenReader): Action {
  if (reader.takeIf('sign', '<')) return { kind: 'inbound', packet: parsePacket(reader, false) };
  if (reader.takeIf('sign', '>')) return { kind: 'outbound', packet: parsePacket(reader, true) };
  if (reader.is('command')) return { kind: 'command', text: reader.take().text };
  if (reader.is('code')) return { kind: 'code', text: reader.take().text };
  const end = reader.takeIf('ellipsis') ? parseTime(reader) : null;
  return { kind: 'call', call: parseCall(reader, end) };
}
