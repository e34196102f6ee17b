import type { Node } from '../net/node';
import type { Evidence, Interposed } from './interposed';
import type { Leg } from './legs';
import type { LookResult } from './looks';
import type { Observation } from './observation';
import type { SessionEvidence } from './session-evidence';

/** One way to find an intermediary out, and what it tells of it; null: nothing. */
export interface Discovery {
  readonly test: TestName;
  readonly exposes: Evidence | null;
}

/**
 * What the ends of a session can do without help from the network. `announcement` is to read what one was sent; in the next
 * three the ends tell each other what they sent and saw, as a STUN server does for one end (RFC 8489); the others are what
 * the client sends to look, in a run of its own.
 */
export const TESTS = {
  announcement: 'reading Via, Record-Route, SDP and the messages themselves',
  addresses: 'comparing the addresses of what one end sent and the other one saw',
  hops: 'comparing the hops that packets took with those of a datagram',
  handshake: 'comparing sequence numbers and times of the handshake',
  'hop-limits': 'sending echo requests and SYNs that may make few hops',
  'max-forwards': 'sending OPTIONS that few elements may pass on',
  encrypted: 'sending a message that nobody else can read, beside one in the clear',
} as const;
export type TestName = keyof typeof TESTS;

/** What each test tells of one intermediary. */
export function discoveriesOf(
  seen: Observation,
  session: SessionEvidence,
  { node, announced }: Interposed,
  looks: readonly LookResult[],
): Discovery[] {
  const [told] = [...announced.values()];
  return [
    { test: 'announcement', exposes: told ?? null },
    { test: 'addresses', exposes: addresses(seen, session, node) },
    { test: 'hops', exposes: hops(session, node) },
    { test: 'handshake', exposes: handshake(session, node) },
    ...looks.map((look) => ({ test: look.method, exposes: looked(look, session, node) })),
  ];
}

/** What names the intermediary; or what says that somebody is there, where nobody else could be. */
function looked({ method, finding, nodes }: LookResult, { interposed }: SessionEvidence, node: Node): Evidence | null {
  const { isExposed, place, names } = finding;
  if (!isExposed) return null;
  const isNamed = nodes.includes(node.name);
  if (!isNamed && (names.length > 0 || interposed.length > 1)) return null;
  return { text: `${SAYS[method](place)}, ${isNamed ? `by ${node.name}` : 'and nobody says why'}`, packets: [] };
}

const SAYS: Readonly<Record<LookResult['method'], (place: number) => string>> = {
  'hop-limits': (place) => `a trace of SYNs leaves that of echo requests at hop ${place}`,
  'max-forwards': () => 'OPTIONS are refused with 483',
  encrypted: () => 'a message in the clear arrives, an encrypted one does not',
};

/** The other end is not where the packets go to, or come from. */
function addresses(seen: Observation, { client, server, legs }: SessionEvidence, node: Node): Evidence | null {
  for (const leg of legs) {
    if (!leg.nodes.includes(client) && !leg.nodes.includes(server)) continue;
    const end = leg.nodes.includes(client) ? client : server;
    const side = leg.sides.find((one) => one.node === end);
    const peer =
      side === undefined ? seen.simulation.ownerOf(leg.opener.ends.src) : seen.simulation.ownerOf(side.ends.dst);
    if (peer === node) return { text: `${end.name} talks to ${seen.hostOf(node)}`, packets: [leg.first] };
  }
  const renamed = seen.changes.find((change) => change.node === node && change.what === 'addresses' && legs.includes(change.leg)); // prettier-ignore
  return renamed === undefined ? null : { text: renamed.text, packets: [renamed.ref] };
}

/** Packets come with a TTL that a way from the other end would have brought further down. */
function hops({ client, server, legs }: SessionEvidence, node: Node): Evidence | null {
  for (const leg of legs) {
    for (const { node: from, ofOther, ends, firstData, hops: took } of leg.sides) {
      if (from !== node || !ofOther || took < 0) continue;
      const end = from.simulation.ownerOf(ends.dst);
      const claimed = from.simulation.ownerOf(ends.src);
      if (end !== client && end !== server) continue;
      const takes = distance(claimed, end);
      if (took >= takes) continue;
      const text = `packets to ${end.name} took ${took} hops, and ${claimed.name} is ${takes} away`;
      return { text, packets: [firstData ?? leg.first] };
    }
  }
  return null;
}

/** Links on the way, as traceroute counts them. */
function distance(from: Node, to: Node): number {
  let count = 0;
  for (let at = from; at !== to; count++) {
    const link = at.linkTo(to.address);
    if (link === null || count > 255) return Infinity;
    at = link.to;
  }
  return count;
}

/** Both ends know when the connection was made: not the same connection, if one saw its end made before the other's. */
function handshake({ client, server, legs }: SessionEvidence, node: Node): Evidence | null {
  const first = legs.find((leg) => leg.opener.node === client);
  const last = legs.find((leg) => leg !== first && leg.nodes.includes(server) && leg.transport === 'tcp');
  if (first === undefined || last === undefined || first.transport !== 'tcp') return null;
  if (!isAt(first, node) && !isAt(last, node)) return null;
  const late = (last.firstAt - first.firstAt) / 1e6;
  return { text: `${server.name} was called ${late.toFixed(1)} ms after ${client.name} called`, packets: [first.first, last.first] }; // prettier-ignore
}

function isAt({ nodes }: Leg, node: Node): boolean {
  return nodes.includes(node);
}
