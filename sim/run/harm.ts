import type { Scenario, Session } from '../scenario/scenario';
import { type Estimate, estimateMean } from '../stats/estimate';
import { run } from './run';
import { seedOf } from './seed';

/** What the relays of one session do to another one. */
export interface Harm {
  /** The session, or group of equal sessions, that is relayed, and the session that it meets. */
  readonly of: string;
  readonly to: string;
  /** (x - y) / x: x is its goodput when the other is not relayed, y when it is. Negative when it gains. */
  readonly harm: Estimate;
}

/**
 * Harm of relays (Ware, Mukerjee, Seshan and Sherry, HotNets 2019, section 4, for a quantity of which more is better): each
 * relayed group of sessions is run as it is and end to end, with the same random numbers, and the others are compared.
 */
export function harmOfRelays(scenario: Scenario, seed: number, replications: number): Harm[] {
  const groups = [...new Set(scenario.sessions.filter(({ path }) => path === 'relayed').map(({ group }) => group))];
  const numbers = Array.from({ length: replications }, (_, i) => i + 1);
  const goodputs = (what: Scenario) =>
    numbers.map((n) => {
      const { metrics } = run({ scenario: what, seed: seedOf(seed, n), record: false });
      return new Map(metrics.filter(({ metric }) => metric === 'goodput').map(({ flow, value }) => [flow, value]));
    });
  if (groups.length === 0) return [];
  const relayed = goodputs(scenario);
  return groups.flatMap((group) => {
    const direct = goodputs({
      ...scenario,
      sessions: scenario.sessions.map((s) => (s.group === group ? endToEnd(s) : s)),
    });
    return scenario.sessions
      .filter((session) => session.group !== group)
      .flatMap(({ name }) => {
        if (direct.some((one) => !(one.get(name)! > 0))) return [];
        const harms = direct.map((one, i) => (one.get(name)! - relayed[i]!.get(name)!) / one.get(name)!);
        return [{ of: group, to: name, harm: estimateMean(harms) }];
      });
  });
}

function endToEnd(session: Session): Session {
  return { ...session, path: 'end-to-end', via: [], legs: [], backup: [] };
}
