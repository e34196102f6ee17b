import { Malformed, quoted } from '../core/malformed';

/** `;name=value` or `;name` (value null), as written. */
export type Param = readonly [name: string, value: string | null];
export type Params = readonly Param[];

export const NO_PARAMS: Params = [];

/** The value of a parameter, null if it has none, undefined if it is not there. Names are case-insensitive. */
export function paramOf(params: Params, name: string): string | null | undefined {
  for (const [known, value] of params) if (known === name || known.toLowerCase() === name) return value;
  return undefined;
}

export function paramsText(params: Params): string {
  let text = '';
  for (const [name, value] of params) text += value === null ? `;${name}` : `;${name}=${value}`;
  return text;
}

/** Parameters of `text`, which is empty or begins with a semicolon (RFC 3261 section 25.1, generic-param). */
export function parseParams(text: string): Params {
  const parts = splitOutside(text, ';');
  if (parts.length === 1 && parts[0]!.trim() === '') return NO_PARAMS;
  if (parts[0]!.trim() !== '') throw new Malformed(`expected a parameter, found ${quoted(text)}`);
  return parts.slice(1).map(parseParam);
}

function parseParam(text: string): Param {
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (name === '') throw new Malformed(`expected the name of a parameter, found ${quoted(text)}`);
  if (equals < 0) return [name, null];
  const value = text.slice(equals + 1).trim();
  if (value === '') throw new Malformed(`parameter ${quoted(name)} has an empty value`);
  return [name, value];
}

/** The parts of `text` between separators that stand outside of quoted strings and of < >. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let i = nextOutside(text, 0, separator); i < text.length; i = nextOutside(text, from, separator)) {
    parts.push(text.slice(from, i));
    from = i + 1;
  }
  parts.push(text.slice(from));
  return parts;
}

/** Where the first `wanted` at or after `from` stands outside of quoted strings and of < >; the length if nowhere. */
export function nextOutside(text: string, from: number, wanted: string): number {
  let inAngles = false;
  for (let i = from; i < text.length; i++) {
    const c = text[i]!;
    if (c === wanted && !inAngles) return i;
    if (c === '"' && !inAngles) i = endOfQuoted(text, i);
    else if (c === '<') inAngles = true;
    else if (c === '>') inAngles = false;
  }
  return text.length;
}

/** The closing quote of the string that opens at `from`; backslashes escape (RFC 3261 section 25.1, quoted-string). */
export function endOfQuoted(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '"') return i;
  }
  throw new Malformed(`a quoted string without end: ${quoted(text.slice(from))}`);
}

const DIGITS = /^\d+$/;

/** A whole number of at most `most`; -1 where the text is none (RFC 3261 section 25.1, 1*DIGIT). */
export function wholeNumber(text: string, most = 2 ** 32 - 1): number {
  if (text.length > 64 || !DIGITS.test(text)) return -1;
  const value = Number(text);
  return value <= most ? value : -1;
}
