import { endToEnd } from '../run/harm';
import type { Scenario, Session } from '../scenario/scenario';

/** Paths whose nodes between the ends take part, and can be left out. */
const WITHOUT: Readonly<Partial<Record<Session['path'], (session: Session) => Session>>> = {
  relayed: endToEnd,
  aggregated: endToEnd,
  'msrp-relays': endToEnd,
  onion: endToEnd,
  traversed: (session) => ({ ...session, traversal: { ...session.traversal, relay: false } }),
};

/** The scenario with every session directly from end to end: no relays, no circuits, no TURN. */
export function directly(scenario: Scenario): Scenario {
  return { ...scenario, sessions: scenario.sessions.map((session) => WITHOUT[session.path]?.(session) ?? session) };
}
