import { sequenceOf, sessionIn } from '../../msrp/session';
import type { Node } from '../../net/node';
import { newVerificationLog } from '../../security/verification-log';
import { type Evidence, receiverOf } from '../interposed';
import type { Leg } from '../legs';
import type { Observation } from '../observation';
import { broken, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/**
 * Each end has shown the other who it is: by a certificate and a signature with its key, in a handshake of TLS that only they
 * can read, or on messages that the other has verified.
 */
export const mutualAuthentication: Rule = {
  name: 'mutual-authentication',
  level: 'MUST',
  section: '5, fifth',
  sentence:
    'A transport/session layer solution for instant messaging sessions MUST support end-to-end mutual authentication.',
  mend: 'Let both ends show a certificate in a handshake from end to end (TLS with client authentication), or sign what they write.',
  judge: ({ seen, sessions }) => overSessions(sessions, (session) => judge(seen, session)),
};

function judge(seen: Observation, session: SessionEvidence): Finding {
  const { client, server, legs, name, sipMessages } = session;
  if (legs.length === 0) {
    const [first] = sipMessages.filter(({ inDialog }) => inDialog);
    if (first !== undefined)
      return broken('the messages go by SIP, and nobody signs them', [{ text: first.leg.text, packets: [first.ref] }]);
    return notExercised(sipMessages.length > 0 ? 'each message stands for itself: there is no session' : `${name} has carried nothing`); // prettier-ignore
  }
  const verified = verifiedIn(seen, session);
  const forged = verified.find(({ writer, signer }) => signer !== writer.name);
  if (forged !== undefined) {
    const { reader, writer, signer, evidence } = forged;
    return broken(`${reader.name} took for ${writer.name}'s what ${signer} has signed`, [evidence]);
  }
  const own = legs.filter((leg) => isTheirs(leg, session));
  const proofs = [client, server].map(
    (end) => handshakeOf(own, session, end) ?? verified.find(({ writer }) => writer === end)?.evidence,
  );
  const shown = proofs.filter((proof) => proof !== undefined);
  if (shown.length === 2) return kept('each end has shown the other who it is', shown);
  const [leg] = own.length > 0 ? own : legs;
  const evidence = [{ text: leg!.text, packets: [leg!.first] }, ...shown];
  if (own.length === 0 && verified.length === 0) return broken(withoutAny(session), evidence);
  const silent = [client, server].filter((_, i) => proofs[i] === undefined).map((end) => end.name);
  return broken(`${silent.join(' and ')} has shown no certificate, and signed no message that the other end verified`, evidence); // prettier-ignore
}

/** Whether a leg shows TLS of which the two ends have the keys, and nobody else. */
function isTheirs({ contents, tls }: Leg, { client, server }: SessionEvidence): boolean {
  return contents.has('tls') && tls.owners.size === 2 && [client, server].every(({ name }) => tls.owners.has(name));
}

/** Relays pass a handshake on: each leg shows a part of it. */
function handshakeOf(legs: readonly Leg[], { client }: SessionEvidence, end: Node): Evidence | undefined {
  const side = end === client ? 'client' : 'server';
  const leg = legs.find(({ tls }) => tls.proven.has(side));
  if (leg === undefined) return undefined;
  return { text: `${end.name} signs the handshake, ${leg.text}`, packets: [leg.tls.proven.get(side)!] };
}

interface Verified {
  readonly reader: Node;
  readonly writer: Node;
  /** The host that has the key. */
  readonly signer: string;
  readonly evidence: Evidence;
}

/** Messages that an end has taken for signed by the other one. */
function verifiedIn(seen: Observation, { client, server, sends }: SessionEvidence): Verified[] {
  const log = seen.simulation.single(newVerificationLog);
  return sends.flatMap((one): Verified[] => {
    const reader = receiverOf(one);
    if (reader !== client && reader !== server) return [];
    const sequence = sequenceOf(one.message);
    const signer = log.signerOf(reader.name, sessionIn([one.message.fromPath.at(-1)!]), sequence);
    if (signer === null) return [];
    const text = `${reader.name} verifies message ${sequence}, which ${signer} has signed`;
    const writer = reader === client ? server : client;
    return [{ reader, writer, signer, evidence: { text, packets: [one.ref] } }];
  });
}

function withoutAny({ client, server, legs }: SessionEvidence): string {
  const ends = [client.name, server.name];
  const others = legs.flatMap(({ tls }) => [...tls.owners]).filter((owner) => !ends.includes(owner));
  return others.length > 0 ? `TLS ends at ${[...new Set(others)].join(', ')}` : 'there is no handshake between the ends, and no signature'; // prettier-ignore
}
