import { broken, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';
import { actsOf } from './notification';

/** One-party consent (RFC 3238 section 2.1): one of the principals has asked for each intermediary. */
export const authorisation: Rule = {
  name: 'authorisation',
  level: 'SHOULD NOT',
  section: '5, ninth',
  sentence:
    'Intermediaries SHOULD NOT interpose themselves between endpoints in a session unless they are specifically authorized to do so by one of the principal participants in a session.',
  mend: 'Let one of the ends name the intermediary: in its path (RFC 4976), in a Route, by connecting to it, or in its consent.',
  judge: ({ sessions }) => overSessions(sessions, judge),
};

function judge({ interposed, name }: SessionEvidence): Finding {
  if (interposed.length === 0) return notExercised(`no intermediary is in the stream of ${name}`);
  const uninvited = interposed.filter(({ authorised }) => authorised.size === 0);
  if (uninvited.length > 0) {
    const names = uninvited.map(({ node }) => node.name).join(', ');
    return broken(`neither end has asked for ${names}`, uninvited.flatMap(actsOf));
  }
  return kept(
    `an end has asked for each: ${interposed.map(({ node }) => node.name).join(', ')}`,
    interposed.flatMap(({ authorised }) => [...authorised.values()]),
  );
}
