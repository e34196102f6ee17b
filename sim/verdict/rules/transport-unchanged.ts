import type { Evidence } from '../interposed';
import type { Leg } from '../legs';
import { broken, kept, notExercised, overSessions, type Rule } from '../rule';
import { messageLegs } from '../session-evidence';

/** Figure 6 of the draft: UDP in the middle. */
export const transportUnchanged: Rule = {
  name: 'transport-unchanged',
  level: 'text',
  section: '4.3',
  sentence:
    'The introduction of intermediaries also potentially allows the characteristics of sessions to be altered in mid-network without the knowledge or consent of the endpoints. ... However, if transport is set globally for a session, there is no risk of this.',
  mend: 'Let relays open the next leg over the transport that the session came by, or refuse it.',
  judge: ({ sessions }) =>
    overSessions(sessions, (session) => {
      const legs = messageLegs(session);
      const { interposed, client, server } = session;
      const middle = interposed.filter(({ node }) => legs.some(({ nodes }) => nodes.includes(node)));
      if (middle.length === 0) return notExercised('no intermediary ends a connection of the session');
      const evidence: Evidence[] = [];
      for (const { node } of middle) {
        const own = legs.filter(({ nodes }) => nodes.includes(node));
        const names = new Set(own.map(({ transport }) => transport));
        if (names.size > 1) evidence.push(changeAt(node.name, own));
      }
      const who = `${client.name} to ${server.name}`;
      if (evidence.length > 0) return broken(`the transport changes on the way from ${who}`, evidence);
      return kept(
        `all legs from ${who} run over ${legs[0]!.transport}`,
        legs.map((leg) => ({ text: leg.text, packets: [leg.first] })),
      );
    }),
};

function changeAt(name: string, legs: readonly Leg[]): Evidence {
  const unlike = [...new Map(legs.map((leg) => [leg.transport, leg])).values()];
  const names = unlike.map(({ transport }) => transport).join(' to ');
  return { text: `${name} changes ${names}`, packets: unlike.map(({ opener, first }) => opener.firstData ?? first) };
}
