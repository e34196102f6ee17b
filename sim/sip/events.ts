import type { SipMessage } from './message';

/* Names of SIP events (RFC 6665) and of presence (RFC 3856). */

export const EVENT = 'Event';
export const SUBSCRIPTION_STATE = 'Subscription-State';
export const PRESENCE = 'presence';
export const PIDF = 'application/pidf+xml';

/** The value of a header field that no structure is known of; undefined if there is none. */
export function headerOf({ others }: SipMessage, name: string): string | undefined {
  const wanted = name.toLowerCase();
  // RFC 6665 section 8.2.1: "o" is the compact name of Event
  return others.find((header) => header.name.toLowerCase() === wanted || (header.name === 'o' && name === EVENT))
    ?.value;
}

/** What is known of a user (RFC 3863); `version` tells one state from the next. `entity` is a SIP URI. */
export function pidfOf(entity: string, basic: 'open' | 'closed', version: number): string {
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\r\n' +
    `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="${entity.replace(/^sips?:/, 'pres:')}">\r\n` +
    ` <tuple id="v${version}"><status><basic>${basic}</basic></status></tuple>\r\n</presence>\r\n`
  );
}

/** The version in a document that `pidfOf` made; -1 if there is none. */
export function versionOf(document: string): number {
  const found = /<tuple id="v(\d{1,15})">/.exec(document);
  return found === null ? -1 : Number(found[1]);
}
