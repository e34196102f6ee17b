import { directly } from '../counterfactual';
import { broken, type Case, kept, notExercised, type Finding, type Rule } from '../rule';

/** The same run without the intermediaries: if it works as well, they were not necessary. */
export const necessity: Rule = {
  name: 'necessity',
  level: 'SHOULD NOT',
  section: '5, eleventh',
  sentence: 'Service providers SHOULD NOT deploy intermediaries where they are not absolutely necessary.',
  mend: 'Let the session go directly from end to end, and keep the relay for those who cannot.',
  judge,
};

/** Of what arrives with intermediaries; a session that gets less without them needs them. */
const WORKS = 0.5;

function judge(run: Case): Finding {
  const present = run.sessions.filter(({ interposed }) => interposed.length > 0);
  if (present.length === 0) return notExercised('no intermediary is in the stream of a session');
  const names = [...new Set(present.flatMap(({ interposed }) => interposed.map(({ node }) => node.name)))].join(', ');
  const without = run.without(directly);
  const left = without.sessions.filter(({ interposed }) => interposed.length > 0);
  const flows = new Set(present.map(({ flow }) => flow));
  const [here, there] = [arrived(run, flows), arrived(without, flows)];
  const rate = (value: number) => `${(value / 1e6).toFixed(3)} Mbit/s`;
  const text = `${rate(there)} of payload arrive without, ${rate(here)} with them`;
  const evidence = [{ text, packets: present.flatMap(({ interposed }) => interposed.flatMap(({ acts }) => [...acts.values()].flatMap(({ packets }) => packets))).slice(0, 3) }]; // prettier-ignore
  if (left.length > 0) {
    const still = [...new Set(left.flatMap(({ interposed }) => interposed.map(({ node }) => node.name)))].join(', ');
    return notExercised(`${still} cannot be taken out of the run: what it would be without is not known`);
  }
  if (there >= WORKS * here) return broken(`without ${names} the sessions work, too`, evidence);
  return kept(`without ${names} the sessions do not work`, evidence);
}

/** bit/s of payload that reached the ends, by what their applications count. */
function arrived({ sessions, metrics }: Case, flows: ReadonlySet<number>): number {
  const names = new Set(sessions.filter(({ flow }) => flows.has(flow)).map(({ name }) => name));
  const delivered = metrics.filter(({ metric, flow }) => metric === 'goodput' && names.has(flow));
  return delivered.reduce((sum, { value }) => sum + value, 0);
}
