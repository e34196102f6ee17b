import type { Node } from '../net/node';
import { chosenIn, MESSAGE_TRANSPORTS, type MessageTransport, TRANSPORT_PROTOCOLS } from '../sdp/offer-answer';
import type { MsrpRequest } from '../msrp/message';
import { isNotice } from '../msrp/notice';
import type { SipMessage, SipRequest, SipResponse } from '../sip/message';
import { type Interposed, interposedOn, receiverOf, sdpIn } from './interposed';
import type { Leg } from './legs';
import type { Observation, Seen } from './observation';

/** Two ends of a scenario's session, under one accounting identity. */
export interface Principals {
  readonly name: string;
  readonly client: Node;
  readonly server: Node;
  readonly flow: number;
}

/** An offer of the client and what came of it (RFC 3264). */
export interface Negotiation {
  readonly offer: Seen<SipRequest>;
  readonly offered: readonly MessageTransport[];
  /** Null: there was none. */
  readonly answer: Seen<SipResponse> | null;
  /** Of the answer; null: it refused, or there was none. */
  readonly chosen: MessageTransport | null;
}

/** What is known of a session from the wire. */
export interface SessionEvidence extends Principals {
  /** Legs that carried its messages, access to circuits included. */
  readonly legs: readonly Leg[];
  /** Legs that lead away from its path: copies for somebody else. */
  readonly copies: readonly Leg[];
  /** Circuits that it may have been carried in: between ends of its legs. */
  readonly circuits: readonly Leg[];
  readonly negotiations: readonly Negotiation[];
  /** MSRP requests with content, over every leg. */
  readonly sends: readonly Seen<MsrpRequest>[];
  /** MESSAGE requests, over every leg; `inDialog`: those of a session, not of paging. */
  readonly sipMessages: readonly (Seen<SipRequest> & { readonly inDialog: boolean })[];
  readonly interposed: readonly Interposed[];
}

/** What the wire shows of each session. */
export function evidenceOf(seen: Observation, sessions: readonly Principals[]): SessionEvidence[] {
  const requests = seen.sip.filter(isRequest);
  const invitations = new Set(requests.filter(({ message }) => message.method === 'INVITE').map(({ message }) => message.callId)); // prettier-ignore
  const all = sessions.map((session): SessionEvidence => {
    const users = usersOf(requests, session);
    const sipMessages = requests
      .filter(({ message }) => message.method === 'MESSAGE' && users.has(message.from.uri.user))
      .map((one) => ({ ...one, inDialog: invitations.has(one.message.callId) }));
    const byFlow = seen.legs.all.filter((leg) => leg.flows.has(session.flow) && carriesData(leg));
    const ends = new Set([session.client, session.server, ...byFlow.flatMap(({ nodes }) => nodes)]);
    const circuits = seen.legs.all.filter(
      ({ contents, nodes }) => contents.has('circuit') && nodes.every((node) => ends.has(node)),
    );
    const { through, copies } = between(session, [...byFlow, ...circuits]);
    const legs = through;
    const sends = sendsOn(seen, new Set(legs));
    return {
      ...session,
      legs,
      copies,
      circuits,
      negotiations: negotiationsOf(seen, requests, session, users),
      sends,
      sipMessages,
      interposed: interposedOn(seen, session, legs, copies, sipMessages),
    };
  });
  return withOwn(all);
}

/** Messages on those legs; in a circuit, which others have messages in, those that one of the other legs has, too. */
function sendsOn(seen: Observation, legs: ReadonlySet<Leg>): Seen<MsrpRequest>[] {
  const all = seen.msrp.filter(
    (one): one is Seen<MsrpRequest> =>
      one.message.kind === 'request' && one.message.method === 'SEND' && !isNotice(one.message) && legs.has(one.leg),
  );
  const isShared = ({ leg }: Seen<MsrpRequest>) => leg.contents.has('circuit');
  const readers = new Set(all.filter((one) => !isShared(one)).map(({ message }) => message.toPath.at(-1)));
  return all.filter((one) => !isShared(one) || readers.has(one.message.toPath.at(-1)));
}

/** Sessions between the same ends share none of their negotiations: the names in the offers say whose they are. */
function withOwn(all: readonly SessionEvidence[]): SessionEvidence[] {
  const owners = new Map<string, SessionEvidence>();
  for (const one of all) for (const { message } of one.sends) owners.set(message.fromPath.at(-1)!, one);
  return all.map((one) => ({
    ...one,
    negotiations: one.negotiations.filter(({ offer }) => {
      const owner = owners.get(pathIn(offer.message.body));
      return owner === undefined || owner === one;
    }),
  }));
}

/** The path of the offering end: the last of the first path. */
function pathIn(body: string): string {
  const path = sdpIn(body)?.media[0]?.attributes.find(({ name }) => name === 'path')?.value ?? '';
  return path.split(' ').at(-1)!;
}

/** Legs of the session, those in the signalling included where it carries a session's messages. */
export function messageLegs({ legs, sipMessages }: SessionEvidence): Leg[] {
  return [...new Set([...legs, ...sipMessages.filter(({ inDialog }) => inDialog).map(({ leg }) => leg)])];
}

/** Legs from end to end, and those that end where nothing goes on. */
function between({ client, server }: Principals, all: readonly Leg[]): { through: Leg[]; copies: Leg[] } {
  let through = [...all];
  const copies: Leg[] = [];
  for (;;) {
    const peers = new Map<Node, Set<Node>>();
    for (const { nodes } of through) {
      for (const node of nodes) peers.set(node, new Set([...(peers.get(node) ?? []), ...nodes.filter((n) => n !== node)])); // prettier-ignore
    }
    const isDeadEnd = (node: Node) => node !== client && node !== server && peers.get(node)!.size < 2;
    // a leg that never came about has one end
    const dead = through.filter(({ nodes }) => nodes.length > 1 && nodes.some(isDeadEnd));
    if (dead.length === 0) return { through, copies };
    copies.push(...dead.filter(({ opener }) => opener.node !== client && opener.node !== server));
    through = through.filter((leg) => !dead.includes(leg));
  }
}

function isRequest(one: Seen<SipMessage>): one is Seen<SipRequest> {
  return one.message.kind === 'request';
}

/** Legs of STUN alone carry no session, nor do those that ask for keys. */
function carriesData({ contents, sides }: Leg): boolean {
  if (contents.size === 1 && (contents.has('stun') || contents.has('http'))) return false;
  return sides.some(({ firstData }) => firstData !== null);
}

/** Users of the client whose requests reached the server. */
function usersOf(requests: readonly Seen<SipRequest>[], { client, server }: Principals): ReadonlySet<string> {
  const reached = new Set<string>();
  for (const one of requests) if (receiverOf(one) === server) reached.add(one.message.from.uri.user);
  const users = new Set<string>();
  for (const { from, message } of requests) {
    const { user } = message.from.uri;
    if (from === client && (reached.has(user) || message.method === 'INVITE')) users.add(user);
  }
  return users;
}

function negotiationsOf(
  seen: Observation,
  requests: readonly Seen<SipRequest>[],
  { client }: Principals,
  users: ReadonlySet<string>,
): Negotiation[] {
  const offers = new Map<string, Seen<SipRequest>>();
  for (const one of requests) {
    const { message, from } = one;
    if (from !== client || message.method !== 'INVITE' || !users.has(message.from.uri.user)) continue;
    if (!offers.has(message.callId)) offers.set(message.callId, one);
  }
  const answers = new Map<string, Seen<SipResponse>>();
  for (const one of seen.sip) {
    const { message } = one;
    if (message.kind !== 'response' || message.status < 200 || message.cseq.method !== 'INVITE') continue;
    if (receiverOf(one) === client) answers.set(message.callId, one as Seen<SipResponse>);
  }
  return [...offers].map(([callId, offer]) => {
    const answer = answers.get(callId) ?? null;
    const described = answer === null ? null : sdpIn(answer.message.body);
    return {
      offer,
      offered: transportsIn(offer.message.body),
      answer,
      chosen: described === null ? null : (chosenIn(described)?.transport ?? null),
    };
  });
}

function transportsIn(body: string): MessageTransport[] {
  const protocols = sdpIn(body)?.media.map(({ protocol }) => protocol) ?? [];
  return MESSAGE_TRANSPORTS.filter((transport) => protocols.includes(TRANSPORT_PROTOCOLS[transport]));
}
