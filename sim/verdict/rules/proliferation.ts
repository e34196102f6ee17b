import { broken, kept, notExercised, overSessions, type Rule } from '../rule';
import { actsOf } from './notification';

/** Few intermediaries, so that few share the fate of a session. */
export const proliferation: Rule = {
  name: 'proliferation',
  level: 'text',
  section: '4.4',
  sentence:
    'The proliferation of intermediaries is undesirable as it leads to fate sharing among many unrelated elements in the network. ... Proliferation makes it much more likely that an individual session will fail, and much more difficult to diagnose failures when they occur.',
  mend: 'Keep to one intermediary for a session.',
  judge: ({ sessions }) =>
    overSessions(sessions, ({ interposed, name }) => {
      if (interposed.length === 0) return notExercised(`no intermediary is in the stream of ${name}`);
      const names = interposed.map(({ node }) => node.name).join(', ');
      const evidence = interposed.flatMap(actsOf);
      if (interposed.length === 1) return kept(`${names} alone is in the stream`, evidence);
      return broken(`the session fails with any of ${interposed.length} nodes: ${names}`, evidence);
    }),
};
