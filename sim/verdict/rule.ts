import type { MetricRow } from '../run/messages';
import type { Scenario } from '../scenario/scenario';
import type { Exposure } from './exposure';
import type { Evidence } from './interposed';
import type { LookResult } from './looks';
import type { Observation } from './observation';
import type { SessionEvidence } from './session-evidence';

/** How strong a sentence is: the words of RFC 2119, or `text` where the draft argues without them. */
export type Level = 'MUST' | 'MUST NOT' | 'SHOULD' | 'SHOULD NOT' | 'text';
export type Status = 'kept' | 'broken' | 'not exercised';

/** A run, as the rules see it. */
export interface Case {
  readonly seen: Observation;
  readonly scenario: Scenario;
  readonly sessions: readonly SessionEvidence[];
  readonly metrics: readonly MetricRow[];
  /** Who could do what to a session. */
  exposures(session: SessionEvidence): readonly Exposure[];
  /** What the client finds when it looks for intermediaries; asked for when needed, and kept. */
  looks(session: SessionEvidence): readonly LookResult[];
  /** The same run of another scenario: what would have been without something. */
  without(change: (scenario: Scenario) => Scenario): Case;
}

/** What a rule finds in a run. */
export interface Finding {
  readonly status: Status;
  /** One sentence. */
  readonly because: string;
  readonly evidence: readonly Evidence[];
}

/** One sentence of the draft, made executable. */
export interface Rule {
  readonly name: string;
  readonly level: Level;
  /** Where it stands in draft-mankin-im-session-guide-00. */
  readonly section: string;
  /** As it stands there. */
  readonly sentence: string;
  /** What to do where it is broken. */
  readonly mend: string;
  judge(run: Case): Finding;
}

export const notExercised = (because: string): Finding => ({ status: 'not exercised', because, evidence: [] });
export const kept = (because: string, evidence: readonly Evidence[] = []): Finding => ({ status: 'kept', because, evidence }); // prettier-ignore
export const broken = (because: string, evidence: readonly Evidence[]): Finding => ({ status: 'broken', because, evidence }); // prettier-ignore

/** Evidence beyond this is counted, not shown. */
const MOST_EVIDENCE = 6;

/**
 * The verdict over several sessions: broken where one of them breaks the rule, kept where at least one keeps it, else not
 * exercised. The evidence is of those that decided.
 */
export function overSessions(
  sessions: readonly SessionEvidence[],
  judge: (session: SessionEvidence) => Finding,
): Finding {
  const findings = sessions.map((session) => ({ name: session.name, finding: judge(session) }));
  for (const status of ['broken', 'kept', 'not exercised'] as const) {
    const these = findings.filter(({ finding }) => finding.status === status);
    const [first] = these;
    if (first === undefined) continue;
    const { because } = first.finding;
    const others = these.length === 1 ? '' : `; so in ${these.length - 1} more of ${sessions.length} sessions`;
    const evidence = these.flatMap(({ finding }) => finding.evidence);
    return { status, because: `${because}${others}`, evidence: short(evidence) };
  }
  return notExercised('there is no session');
}

function short(evidence: readonly Evidence[]): Evidence[] {
  const unlike = [...new Map(evidence.map((one) => [one.text, one])).values()];
  if (unlike.length <= MOST_EVIDENCE) return unlike;
  return [...unlike.slice(0, MOST_EVIDENCE), { text: `and ${unlike.length - MOST_EVIDENCE} more such`, packets: [] }];
}
