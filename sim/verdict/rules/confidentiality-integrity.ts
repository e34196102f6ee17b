import { ENCRYPTED } from '../../security/messages';
import { broken, type Case, type Finding, kept, notExercised, overSessions, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** Nobody between the ends could read what messages say, or change it unseen; but for who was given its key. */
export const confidentialityIntegrity: Rule = {
  name: 'confidentiality-integrity',
  level: 'MUST',
  section: '5, fourth',
  sentence:
    'A transport/session layer solution for instant messaging sessions MUST support end-to-end confidentiality and integrity mechanisms for instant messages.',
  mend: 'Encrypt and sign each message for its reader, or let TLS begin and end at the ends of the session, not at relays.',
  judge: (run) => overSessions(run.sessions, (session) => judge(run, session)),
};

function judge({ exposures }: Case, session: SessionEvidence): Finding {
  const { sends, sipMessages, legs, name } = session;
  if (legs.length + sipMessages.length === 0) return notExercised(`${name} has carried nothing`);
  const rows = exposures(session);
  const isEncrypted = sends.length > 0 && sends.every(({ message }) => message.contentType === ENCRYPTED);
  // who reads what is encrypted was given the key of it
  const given = rows.filter(({ can, node }) => isEncrypted && node !== null && can.read.has('body'));
  const open = rows.find((row) => row.can.change.has('body') || (row.can.read.has('body') && !given.includes(row)));
  if (open !== undefined) {
    const words = (['read', 'change'] as const).filter((power) => open.can[power].has('body'));
    const evidence = words.map((power) => open.can[power].get('body')!);
    return broken(`${open.who} could ${words.join(' and ')} the content of messages`, evidence);
  }
  const butFor = given.length === 0 ? '' : `, but for ${given.map(({ who }) => who).join(', ')} with the key`;
  const packets = sends.slice(0, 1).map(({ ref }) => ref);
  const carried = legs.some(({ contents }) => contents.has('tls')) ? 'TLS' : 'a tunnel';
  const text = isEncrypted ? 'encrypted for its readers' : `in ${carried}, of which the ends alone have the keys`;
  return kept(`nobody between the ends could read or change the content of messages${butFor}`, [{ text, packets }]);
}
