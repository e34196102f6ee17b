import { ON_THE_WAY } from '../exposure';
import { broken, type Case, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** Protection from end to end leaves intermediaries that were asked for what they need: headers, or the key. */
export const accommodation: Rule = {
  name: 'accommodation',
  level: 'SHOULD',
  section: '5, eighth',
  sentence:
    'End-to-end security mechanisms for instant messaging sessions SHOULD accommodate network intermediaries that are have been authorized to act on the session. For example, headers on which intermediaries need to operate might be kept in cleartext while the remainder of an instant message was encrypted from end-to-end.',
  mend: 'Encrypt the content of messages and leave their headers in the clear, or give the intermediary the key.',
  judge: (run) => overSessions(run.sessions, (session) => judge(run, session)),
};

function judge({ exposures }: Case, session: SessionEvidence): Finding {
  const rows = exposures(session);
  const asked = session.interposed.filter(({ authorised }) => authorised.size > 0);
  if (asked.length === 0) return notExercised(`no intermediary was asked into the stream of ${session.name}`);
  const isOpen = rows.some(({ can, who }) => can.change.has('body') || (who === ON_THE_WAY && can.read.has('body')));
  if (isOpen) return notExercised('messages are not protected from end to end');
  const rowOf = (name: string) => rows.find(({ who }) => who === name)?.can;
  const blind = asked.filter(({ node }) => rowOf(node.name)?.read.has('headers') !== true);
  if (blind.length > 0) {
    const names = blind.map(({ node }) => node.name).join(', ');
    return broken(`${names} sees records only, not the headers of messages`, blind.flatMap(({ acts }) => [...acts.values()])); // prettier-ignore
  }
  const evidence = asked.flatMap(({ node }) => [...(rowOf(node.name)?.read.values() ?? [])]);
  return kept(`${asked.map(({ node }) => node.name).join(', ')} can read headers, and could not change contents`, evidence); // prettier-ignore
}
