import type { Nanos } from '../../core/event-queue';
import type { Node } from '../../net/node';
import type { Leg } from '../legs';
import { broken, kept, notExercised, type Case, type Finding, type Rule } from '../rule';
import { messageLegs } from '../session-evidence';

/** Two hosts have one connection for the sessions between them, not several at a time. */
export const oneCircuit: Rule = {
  name: 'one-circuit',
  level: 'text',
  section: '4.3',
  sentence:
    "Finally, note that setting up multiple 'application circuits' between two hosts is undesirable regardless of their congestion control properties. ... A pair of intermediaries ... must not establish one circuit per session, obviously. But moreover proxies also should not establish, say, five circuits with one another and load-balance session traffic across them.",
  mend: 'Carry all sessions between two hosts in one connection (connection: shared; circuit.circuits: 1).',
  judge,
};

function judge({ sessions }: Case): Finding {
  const legs = [...new Set(sessions.flatMap((session) => messageLegs(session)))].filter(isConnection);
  const pairs = new Map<string, Leg[]>();
  for (const leg of legs) {
    const key = leg.nodes.map((node: Node) => node.address).sort((a, b) => a - b).join('-'); // prettier-ignore
    pairs.set(key, [...(pairs.get(key) ?? []), leg]);
  }
  if (pairs.size === 0) return notExercised('no connection has carried messages');
  let most: readonly Leg[] = [];
  for (const between of pairs.values()) {
    const together = mostAtOnce(between);
    if (together.length > most.length) most = together;
  }
  const [a, b] = most[0]!.nodes;
  const where = `${a!.name} and ${b!.name}`;
  const evidence = [{ text: `begun with these packets`, packets: most.slice(0, 8).map(({ first }) => first) }];
  if (most.length > 1) return broken(`${most.length} connections between ${where} at the same time`, evidence);
  const isExercised = sessions.length > 1 || sessions.some(({ negotiations }) => negotiations.length > 1);
  if (!isExercised) return notExercised('there is one session alone');
  return kept(`never more than one connection between ${where}`, evidence);
}

function isConnection({ transport, nodes, sides }: Leg): boolean {
  return nodes.length === 2 && transport !== 'udp' && transport !== 'icmp' && sides.some(({ bytes }) => bytes > 0);
}

/** The connections that lived at the moment when most of them did. */
function mostAtOnce(legs: readonly Leg[]): readonly Leg[] {
  const lives = (at: Nanos) => legs.filter(({ firstAt, lastAt }) => firstAt <= at && at <= lastAt);
  let most: readonly Leg[] = [];
  for (const { firstAt } of legs) {
    const now = lives(firstAt);
    if (now.length > most.length) most = now;
  }
  return most;
}
