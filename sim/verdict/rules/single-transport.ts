import { broken, kept, notExercised, overSessions, type Rule } from '../rule';
import { messageLegs } from '../session-evidence';

/** One transport, said once, from end to end. */
export const singleTransport: Rule = {
  name: 'single-transport',
  level: 'SHOULD',
  section: '5, seventh',
  sentence:
    'A transport/session layer solution for instant messaging sessions SHOULD support a mechanism for specifying a single transport protocol end-to-end.',
  mend: 'Fix the transport for the whole session in the signalling (transport.fixed refuses relays that would change it).',
  judge: ({ sessions }) =>
    overSessions(sessions, (session) => {
      const legs = messageLegs(session);
      if (legs.length === 0) return notExercised(`${session.name} has carried no messages of a session`);
      const names = [...new Set(legs.map(({ transport }) => transport))];
      const evidence = legs.map((leg) => ({ text: leg.text, packets: [leg.opener.firstData ?? leg.first] }));
      if (names.length > 1) return broken(`its legs run over ${names.join(' and ')}`, evidence);
      const bySip = legs.filter(({ contents }) => contents.has('sip'));
      if (bySip.length > 1) {
        return broken('SIP chooses the transport of each hop anew: nothing says that all are the same', evidence);
      }
      const { negotiations } = session;
      const said = negotiations.find(({ chosen }) => chosen === names[0]);
      if (said === undefined) {
        const because = `all legs run over ${names[0]!}, and nothing on the wire specifies that`;
        return legs.length === 1 ? kept(`the one leg runs over ${names[0]!} from end to end`, evidence) : broken(because, evidence); // prettier-ignore
      }
      const agreed = { text: `the answer specifies ${names[0]!}`, packets: [said.answer!.ref] };
      return kept(`${names[0]!} was specified, and all legs run over it`, [agreed, ...evidence]);
    }),
};
