import type { Leg } from '../legs';
import { broken, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** Each end has shown the other who it is: by a certificate, and a signature with its key, in TLS that only they can read. */
export const mutualAuthentication: Rule = {
  name: 'mutual-authentication',
  level: 'MUST',
  section: '5, fifth',
  sentence:
    'A transport/session layer solution for instant messaging sessions MUST support end-to-end mutual authentication.',
  mend: 'Let both ends show a certificate in a handshake from end to end: TLS with client authentication.',
  judge: ({ sessions }) => overSessions(sessions, judge),
};

function judge(session: SessionEvidence): Finding {
  const { client, server, legs, name } = session;
  if (legs.length === 0) return notExercised(`${name} has carried nothing`);
  const ends = [client.name, server.name];
  const isTheirs = ({ contents, tls }: Leg) =>
    contents.has('tls') && tls.owners.size === 2 && ends.every((end) => tls.owners.has(end));
  const [own] = legs.filter(isTheirs);
  if (own === undefined) {
    const [leg] = legs;
    const others = legs.flatMap(({ tls }) => [...tls.owners]).filter((owner) => !ends.includes(owner));
    const because = others.length > 0 ? `TLS ends at ${[...new Set(others)].join(', ')}` : 'there is no handshake between the ends'; // prettier-ignore
    return broken(because, [{ text: leg!.text, packets: [leg!.first] }]);
  }
  // relays pass the handshake on: each leg shows a part of it
  const proof = new Map(legs.filter(isTheirs).flatMap(({ tls }) => [...tls.proven]));
  const silent = [proof.has('client') ? '' : client.name, proof.has('server') ? '' : server.name].filter((end) => end);
  const packets = [...proof.values()];
  if (silent.length > 0) return broken(`${silent.join(' and ')} has shown no certificate`, [{ text: own.text, packets: [own.first, ...packets] }]); // prettier-ignore
  return kept('both ends showed a certificate and signed the handshake', [{ text: own.text, packets }]);
}
