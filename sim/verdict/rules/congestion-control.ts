import { responseTo } from '../congestion-response';
import type { Leg } from '../legs';
import { broken, type Case, kept, notExercised, overSessions, type Rule } from '../rule';
import { messageLegs } from '../session-evidence';

/** UDP carries no session; and what carries it slows down when packets are lost. */
export const congestionControl: Rule = {
  name: 'congestion-control',
  level: 'MUST NOT',
  section: '5, second',
  sentence:
    "Session messaging MUST NOT use UDP as a transport layer because of UDP's lack of congestion control. Transport protocols used for session messaging MUST support congestion control.",
  mend: 'Carry the session over TCP, SCTP or QUIC on every leg, those between intermediaries included.',
  judge: (run) =>
    overSessions(run.sessions, (session) => {
      const legs = messageLegs(session);
      if (legs.length === 0) return notExercised(`${session.name} has carried no messages of a session`);
      const udp = legs.filter(({ transport }) => transport === 'udp');
      if (udp.length > 0) {
        const because = `messages of the session go by UDP between ${udp[0]!.nodes.map(({ name }) => name).join(' and ')}`;
        return broken(
          because,
          udp.map((leg) => evidence(run, leg)),
        );
      }
      const names = [...new Set(legs.map(({ transport }) => transport))].join(', ');
      return kept(
        `every leg runs over ${names}`,
        legs.map((leg) => evidence(run, leg)),
      );
    }),
};

/** What runs over the leg, and what the sender did when packets of it were lost. */
function evidence(run: Case, leg: Leg) {
  const response = responseTo(run.seen, leg);
  const packets = [leg.opener.firstData ?? leg.first];
  if (response === null) return { text: leg.text, packets };
  const { losses, ratio } = response;
  const did = `after ${losses} losses it sent ${ratio.toFixed(2)} of what it had sent before`;
  return { text: `${leg.text}: ${did}`, packets };
}
