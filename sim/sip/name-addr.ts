import { Malformed, quoted } from '../core/malformed';
import { NO_PARAMS, nextOutside, type Param, paramOf, type Params, paramsText, parseParams } from './params';
import { parseUri, type Uri, uriText } from './uri';

/** A URI with a name to show and parameters: From, To, Contact, Route, Record-Route (RFC 3261 section 20). */
export interface NameAddr {
  /** As written, quotes included; '' for none. */
  readonly display: string;
  readonly uri: Uri;
  /** Parameters of the header field, not of the URI. */
  readonly params: Params;
}

export function nameAddr(uri: Uri, display = '', params: Params = NO_PARAMS): NameAddr {
  return { display, uri, params };
}

export function nameAddrText({ display, uri, params }: NameAddr): string {
  const address = display === '' ? `<${uriText(uri)}>` : `${display} <${uriText(uri)}>`;
  return params.length === 0 ? address : address + paramsText(params);
}

/** The tag of a From or To; '' for none (RFC 3261 section 19.3). */
export function tagOf({ params }: NameAddr): string {
  return paramOf(params, 'tag') ?? '';
}

/** The same with this tag. */
export function withTag(address: NameAddr, tag: string): NameAddr {
  const others = address.params.filter(([name]) => name.toLowerCase() !== 'tag');
  const params: Param[] = [...others, ['tag', tag]];
  return { ...address, params };
}

/** Throws `Malformed`. */
export function parseNameAddr(text: string): NameAddr {
  const open = nextOpening(text);
  if (open === text.length) {
    // without brackets, what follows a semicolon is of the header field (RFC 3261 section 20)
    const semicolon = text.indexOf(';');
    const uri = parseUri((semicolon < 0 ? text : text.slice(0, semicolon)).trim());
    if (uri.headers !== '') throw new Malformed(`a URI with ? needs brackets: ${quoted(text)}`);
    return { display: '', uri, params: semicolon < 0 ? NO_PARAMS : parseParams(text.slice(semicolon)) };
  }
  const close = text.indexOf('>', open);
  if (close < 0) throw new Malformed(`expected > after ${quoted(text.slice(open))}`);
  return {
    display: text.slice(0, open).trim(),
    uri: parseUri(text.slice(open + 1, close).trim()),
    params: parseParams(text.slice(close + 1).trim()),
  };
}

/** The first < that does not stand in a quoted display name. */
function nextOpening(text: string): number {
  return nextOutside(text, 0, '<');
}
