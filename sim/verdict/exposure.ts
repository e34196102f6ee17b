import type { MsrpRequest } from '../msrp/message';
import type { Node } from '../net/node';
import { ENCRYPTED, parseSealed, SIGNED } from '../security/messages';
import type { Address } from '../core/packet';
import { sipText } from '../sip/encode';
import { type Evidence, hostIn, receiverOf } from './interposed';
import type { Content, Leg } from './legs';
import type { Observation, Seen } from './observation';
import type { PacketRef } from './packet-ref';
import type { SessionEvidence } from './session-evidence';
import type { TlsConversation } from './tls-reader';

/** What a session shows of itself. */
export const MESSAGE_PARTS = {
  identities: 'who talks to whom',
  signalling: 'headers and bodies of the signalling',
  headers: 'headers of messages',
  body: 'content of messages',
} as const;
export type MessagePart = keyof typeof MESSAGE_PARTS;

/** Addresses that packets and messages show. */
export const ADDRESSES = { source: 'where the client is', destination: 'where the server is' } as const;
export type AddressOf = keyof typeof ADDRESSES;

/** What can be done to it: `change` is to change it so that no end can tell. */
export const POWERS = ['read', 'change', 'stop'] as const;
export type Power = (typeof POWERS)[number];

/** What somebody between the ends could do to a session, by what was in the clear there in this run. */
export interface Exposure {
  /** A node; or those that only forward packets, as they were sent or inside of a tunnel. */
  readonly who: string;
  readonly node: Node | null;
  readonly can: Readonly<Record<Power, ReadonlyMap<MessagePart, Evidence>>>;
  /** Whose addresses it has seen; on links only those that one packet shows together. */
  readonly knows: ReadonlyMap<AddressOf, Evidence>;
}

/** Nodes that forward packets, and whoever taps a link. */
export const ON_THE_WAY = 'routers and links';
/** The same, between the ends of a tunnel that protects what it carries. */
export const IN_TUNNELS = 'routers and links in tunnels';

type At = Node | typeof ON_THE_WAY | typeof IN_TUNNELS;

/** Where packets of a leg pass, and what can be done to them there if nothing else protects them. */
interface Place {
  readonly at: At;
  readonly does: string;
  readonly powers: readonly Power[];
}

function placesOn(leg: Leg): Place[] {
  const places: Place[] = leg.nodes.map((node) => ({ at: node, does: `is an end of ${leg.text}`, powers: POWERS }));
  const tunnels = tunnelsAround(leg);
  const isSecured = ({ contents }: Leg) => contents.has('esp');
  if (leg.isBare || !tunnels.some(isSecured)) {
    places.push({ at: ON_THE_WAY, does: `forward ${leg.text}`, powers: POWERS });
  }
  for (const tunnel of tunnels.filter(isSecured)) {
    for (const at of tunnel.nodes) places.push({ at, does: `takes ${leg.text} through a tunnel`, powers: POWERS });
    const powers: Power[] = tunnel.contents.has('packets') ? ['read', 'stop'] : ['stop'];
    places.push({ at: IN_TUNNELS, does: `forward ${tunnel.text}`, powers });
  }
  return places;
}

/** Those that carry it, and those around them. */
function tunnelsAround({ tunnels }: Leg): Leg[] {
  return [...tunnels].flatMap((tunnel) => [tunnel, ...tunnelsAround(tunnel)]);
}

const nameOf = (at: At): string => (typeof at === 'string' ? at : at.name);
const nodeOf = (at: At): Node | null => (typeof at === 'string' ? null : at);

/** Whether `node` has no key of that TLS. */
function isShut(tls: TlsConversation, node: Node | null): boolean {
  return node === null || !tls.owners.has(node.name);
}

/** Whether bytes of a leg are sealed, or in a circuit those of its session, and `node` has no key of them. */
function isSealedTo(leg: Leg, node: Node | null, { legs }: SessionEvidence): boolean {
  if (leg.contents.has('tls') && isShut(leg.tls, node)) return true;
  const own = [...leg.innerTls].filter((talk) => legs.some(({ tls }) => tls.isSame(talk)));
  return own.length > 0 && own.every((talk) => isShut(talk, node));
}

/** Whether the content of a message can be read by who has its bytes. */
export function isReadable({ contentType, body }: MsrpRequest, node: Node | null): boolean {
  if (contentType !== ENCRYPTED) return true;
  return node !== null && parseSealed(body)?.recipients.has(node.name) === true;
}

const OTHER: readonly Content[] = ['opaque', 'turn', 'circuit'];

/** Who could do what to a session, in the order in which they were met. */
export function exposuresOf(seen: Observation, session: SessionEvidence): Exposure[] {
  const table = new Table([session.client, session.server]);
  signalling(seen, session, table);
  for (const one of session.sends) message(one, table);
  const inClear = session.legs.filter((leg) => leg.contents.size > 0 && !leg.contents.has('sip'));
  for (const leg of inClear) {
    const isOther = OTHER.some((kind) => leg.contents.has(kind));
    for (const { at, does, powers } of placesOn(leg)) {
      for (const power of powers) {
        if (power === 'stop') table.note(at, power, ['headers', 'body'], does, leg.first);
        else if (isOther && !isSealedTo(leg, nodeOf(at), session)) {
          table.note(at, power, ['body'], `${does}, in the clear`, leg.first);
        }
      }
    }
  }
  copies(session, table);
  keys(seen, session, table);
  inPackets(seen, session, table);
  inMessages(seen, session, table);
  return table.rows();
}

/** SIP goes hop by hop: each server that a message passes has all of it. */
function signalling(seen: Observation, { negotiations, sipMessages }: SessionEvidence, table: Table): void {
  const calls = new Set([...negotiations.map(({ offer }) => offer), ...sipMessages].map(({ message: m }) => m.callId));
  for (const one of seen.sip) {
    if (!calls.has(one.message.callId)) continue;
    const isContent = one.message.kind === 'request' && one.message.method === 'MESSAGE';
    const parts: MessagePart[] = ['identities', 'signalling', ...(isContent ? (['headers', 'body'] as const) : [])];
    for (const at of [one.from, receiverOf(one), ON_THE_WAY] as const) {
      if (at === null) continue;
      const text = at === ON_THE_WAY ? `forward SIP in the clear, ${one.leg.text}` : `passes SIP on, ${one.leg.text}`;
      for (const power of POWERS) table.note(at, power, parts, text, one.ref);
    }
  }
}

function message({ message: request, leg, ref, tls }: Seen<MsrpRequest>, table: Table): void {
  const isProtected = request.contentType === ENCRYPTED || request.contentType === SIGNED;
  for (const { at, powers } of placesOn(leg)) {
    const node = nodeOf(at);
    if (tls !== null && isShut(tls, node)) continue;
    const how = tls !== null ? 'has the keys of' : 'has in the clear';
    const text = node === null ? `forward ${leg.text} in the clear` : `${how} what ${leg.text} carries`;
    if (powers.includes('read')) {
      table.note(at, 'read', ['identities', 'headers'], text, ref);
      if (isReadable(request, node)) table.note(at, 'read', ['body'], text, ref);
    }
    if (powers.includes('change')) {
      table.note(at, 'change', isProtected ? ['headers'] : ['identities', 'headers', 'body'], text, ref);
    }
  }
}

/** Who is sent copies has what the ends sent. */
function copies(session: SessionEvidence, table: Table): void {
  const { copies: away, sends, legs } = session;
  for (const leg of away) {
    const to = leg.nodes[1];
    if (to === undefined) continue;
    const clear = sends.find(({ tls }) => tls === null || !isShut(tls, to));
    const text = `is sent copies, ${leg.text}`;
    if (clear !== undefined) {
      table.note(to, 'read', ['identities', 'headers'], text, leg.first);
      if (isReadable(clear.message, to)) table.note(to, 'read', ['body'], text, leg.first);
    } else if (legs.every((one) => !isSealedTo(one, to, session))) table.note(to, 'read', ['body'], text, leg.first);
  }
}

/** Who is asked for the keys of somebody knows who is going to talk to whom. */
function keys(seen: Observation, { client, server, flow }: SessionEvidence, table: Table): void {
  for (const { contents, flows, opener, taker, first, text } of seen.legs.all) {
    if (!contents.has('http') || !flows.has(flow) || (opener.node !== client && opener.node !== server)) continue;
    if (taker !== null) table.note(taker, 'read', ['identities'], `is asked for keys, ${text}`, first);
    table.note(ON_THE_WAY, 'read', ['identities'], `forward what asks for keys, ${text}`, first);
  }
}

/** Who had packets that an end had sent, or that were for it, as they came there. */
function inPackets({ simulation }: Observation, { client, server, legs }: SessionEvidence, table: Table): void {
  const nameOfEnd = (address: Address): AddressOf | null => {
    const owner = simulation.ownerOf(address);
    return owner === client ? 'source' : owner === server ? 'destination' : null;
  };
  for (const leg of legs) {
    const { src, dst } = leg.opener.ends;
    const [from, to] = [nameOfEnd(src), nameOfEnd(dst)];
    for (const side of leg.sides) {
      const other = nameOfEnd(side.ends.dst);
      if (other !== null) table.learn(side.node, other, `has packets of ${leg.text}`, leg.first);
    }
    if (from === null || to === null) continue;
    for (const { at, does } of placesOn(leg)) {
      if (at === IN_TUNNELS) continue;
      for (const which of [from, to]) table.learn(at, which, does, leg.first);
    }
  }
}

/** Who could read messages, or signalling, that name them. */
function inMessages(seen: Observation, session: SessionEvidence, table: Table): void {
  const { client, server, sends, negotiations } = session;
  const hosts = { source: seen.hostOf(client), destination: seen.hostOf(server) };
  const parts = Object.keys(ADDRESSES) as AddressOf[];
  for (const { message: sent, leg, ref, tls } of sends) {
    const named = new Set([...sent.fromPath, ...sent.toPath].map(hostIn));
    for (const { at, powers } of placesOn(leg)) {
      if ((tls !== null && isShut(tls, nodeOf(at))) || !powers.includes('read')) continue;
      for (const which of parts) {
        if (named.has(hosts[which])) table.learn(at, which, `reads it in a message, ${leg.text}`, ref);
      }
    }
  }
  const calls = new Set(negotiations.map(({ offer }) => offer.message.callId));
  for (const one of seen.sip) {
    if (!calls.has(one.message.callId)) continue;
    const words = new Set(sipText(one.message).split(/[^\d.]+/));
    for (const which of parts) {
      if (!words.has(hosts[which])) continue;
      for (const at of [one.from, receiverOf(one), ON_THE_WAY] as const) {
        if (at !== null) table.learn(at, which, `reads it in the signalling, ${one.leg.text}`, one.ref);
      }
    }
  }
}

class Table {
  private readonly known = new Map<At, Map<AddressOf, Evidence>>();
  private readonly found = new Map<At, Record<Power, Map<MessagePart, Evidence>>>();

  constructor(private readonly ends: readonly Node[]) {}

  note(at: At, power: Power, parts: readonly MessagePart[], text: string, ref: PacketRef): void {
    if (typeof at !== 'string' && this.ends.includes(at)) return;
    let can = this.found.get(at);
    if (can === undefined) this.found.set(at, (can = { read: new Map(), change: new Map(), stop: new Map() }));
    for (const part of parts) {
      if (!can[power].has(part)) can[power].set(part, { text: `${nameOf(at)} ${text}`, packets: [ref] });
    }
  }

  /** Who can do nothing else has no row. */
  learn(at: At, which: AddressOf, text: string, ref: PacketRef): void {
    let known = this.known.get(at);
    if (known === undefined) this.known.set(at, (known = new Map<AddressOf, Evidence>()));
    if (!known.has(which)) known.set(which, { text: `${nameOf(at)} ${text}`, packets: [ref] });
  }

  rows(): Exposure[] {
    return [...this.found].map(([at, can]) => {
      const knows = this.known.get(at) ?? new Map<AddressOf, Evidence>();
      return { who: nameOf(at), node: nodeOf(at), can, knows };
    });
  }
}
