import type { Scenario, Session } from '../scenario/scenario';
import { type Estimate, estimateMean } from '../stats/estimate';
import { harmMoreIsBetter } from '../stats/measures';
import { run } from './run';
import { seedOf } from './seed';

/** What one session, or its relays, does to another one. */
export interface Harm {
  /** The session, or group of equal sessions, that does it, and the session that it meets. */
  readonly of: string;
  readonly to: string;
  /** (x - y) / x: x is its goodput when the other is not relayed or not there, y when it is. Negative when it gains. */
  readonly harm: Estimate;
}

/**
 * Harm of relays (Ware, Mukerjee, Seshan and Sherry, HotNets 2019, section 4, for a quantity of which more is better): each
 * relayed group of sessions is run as it is and end to end, with the same random numbers, and the others are compared.
 */
export function harmOfRelays(scenario: Scenario, seed: number, replications: number): Harm[] {
  const groups = [...new Set(scenario.sessions.filter(({ path }) => path === 'relayed').map(({ group }) => group))];
  return harms(scenario, groups, endToEnd, seed, replications);
}

/** Harm of being there, as the paper has it: each group of sessions is run as it is and never starts. */
export function harmOfPresence(scenario: Scenario, seed: number, replications: number): Harm[] {
  const groups = [...new Set(scenario.sessions.map(({ group }) => group))];
  const never = scenario.run.duration + 1;
  const absent = (session: Session): Session => ({ ...session, start: { earliest: never, latest: never } });
  return groups.length < 2 ? [] : harms(scenario, groups, absent, seed, replications);
}

/** What each group does to the goodput of the others, against the same runs with its sessions changed by `without`. */
function harms(
  scenario: Scenario,
  groups: readonly string[],
  without: (session: Session) => Session,
  seed: number,
  replications: number,
): Harm[] {
  if (groups.length === 0) return [];
  const numbers = Array.from({ length: replications }, (_, i) => i + 1);
  const goodputs = (what: Scenario) =>
    numbers.map((n) => {
      const { metrics } = run({ scenario: what, seed: seedOf(seed, n), record: false });
      return new Map(metrics.filter(({ metric }) => metric === 'goodput').map(({ flow, value }) => [flow, value]));
    });
  const together = goodputs(scenario);
  return groups.flatMap((group) => {
    const apart = goodputs({
      ...scenario,
      sessions: scenario.sessions.map((s) => (s.group === group ? without(s) : s)),
    });
    return scenario.sessions
      .filter((session) => session.group !== group)
      .flatMap(({ name }) => {
        if (apart.some((one) => !(one.get(name)! > 0))) return [];
        const found = apart.map((one, i) => harmMoreIsBetter(one.get(name)!, together[i]!.get(name)!));
        return [{ of: group, to: name, harm: estimateMean(found) }];
      });
  });
}

/** The same session without relays or circuits on its way. */
export function endToEnd(session: Session): Session {
  return { ...session, path: 'end-to-end', via: [], legs: [], backup: [] };
}
