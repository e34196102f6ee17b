import { Malformed, quoted } from '../core/malformed';
import { type Param, paramOf, type Params, paramsText, parseParams } from './params';
import { parseHostPort } from './uri';

/** One hop that a request has taken (RFC 3261 section 20.42). */
export interface Via {
  /** UDP, TCP, SCTP, TLS ... */
  readonly transport: string;
  readonly host: string;
  /** 0 for none: 5060. */
  readonly port: number;
  /** With `branch`, `received` (RFC 3261 section 18.2.1), `rport` (RFC 3581), `oc` (RFC 7339). */
  readonly params: Params;
}

/** What branches begin with that are unique (RFC 3261 section 8.1.1.7). */
export const MAGIC_COOKIE = 'z9hG4bK';

/** '' for none. */
export function branchOf({ params }: Via): string {
  return paramOf(params, 'branch') ?? '';
}

export function viaText({ transport, host, port, params }: Via): string {
  const sentBy = port === 0 ? host : `${host}:${port}`;
  return `SIP/2.0/${transport} ${sentBy}${paramsText(params)}`;
}

/** The same with some parameters set, added where there were none. */
export function withParams(via: Via, changes: readonly Param[]): Via {
  const params: Param[] = [...via.params];
  for (const change of changes) {
    const at = params.findIndex(([name]) => name.toLowerCase() === change[0]);
    if (at < 0) params.push(change);
    else params[at] = change;
  }
  return { ...via, params };
}

const TOKEN = /^[A-Za-z0-9.!%*_+`'~-]+$/;

/** Throws `Malformed`. */
export function parseVia(text: string): Via {
  const semicolon = text.indexOf(';');
  const main = semicolon < 0 ? text : text.slice(0, semicolon);
  const [name, version, rest, ...more] = main.split('/');
  const protocol = `${name?.trim()}/${version?.trim()}`.toUpperCase();
  if (protocol !== 'SIP/2.0' || rest === undefined || more.length > 0) {
    throw new Malformed(`expected a Via such as SIP/2.0/UDP host, found ${quoted(text)}`);
  }
  const [transport, sentBy] = firstWord(rest);
  if (!TOKEN.test(transport)) throw new Malformed(`expected a transport in a Via, found ${quoted(text)}`);
  const params = semicolon < 0 ? [] : parseParams(text.slice(semicolon));
  return { transport: transport.toUpperCase(), ...parseHostPort(sentBy), params };
}

const LWS = /\s/;

/** The first word and what follows it. */
function firstWord(text: string): [string, string] {
  const trimmed = text.trim();
  const space = trimmed.search(LWS);
  return space < 0 ? [trimmed, ''] : [trimmed.slice(0, space), trimmed.slice(space + 1).trim()];
}
