import { seedOf } from '../../sim/run/seed';
import { type Ladder, ladderOf } from '../../sim/run/ladder';
import { check } from '../../sim/verdict/check';
import { ACTS } from '../../sim/verdict/interposed';
import { packetText } from '../../sim/verdict/packet-ref';
import { readersIn } from '../../sim/verdict/readers';
import { scenarioOf } from './engine';
import type { Judgement, LoadRequest } from './protocol';

/** Messages of a ladder. */
const MOST_RUNGS = 200;
/** Packets that are named behind a sentence. */
const MOST_PACKETS = 3;

/** What the run says about the guidelines of the draft, as `hopwise check` finds it. */
export function judge(request: LoadRequest): Judgement {
  const { study, scenario } = scenarioOf(request);
  const report = check(scenario, seedOf(study.seed, request.replication));
  const names = (nodes: Iterable<{ readonly name: string }>) => [...nodes].map(({ name }) => name);
  return {
    verdicts: report.verdicts.map(({ rule, finding: { status, because, evidence } }) => ({
      rule: rule.name,
      level: rule.level,
      section: rule.section,
      sentence: rule.sentence,
      mend: rule.mend,
      status,
      because,
      evidence: evidence.map(({ text, packets }) =>
        [text, ...packets.slice(0, MOST_PACKETS).map(packetText)].join(', '),
      ),
    })),
    presences: report.presences.map(({ session, interposed: { node, acts, announced, authorised }, discoveries }) => ({
      session,
      node: node.name,
      does: [...acts.keys()].map((act) => ACTS[act]),
      told: names(announced.keys()),
      askedBy: names(authorised.keys()),
      foundBy: discoveries.filter(({ exposes }) => exposes !== null).map(({ test }) => test),
    })),
    readers: readersIn(report),
  };
}

/** The signalling of the run, as `hopwise ladder` writes it. */
export function ladder(request: LoadRequest): Ladder {
  const { study, scenario } = scenarioOf(request);
  return ladderOf(scenario, seedOf(study.seed, request.replication), MOST_RUNGS);
}
