import { discoveriesOf } from '../discovery';
import { broken, type Finding, kept, notExercised, overSessions, type Case, type Rule } from '../rule';
import type { SessionEvidence } from '../session-evidence';

/** At least one end can find each intermediary out: because it is told, or by comparing notes with the other end. */
export const discovery: Rule = {
  name: 'discovery',
  level: 'MUST',
  section: '5, sixth',
  sentence:
    'A transport/session layer solution for instant messaging sessions MUST support a mechanism through which a participant in a session can discover the presence of an intermediary.',
  mend: 'Let intermediaries announce themselves; against those that do not, let the ends tell each other what they sent and saw.',
  judge: (run) => overSessions(run.sessions, (session) => judge(run, session)),
};

function judge(run: Case, session: SessionEvidence): Finding {
  const { interposed, name } = session;
  if (interposed.length === 0) return notExercised(`no intermediary is in the stream of ${name}`);
  const found = interposed.map((one) => ({ one, tests: discoveriesOf(run.seen, session, one, run.looks(session)) }));
  const hidden = found.filter(({ tests }) => tests.every(({ exposes }) => exposes === null));
  if (hidden.length > 0) {
    const names = hidden.map(({ one }) => one.node.name).join(', ');
    const acts = hidden.flatMap(({ one }) => [...one.acts.values()]);
    return broken(`nothing that reaches an end tells of ${names}`, acts);
  }
  const ways = found.flatMap(({ one, tests }) =>
    tests.flatMap(({ test, exposes }) =>
      exposes === null ? [] : [{ ...exposes, text: `${one.node.name}, by ${test}: ${exposes.text}` }],
    ),
  );
  return kept(`${interposed.map(({ node }) => node.name).join(', ')} can be found`, ways);
}
