import { Malformed } from '../core/malformed';
import { type MsrpUri, msrpUriText, parseMsrpUri } from '../msrp/uri';
import type { Attribute, Connection, Media, SessionDescription } from '../sdp/description';
import { connectionOf, sdpText } from '../sdp/description';
import { parseSdp } from '../sdp/parse';
import type { SipFields, SipMessage } from '../sip/message';
import type { NameAddr } from '../sip/name-addr';
import type { Via } from '../sip/via';

/** Where something is received, as a message says it. */
export interface NamedEnd {
  readonly host: string;
  readonly port: number;
  /** udp, tcp ... */
  readonly protocol: string;
}

/** What stands for an end on the other side of a translator; null: the same, nothing is to be changed. */
export type Translate = (end: NamedEnd) => { readonly host: string; readonly port: number } | null;

const SIP_PORT = 5060;

/** The message with the ends of its sender's signalling translated: Via of a request, Contact, Record-Route. */
export function rewriteSignalling<M extends SipMessage>(message: M, translate: Translate): M {
  const { vias, contacts, recordRoutes } = message;
  const [top, ...rest] = vias as readonly [Via, ...Via[]];
  const fields: Partial<SipFields> = {
    vias: message.kind === 'request' ? [sentBy(top, translate), ...rest] : vias,
    contacts: contacts === '*' ? contacts : contacts.map((contact) => named(contact, translate)),
    recordRoutes: recordRoutes.map((route) => named(route, translate)),
  };
  return { ...message, ...fields };
}

/** A host and port of the signalling; no port stands for 5060. */
export function translated<T extends { readonly host: string; readonly port: number }>(at: T, translate: Translate): T {
  const { host, port } = at;
  const found = translate({ host, port: port === 0 ? SIP_PORT : port, protocol: 'udp' });
  if (found === null) return at;
  return { ...at, host: found.host, port: found.port === SIP_PORT ? 0 : found.port };
}

function sentBy(via: Via, translate: Translate): Via {
  return translated(via, translate);
}

function named(address: NameAddr, translate: Translate): NameAddr {
  return { ...address, uri: translated(address.uri, translate) };
}

/** The message with the ends of the session translated that its body describes; as it is where that cannot be read. */
export function rewriteSession<M extends SipMessage>(message: M, translate: Translate): M {
  if (message.contentType !== 'application/sdp') return message;
  try {
    return { ...message, body: sdpText(rewriteDescription(parseSdp(message.body), translate)) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return message;
  }
}

function rewriteDescription(description: SessionDescription, translate: Translate): SessionDescription {
  const { origin, connection } = description;
  const hosts = new Map<string, string>();
  const media = description.media.map((one) => rewriteMedia(description, one, (end) => {
    const found = translate(end);
    if (found !== null) hosts.set(end.host, found.host);
    return found;
  })); // prettier-ignore
  const moved = (at: Connection): Connection => ({ ...at, address: hosts.get(at.address) ?? at.address });
  return {
    ...description,
    origin: { ...origin, connection: moved(origin.connection) },
    connection: connection === null ? null : moved(connection),
    media,
  };
}

function rewriteMedia(description: SessionDescription, media: Media, translate: Translate): Media {
  const at = connectionOf(description, media);
  // refused: nothing is received (RFC 3264 section 6)
  if (media.port === 0 || at === null) return media;
  const protocol = transportIn(media.protocol);
  const found = translate({ host: at.address, port: media.port, protocol });
  return {
    ...media,
    port: found?.port ?? media.port,
    connection: media.connection === null || found === null ? media.connection : { ...at, address: found.host },
    attributes: media.attributes.map((attribute) => rewritePath(attribute, translate)),
  };
}

/** TCP/MSRP, UDP/MSRP ..., and RTP profiles, which are over UDP. */
function transportIn(protocol: string): string {
  const [first = ''] = protocol.split('/');
  return first === 'RTP' ? 'udp' : first.toLowerCase();
}

/** The URIs of an MSRP path (RFC 4975 section 8.2). */
function rewritePath(attribute: Attribute, translate: Translate): Attribute {
  if (attribute.name !== 'path' || attribute.value === null) return attribute;
  const uris = attribute.value.split(' ').map((text) => {
    const uri = parseMsrpUri(text);
    return msrpUriText(moveUri(uri, translate));
  });
  return { ...attribute, value: uris.join(' ') };
}

function moveUri(uri: MsrpUri, translate: Translate): MsrpUri {
  const { host, port, transport } = uri;
  const found = translate({ host, port, protocol: transport });
  return found === null ? uri : { ...uri, host: found.host, port: found.port };
}
