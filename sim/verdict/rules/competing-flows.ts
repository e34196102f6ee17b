import { harmMoreIsBetter } from '../../stats/measures';
import { directly } from '../counterfactual';
import { broken, type Case, kept, notExercised, type Finding, type Rule } from '../rule';

/** What relays on the way of one session do to others that have none (Ware et al. 2019, harm). */
export const competingFlows: Rule = {
  name: 'competing-flows',
  level: 'text',
  section: '4.3',
  sentence:
    'Even if the transport selected by the endpoints supports congestion control and remains unchanged by intermediaries, network flows that are controlling congestion only over short sequential hops can inhibit competing longer path flows and can use more than a fair share of path resources.',
  mend: 'Leave congestion control to the ends, or give each session its share in the queues (fq-codel, drr).',
  judge,
};

/** Share of its goodput that another session may lose: above the noise of one run. */
const MOST_HARM = 0.1;

function judge(run: Case): Finding {
  const relayed = run.sessions.filter(({ interposed }) => interposed.some(({ acts }) => acts.has('ends') || acts.has('impersonates'))); // prettier-ignore
  if (relayed.length === 0) return notExercised('no intermediary splits the control of congestion');
  // those that are the same in both runs
  const direct = directly(run.scenario).sessions;
  const others = run.scenario.sessions.filter((session, i) => session === direct[i]).map(({ name }) => name);
  const without = run.without(directly);
  const harms = others
    .filter((name) => !relayed.some((one) => one.name === name))
    .flatMap((name) => {
      const [before, after] = [goodputOf(without, name), goodputOf(run, name)];
      return before > 0 ? [{ name, before, after, harm: harmMoreIsBetter(before, after) }] : [];
    });
  if (harms.length === 0) return notExercised('no other session competes');
  const worst = harms.reduce((most, one) => (one.harm > most.harm ? one : most));
  const rate = (value: number) => `${(value / 1e6).toFixed(3)} Mbit/s`;
  const text = `${worst.name} has ${rate(worst.after)}, and ${rate(worst.before)} when the other way is direct`;
  const packets = relayed.flatMap(({ legs }) => legs.map(({ first }) => first)).slice(0, 3);
  const share = `${(100 * worst.harm).toFixed(0)} %`;
  if (worst.harm > MOST_HARM)
    return broken(`${worst.name} loses ${share} of its goodput to the relays`, [{ text, packets }]);
  const because = worst.harm > 0 ? `no other session loses more than ${share} of its goodput` : 'no other session loses goodput'; // prettier-ignore
  return kept(because, [{ text, packets }]);
}

function goodputOf({ metrics }: Case, name: string): number {
  return metrics.find(({ metric, flow }) => metric === 'goodput' && flow === name)?.value ?? 0;
}
