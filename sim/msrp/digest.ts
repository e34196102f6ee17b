import { md5 } from '@noble/hashes/legacy';
import { bytesToHex } from '@noble/hashes/utils';
import { bytesOf } from '../core/byte-text';

/** A user of a relay, and the secret that both know. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a relay asks with (RFC 2617 section 3.2.1). */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  /** The nonce of the request was known, and is too old: the password need not be asked for again. */
  readonly stale: boolean;
}

/** What a client answers (RFC 2617 section 3.2.2). */
export interface Authorization {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  /** How often the client has used this nonce, this time included. */
  readonly count: number;
  readonly cnonce: string;
  readonly response: string;
}

/** The request that a digest is for: its method, and the URI of the relay that it asks (RFC 4976 section 5.1). */
export interface Asked {
  readonly method: string;
  readonly uri: string;
}

/** RFC 2617 section 3.2.2.1 with qop auth. With an empty method it is the `rspauth` of section 3.2.3. */
export function digestOf(
  { username, password }: Credentials,
  { realm, nonce, count, cnonce }: Pick<Authorization, 'realm' | 'nonce' | 'count' | 'cnonce'>,
  { method, uri }: Asked,
): string {
  const secret = hashOf(`${username}:${realm}:${password}`);
  return hashOf(`${secret}:${nonce}:${countText(count)}:${cnonce}:auth:${hashOf(`${method}:${uri}`)}`);
}

function hashOf(text: string): string {
  return bytesToHex(md5(bytesOf(text)));
}

function countText(count: number): string {
  return count.toString(16).padStart(8, '0');
}

/** Value of WWW-Authenticate. */
export function challengeText({ realm, nonce, stale }: Challenge): string {
  return `Digest realm="${realm}", nonce="${nonce}", qop="auth"${stale ? ', stale=true' : ''}`;
}

/** Null where it is no challenge that can be answered. */
export function parseChallenge(text: string): Challenge | null {
  const fields = fieldsIn(text);
  const realm = fields?.get('realm');
  const nonce = fields?.get('nonce');
  if (realm === undefined || nonce === undefined) return null;
  return { realm, nonce, stale: fields!.get('stale')?.toLowerCase() === 'true' };
}

/** Value of Authorization. */
export function authorizationText({ username, realm, nonce, count, cnonce, response }: Authorization): string {
  const who = `username="${username}", realm="${realm}", nonce="${nonce}"`;
  return `Digest ${who}, qop=auth, nc=${countText(count)}, cnonce="${cnonce}", response="${response}"`;
}

/** Null where something is missing. */
export function parseAuthorization(text: string): Authorization | null {
  const fields = fieldsIn(text);
  const of = (name: string): string => fields?.get(name) ?? '';
  const count = /^[0-9a-f]{8}$/i.test(of('nc')) ? parseInt(of('nc'), 16) : 0;
  const named = { username: of('username'), realm: of('realm'), nonce: of('nonce') };
  const found = { ...named, count, cnonce: of('cnonce'), response: of('response') };
  return count > 0 && Object.values(found).every((value) => value !== '') ? found : null;
}

/** Value of Authentication-Info: shows that the relay, too, knows the secret (RFC 2617 section 3.2.3). */
export function infoText(rspauth: string, { cnonce, count }: Pick<Authorization, 'cnonce' | 'count'>): string {
  return `qop=auth, rspauth="${rspauth}", cnonce="${cnonce}", nc=${countText(count)}`;
}

/** The `rspauth` in an Authentication-Info; '' if there is none. */
export function rspauthIn(text: string): string {
  return pairsIn(text).get('rspauth') ?? '';
}

function fieldsIn(text: string): ReadonlyMap<string, string> | null {
  return /^digest\s/i.test(text) ? pairsIn(text.slice(7)) : null;
}

function pairsIn(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const [, name, quoted, bare] of text.matchAll(/\b([a-z]{1,16})\s?=\s?(?:"([^"]*)"|([^\s,"]+))/gi)) {
    pairs.set(name!.toLowerCase(), quoted ?? bare!);
  }
  return pairs;
}
