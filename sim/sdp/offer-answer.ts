import { attributeOf, type Media, type SessionDescription } from './description';

/** Transports that a session of messages may be offered over, by their name in the m line. */
export const TRANSPORT_PROTOCOLS = { tcp: 'TCP/MSRP', sctp: 'SCTP/MSRP', quic: 'QUIC/MSRP', udp: 'UDP/MSRP' } as const;
export type MessageTransport = keyof typeof TRANSPORT_PROTOCOLS;
export const MESSAGE_TRANSPORTS = Object.keys(TRANSPORT_PROTOCOLS) as [MessageTransport, ...MessageTransport[]];

/** Where one end takes messages. */
export interface MessageEnd {
  readonly host: string;
  readonly port: number;
  /** Names the session there (RFC 4975 section 6). */
  readonly session: string;
  /** URI of the relay that it is reached through (RFC 4976); '' for none. */
  readonly relay?: string;
}

/** An offer of a session of messages, one m line for each transport, the preferred one first (RFC 3264, RFC 4975). */
export function messageOffer(end: MessageEnd, transports: readonly MessageTransport[]): SessionDescription {
  return describe(
    end,
    transports.map((transport) => mediaOf(end, transport, end.port, 'active')),
  );
}

/** How an offer is answered: with what, over which transport; or why not. */
export type Answer =
  | { readonly transport: MessageTransport; readonly description: SessionDescription; readonly path: string }
  | { readonly transport: null; readonly reason: string };

/** What an offer of UDP alone is refused with (draft-mankin-im-session-guide-00 section 3.1). */
export const NO_CONGESTION_CONTROL = 'UDP has no congestion control';

/**
 * The answer to an offer (RFC 3264 section 6): the first transport that both ends have and that controls congestion gets a
 * port, all others get port 0.
 */
export function messageAnswer(
  offer: SessionDescription,
  end: MessageEnd,
  accepts: readonly MessageTransport[],
): Answer {
  const offered = offer.media.map(transportOf);
  const chosen = offered.find((transport) => transport !== null && transport !== 'udp' && accepts.includes(transport));
  if (chosen === undefined || chosen === null) {
    const onlyUdp = offered.length > 0 && offered.every((transport) => transport === 'udp');
    return { transport: null, reason: onlyUdp ? NO_CONGESTION_CONTROL : 'no common transport' };
  }
  const at = offered.indexOf(chosen);
  const media = offer.media.map((one, i) =>
    i === at
      ? mediaOf(end, chosen, end.port, 'passive')
      : { ...one, port: 0, attributes: [], connection: null, more: [] },
  );
  return { transport: chosen, description: describe(end, media), path: attributeOf(offer.media[at]!, 'path') ?? '' };
}

/** What the answer has chosen: the transport and the path to the other end; null if nothing. */
export function chosenIn(
  answer: SessionDescription,
): { readonly transport: MessageTransport; readonly path: string } | null {
  const media = answer.media.find(({ port }) => port !== 0);
  const transport = media === undefined ? null : transportOf(media);
  return transport === null ? null : { transport, path: attributeOf(media!, 'path') ?? '' };
}

/** The MSRP URI of an end (RFC 4975 section 6). */
export function endUri({ host, port, session }: MessageEnd, transport: MessageTransport): string {
  return `msrp://${host}:${port}/${session};${transport}`;
}

/** The way to an end, itself last (RFC 4975 section 8.2). */
function pathTo(end: MessageEnd, transport: MessageTransport): string {
  return end.relay ? `${end.relay} ${endUri(end, transport)}` : endUri(end, transport);
}

function transportOf({ protocol }: Media): MessageTransport | null {
  return MESSAGE_TRANSPORTS.find((transport) => TRANSPORT_PROTOCOLS[transport] === protocol) ?? null;
}

/** `setup` says who opens the connection (RFC 4145 section 4; RFC 6135). */
function mediaOf(end: MessageEnd, transport: MessageTransport, port: number, setup: 'active' | 'passive'): Media {
  return {
    kind: 'message',
    port,
    ports: 1,
    protocol: TRANSPORT_PROTOCOLS[transport],
    formats: ['*'],
    connection: null,
    attributes: [
      { name: 'accept-types', value: 'text/plain' },
      { name: 'setup', value: setup },
      { name: 'path', value: pathTo(end, transport) },
    ],
    more: [],
  };
}

function describe({ host, session }: MessageEnd, media: readonly Media[]): SessionDescription {
  const connection = { type: 'IP4', address: host };
  const number = String(parseInt(session.slice(0, 6), 36));
  return {
    origin: { user: '-', session: number, version: number, connection },
    name: '-',
    connection,
    times: ['0 0'],
    attributes: [],
    more: [],
    media,
  };
}
