import type { MsrpRequest } from '../msrp/message';
import { isNotice } from '../msrp/notice';
import { parseMsrpUri } from '../msrp/uri';
import { Malformed } from '../core/malformed';
import { parseIpv4 } from '../net/addressing';
import type { Node } from '../net/node';
import type { SessionDescription } from '../sdp/description';
import { parseSdp } from '../sdp/parse';
import type { SipMessage } from '../sip/message';
import type { Leg } from './legs';
import type { Observation, Seen } from './observation';
import type { PacketRef } from './packet-ref';

/** Something that was seen, and the packets that show it. */
export interface Evidence {
  readonly text: string;
  readonly packets: readonly PacketRef[];
}

/** What a node that is no end of a session did to it. */
export const ACTS = {
  ends: 'ends the connection and begins another',
  impersonates: 'speaks in the name of the other end',
  addresses: 'rewrites addresses',
  content: 'rewrites content',
  passes: 'passes messages on in the signalling',
  copies: 'copies the session to somebody else',
} as const;
export type Act = keyof typeof ACTS;

/** A node in the stream of a session, between its ends. */
export interface Interposed {
  readonly node: Node;
  readonly acts: ReadonlyMap<Act, Evidence>;
  /** How each end heard of it, by the intermediary's name in what reached that end. */
  readonly announced: ReadonlyMap<Node, Evidence>;
  /** How an end asked for it. */
  readonly authorised: ReadonlyMap<Node, Evidence>;
}

/** Two ends and what lies in the stream between them. */
export interface Ends {
  readonly client: Node;
  readonly server: Node;
}

/** Who stood in the stream of a session: `legs` are those that carried it, `copies` lead away from it, `passed` are the messages of it in the signalling. */
export function interposedOn(
  seen: Observation,
  ends: Ends,
  legs: readonly Leg[],
  copies: readonly Leg[],
  passed: readonly Seen<SipMessage>[],
): Interposed[] {
  const { client, server } = ends;
  const acts = new Map<Node, Map<Act, Evidence>>();
  const note = (node: Node, act: Act, text: string, ref: PacketRef | null): void => {
    if (node === client || node === server) return;
    const own = acts.get(node) ?? new Map<Act, Evidence>();
    acts.set(node, own);
    if (!own.has(act)) own.set(act, { text: `${node.name} ${text}`, packets: ref === null ? [] : [ref] });
  };
  for (const leg of legs) {
    for (const side of leg.sides) {
      if (side.ofOther) note(side.node, 'impersonates', `sends as ${seen.simulation.ownerOf(side.ends.src).name}`, side === leg.opener ? leg.first : side.firstData ?? leg.first); // prettier-ignore
    }
    for (const node of leg.nodes) note(node, 'ends', `is an end of ${leg.text}`, leg.first);
  }
  for (const leg of copies) {
    const { bytes, node } = leg.opener;
    note(node, 'copies', `sends ${bytes} bytes of copies to ${leg.nodes[1]!.name}`, leg.first);
  }
  const carrying = new Set(legs);
  for (const change of seen.changes) {
    if (carrying.has(change.leg))
      note(change.node, change.what, `${change.text}, ${change.packets} packets`, change.ref);
  }
  for (const { from, ref, leg } of passed) note(from, 'passes', `sends a MESSAGE on, ${leg.text}`, ref);
  return [...acts].map(([node, own]) => ({
    node,
    acts: own,
    announced: new Map([client, server].flatMap((end) => entry(end, announcement(seen, end, node)))),
    authorised: new Map([client, server].flatMap((end) => entry(end, authorisation(seen, end, node, legs)))),
  }));
}

function entry(end: Node, evidence: Evidence | null): [Node, Evidence][] {
  return evidence === null ? [] : [[end, evidence]];
}

/** The other host of a message's leg. */
export function receiverOf({ leg, from }: Pick<Seen<unknown>, 'leg' | 'from'>): Node | null {
  return leg.nodes.find((node) => node !== from) ?? null;
}

/** What reached `end` and named `node` as something on the way: Via, Record-Route, a path in SDP, MSRP paths. */
function announcement(seen: Observation, end: Node, node: Node): Evidence | null {
  const host = seen.hostOf(node);
  for (const one of seen.sip) {
    if (receiverOf(one) !== end) continue;
    const { message, ref } = one;
    const where = namedInSip(message, host) ?? namedInSdp(message.body, host);
    if (where !== null) return { text: `${where} of a message to ${end.name} names ${node.name}`, packets: [ref] };
  }
  for (const one of seen.msrp) {
    if (receiverOf(one) !== end || one.message.kind !== 'request') continue;
    const { fromPath } = one.message;
    // whoever wrote the message stands last (RFC 4975 section 7.1): a notice of the intermediary's own names it there
    if (fromPath.some((uri) => hostIn(uri) === host)) {
      return { text: `From-Path of a message to ${end.name} names ${node.name}`, packets: [one.ref] };
    }
  }
  return null;
}

function namedInSip(message: SipMessage, host: string): string | null {
  if (message.kind === 'request' && message.vias.some((via) => via.host === host)) return 'Via';
  return message.recordRoutes.some(({ uri }) => uri.host === host) ? 'Record-Route' : null;
}

/** In a path, all but the last are on the way to it (RFC 4976). */
function namedInSdp(body: string, host: string): string | null {
  const description = sdpIn(body);
  for (const { attributes } of description?.media ?? []) {
    for (const { name, value } of attributes) {
      if (name === 'path' && relaysIn(value ?? '').includes(host)) return 'a=path';
    }
  }
  return null;
}

/** What `end` sent that asks for `node`. */
function authorisation(seen: Observation, end: Node, node: Node, legs: readonly Leg[]): Evidence | null {
  const host = seen.hostOf(node);
  for (const one of seen.sip) {
    const { message, from, ref } = one;
    if (from !== end || message.kind !== 'request') continue;
    if (message.routes.some(({ uri }) => uri.host === host)) {
      return { text: `Route of a ${message.method} from ${end.name} names ${node.name}`, packets: [ref] };
    }
    if (namedInSdp(message.body, host) !== null) {
      return { text: `a=path of an offer from ${end.name} names ${node.name}`, packets: [ref] };
    }
    if (receiverOf(one) === node && !isAddressOf(node, message.uri.host) && message.method !== 'ACK') {
      return { text: `${end.name} sends its ${message.method} for ${message.uri.host} to ${node.name}`, packets: [ref] }; // prettier-ignore
    }
  }
  for (const { message, from, ref } of seen.sip) {
    if (from === end && message.kind === 'response' && namedInSdp(message.body, host) !== null) {
      return { text: `a=path of an answer from ${end.name} names ${node.name}`, packets: [ref] };
    }
  }
  for (const one of seen.msrp) {
    const { message, from, ref } = one;
    if (from === end && message.kind === 'request' && isSentVia(message, host)) {
      return { text: `To-Path of a ${message.method} from ${end.name} names ${node.name}`, packets: [ref] };
    }
  }
  return consent(seen, end, node) ?? connected(seen, end, node, legs);
}

/** Whether `host` is a dotted address of `node`: translators have several, and who writes to one need not know whose it is. */
function isAddressOf(node: Node, host: string): boolean {
  const ipv4 = parseIpv4(host);
  if (ipv4 === undefined) return false;
  const { simulation } = node;
  const address = simulation.addressOf(ipv4, node);
  return address >= 0 && simulation.ownerOf(address) === node;
}

/** It answered a notice of the intermediary with 200. */
function consent(seen: Observation, end: Node, node: Node): Evidence | null {
  const notices = new Set(
    seen.msrp.flatMap(({ message, from }) =>
      from === node && message.kind === 'request' && isNotice(message) ? [message.id] : [],
    ),
  );
  const given = seen.msrp.find(
    ({ message, from }) =>
      from === end && message.kind === 'response' && message.status === 200 && notices.has(message.id),
  );
  return given === undefined ? null : { text: `${end.name} consents to ${node.name}`, packets: [given.ref] };
}

function isSentVia({ toPath, method }: MsrpRequest, host: string): boolean {
  return (method === 'AUTH' || toPath.length > 1) && hostIn(toPath[0]!) === host;
}

/** It opened a connection to the address of `node`, which nobody had told it to be that of the other end. */
function connected(seen: Observation, end: Node, node: Node, legs: readonly Leg[]): Evidence | null {
  const host = seen.hostOf(node);
  const told = seen.sip.find((one) => receiverOf(one) === end && peerIn(one.message.body) === host);
  if (told !== undefined) return null;
  for (const leg of legs) {
    const { opener, taker, first } = leg;
    if (opener.node !== end || taker !== node) continue;
    if (seen.simulation.ownerOf(opener.ends.dst) !== node) continue;
    return { text: `${end.name} opens ${leg.text}, to the address of ${node.name}`, packets: [first] };
  }
  return null;
}

/** Where a description says that its writer takes messages: the last of its path. */
function peerIn(body: string): string | null {
  const media = sdpIn(body)?.media.find(({ port }) => port !== 0);
  const path = media?.attributes.find(({ name }) => name === 'path')?.value ?? '';
  return hostIn(path.split(' ').at(-1) ?? '');
}

export function sdpIn(body: string): SessionDescription | null {
  if (!body.startsWith('v=0')) return null;
  try {
    return parseSdp(body);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}

function relaysIn(path: string): (string | null)[] {
  return path.split(' ').slice(0, -1).map(hostIn);
}

/** The host of an MSRP URI; null if it is none. */
export function hostIn(uri: string): string | null {
  try {
    return parseMsrpUri(uri).host;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}
