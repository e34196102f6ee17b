import type { MsrpRequest } from '../msrp/message';
import type { Node } from '../net/node';
import { ENCRYPTED, parseSealed, SIGNED } from '../security/messages';
import { type Evidence, receiverOf } from './interposed';
import type { Content, Leg } from './legs';
import type { Observation, Seen } from './observation';
import type { PacketRef } from './packet-ref';
import type { SessionEvidence } from './session-evidence';

/** What a session shows of itself. */
export const MESSAGE_PARTS = {
  identities: 'who talks to whom',
  signalling: 'headers and bodies of the signalling',
  headers: 'headers of messages',
  body: 'content of messages',
} as const;
export type MessagePart = keyof typeof MESSAGE_PARTS;

/** What can be done to it: `change` is to change it so that no end can tell. */
export const POWERS = ['read', 'change', 'stop'] as const;
export type Power = (typeof POWERS)[number];

/** What somebody between the ends could do to a session, by what was in the clear there in this run. */
export interface Exposure {
  /** A node; or those that only forward packets. */
  readonly who: string;
  readonly node: Node | null;
  readonly can: Readonly<Record<Power, ReadonlyMap<MessagePart, Evidence>>>;
}

/** Nodes that forward packets, and whoever taps a link. */
export const ON_THE_WAY = 'routers and links';

/** Whether bytes of a leg are sealed, and `node` has no key of them. */
export function isSealedTo({ contents, tls }: Leg, node: Node | null): boolean {
  return contents.has('tls') && (node === null || !tls.owners.has(node.name));
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
    for (const node of leg.nodes) {
      table.note(node, 'stop', ['headers', 'body'], `is an end of ${leg.text}`, leg.first);
      if (!OTHER.some((kind) => leg.contents.has(kind)) || isSealedTo(leg, node)) continue;
      table.note(node, 'read', ['body'], `has the bytes of ${leg.text}`, leg.first);
      table.note(node, 'change', ['body'], `has the bytes of ${leg.text}`, leg.first);
    }
    table.note(null, 'stop', ['headers', 'body'], `forward ${leg.text}`, leg.first);
    if (OTHER.some((kind) => leg.contents.has(kind)) && !leg.contents.has('tls')) {
      table.note(null, 'read', ['body'], `forward ${leg.text}, in the clear`, leg.first);
      table.note(null, 'change', ['body'], `forward ${leg.text}, in the clear`, leg.first);
    }
  }
  copies(session, table);
  keys(seen, session, table);
  return table.rows();
}

/** SIP goes hop by hop: each server that a message passes has all of it. */
function signalling(seen: Observation, { negotiations, sipMessages }: SessionEvidence, table: Table): void {
  const calls = new Set([...negotiations.map(({ offer }) => offer), ...sipMessages].map(({ message: m }) => m.callId));
  for (const one of seen.sip) {
    if (!calls.has(one.message.callId)) continue;
    const isContent = one.message.kind === 'request' && one.message.method === 'MESSAGE';
    const parts: MessagePart[] = ['identities', 'signalling', ...(isContent ? (['headers', 'body'] as const) : [])];
    for (const node of [one.from, receiverOf(one), null]) {
      const text = node === null ? `forward SIP in the clear, ${one.leg.text}` : `passes SIP on, ${one.leg.text}`;
      for (const power of POWERS) table.note(node, power, parts, text, one.ref);
    }
  }
}

function message({ message: request, leg, ref }: Seen<MsrpRequest>, table: Table): void {
  const isProtected = request.contentType === ENCRYPTED || request.contentType === SIGNED;
  for (const node of [...leg.nodes, null]) {
    if (isSealedTo(leg, node)) continue;
    const how = leg.contents.has('tls') ? 'has the keys of TLS' : 'has in the clear';
    const text = node === null ? `forward ${leg.text} in the clear` : `${how} what ${leg.text} carries`;
    table.note(node, 'read', ['identities', 'headers'], text, ref);
    if (isReadable(request, node)) table.note(node, 'read', ['body'], text, ref);
    table.note(node, 'change', isProtected ? ['headers'] : ['identities', 'headers', 'body'], text, ref);
  }
}

/** Who is sent copies has what the ends sent. */
function copies({ copies: away, sends, legs }: SessionEvidence, table: Table): void {
  for (const leg of away) {
    const to = leg.nodes[1];
    if (to === undefined) continue;
    const clear = sends.find((one) => !isSealedTo(one.leg, to));
    const text = `is sent copies, ${leg.text}`;
    if (clear !== undefined) {
      table.note(to, 'read', ['identities', 'headers'], text, leg.first);
      if (isReadable(clear.message, to)) table.note(to, 'read', ['body'], text, leg.first);
    } else if (legs.every((one) => !isSealedTo(one, to))) table.note(to, 'read', ['body'], text, leg.first);
  }
}

/** Who is asked for the keys of somebody knows who is going to talk to whom. */
function keys(seen: Observation, { client, server, flow }: SessionEvidence, table: Table): void {
  for (const { contents, flows, opener, taker, first, text } of seen.legs.all) {
    if (!contents.has('http') || !flows.has(flow) || (opener.node !== client && opener.node !== server)) continue;
    if (taker !== null) table.note(taker, 'read', ['identities'], `is asked for keys, ${text}`, first);
    table.note(null, 'read', ['identities'], `forward what asks for keys, ${text}`, first);
  }
}

class Table {
  private readonly found = new Map<Node | null, Record<Power, Map<MessagePart, Evidence>>>();

  constructor(private readonly ends: readonly Node[]) {}

  note(node: Node | null, power: Power, parts: readonly MessagePart[], text: string, ref: PacketRef): void {
    if (node !== null && this.ends.includes(node)) return;
    let can = this.found.get(node);
    if (can === undefined) this.found.set(node, (can = { read: new Map(), change: new Map(), stop: new Map() }));
    for (const part of parts) {
      const who = node === null ? ON_THE_WAY : node.name;
      if (!can[power].has(part)) can[power].set(part, { text: `${who} ${text}`, packets: [ref] });
    }
  }

  rows(): Exposure[] {
    return [...this.found].map(([node, can]) => ({ who: node?.name ?? ON_THE_WAY, node, can }));
  }
}
