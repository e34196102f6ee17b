import { Malformed, quoted } from '../core/malformed';
import { NO_PARAMS, type Params, paramsText, parseParams, wholeNumber } from './params';

/** A SIP or SIPS URI (RFC 3261 section 19.1). One of another scheme has all that follows the colon in `host`. */
export interface Uri {
  readonly scheme: string;
  /** User, with the password if there is one; '' for none. */
  readonly user: string;
  /** A name, a dotted address, or a bracketed IPv6 reference. */
  readonly host: string;
  /** 0 for none. */
  readonly port: number;
  readonly params: Params;
  /** After the question mark; '' for none. */
  readonly headers: string;
}

export const LAST_PORT = 65535;

/** A SIP URI. */
export function sipUri(user: string, host: string, port = 0, params: Params = NO_PARAMS): Uri {
  return { scheme: 'sip', user, host, port, params, headers: '' };
}

export function uriText({ scheme, user, host, port, params, headers }: Uri): string {
  let text = user === '' ? `${scheme}:${host}` : `${scheme}:${user}@${host}`;
  if (port !== 0) text += `:${port}`;
  if (params.length > 0) text += paramsText(params);
  return headers === '' ? text : `${text}?${headers}`;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const SPACES = /[\s<>"]/;

/** Throws `Malformed`. */
export function parseUri(text: string): Uri {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon));
  if (scheme.length > 64 || !SCHEME.test(scheme)) throw new Malformed(`expected a URI, found ${quoted(text)}`);
  if (SPACES.test(text)) throw new Malformed(`a URI with a space or bracket inside: ${quoted(text)}`);
  const rest = text.slice(colon + 1);
  const lower = scheme.toLowerCase();
  if (rest === '') throw new Malformed(`a URI without host: ${quoted(text)}`);
  if (lower !== 'sip' && lower !== 'sips') {
    return { scheme, user: '', host: rest, port: 0, params: NO_PARAMS, headers: '' };
  }
  // a user may hold ; ? and / unescaped, and no @ (RFC 3261 section 25.1, user-unreserved)
  const at = rest.lastIndexOf('@');
  const user = rest.slice(0, Math.max(0, at));
  if (at === 0) throw new Malformed(`a URI without user before the @: ${quoted(text)}`);
  const target = rest.slice(at + 1);
  const question = target.indexOf('?');
  const headers = question < 0 ? '' : target.slice(question + 1);
  const noHeaders = question < 0 ? target : target.slice(0, question);
  const semicolon = noHeaders.indexOf(';');
  const hostPort = semicolon < 0 ? noHeaders : noHeaders.slice(0, semicolon);
  const params = semicolon < 0 ? NO_PARAMS : parseParams(noHeaders.slice(semicolon));
  return { scheme: lower, user, ...parseHostPort(hostPort), params, headers };
}

const HOST = /^(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])$/;

/** `host`, `host:port`; port 0 where there is none. Throws `Malformed`. */
export function parseHostPort(text: string): { readonly host: string; readonly port: number } {
  const end = text.startsWith('[') ? text.indexOf(']') + 1 : text.indexOf(':');
  const host = (end <= 0 ? text : text.slice(0, end)).trim();
  const rest = end <= 0 ? '' : text.slice(end).trim();
  if (host.length > 255 || !HOST.test(host)) throw new Malformed(`expected a host, found ${quoted(text)}`);
  if (rest === '') return { host, port: 0 };
  const port = rest.startsWith(':') ? wholeNumber(rest.slice(1).trim(), LAST_PORT) : -1;
  if (port <= 0) throw new Malformed(`expected a port after ${quoted(host)}, found ${quoted(rest)}`);
  return { host, port };
}

/** Whether two URIs mean the same (RFC 3261 section 19.1.4), parameters and headers apart. */
export function sameUri(a: Uri, b: Uri): boolean {
  return (
    a.scheme === b.scheme && a.user === b.user && a.port === b.port && a.host.toLowerCase() === b.host.toLowerCase()
  );
}
