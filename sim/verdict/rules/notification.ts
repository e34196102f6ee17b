import { ACTS, type Interposed } from '../interposed';
import { broken, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** Every intermediary in the stream has told both ends. */
export const notification: Rule = {
  name: 'notification',
  level: 'MUST',
  section: '5, tenth',
  sentence:
    'Any intermediaries interposing themselves in instant messaging sessions themselves MUST notify all participants of their presence through either the preliminary signaling or subsequent session messaging.',
  mend: 'Let the intermediary write itself into the path in SDP, into Record-Route, or send a notice to both ends in the session.',
  judge: ({ sessions }) => overSessions(sessions, judge),
};

function judge({ interposed, client, server, name }: SessionEvidence): Finding {
  if (interposed.length === 0) return notExercised(`no intermediary is in the stream of ${name}`);
  const silent = interposed.flatMap((one) => {
    const untold = [client, server].filter((end) => !one.announced.has(end));
    return untold.length === 0 ? [] : [{ one, untold }];
  });
  if (silent.length > 0) {
    const { one, untold } = silent[0]!;
    const because = `${one.node.name} has not told ${untold.map(({ name: end }) => end).join(' and ')} that it is there`;
    return broken(
      because,
      silent.flatMap(({ one: each }) => actsOf(each)),
    );
  }
  return kept(
    `${interposed.map(({ node }) => node.name).join(', ')} told both ends`,
    interposed.flatMap(({ announced }) => [...announced.values()]),
  );
}

/** What an intermediary was seen to do. */
export function actsOf({ acts }: Interposed) {
  return [...acts].map(([act, { text, packets }]) => ({ text: `${ACTS[act]}: ${text}`, packets }));
}
