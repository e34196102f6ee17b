import type { Status } from '../../../sim/verdict/rule';

/** A lesson of a quarter of an hour: a question to answer first, a run, an explanation. */
export interface Lesson {
  /** Stable, for addresses. */
  readonly id: string;
  readonly title: string;
  readonly intro: readonly string[];
  readonly question: string;
  /** Answers to choose from; exactly one is right. */
  readonly choices: readonly { readonly text: string; readonly right?: true }[];
  /** YAML. */
  readonly scenario: string;
  /** Changes of the second variant; without, the lesson shows one. */
  readonly against?: Readonly<Record<string, string>>;
  /** What to do and to look at. */
  readonly watch: readonly string[];
  readonly explanation: readonly string[];
  /** For the instructor's guide and for those who are fast. */
  readonly exercises: readonly { readonly task: string; readonly answer: string }[];
  /** What its sentences claim; the tests run it. */
  readonly checks: readonly Check[];
}

/** A claim of a lesson and what bears it out, in the first replication, which is what the lab shows. */
export type Check = Claim & (MetricCheck | VerdictCheck | ReadersCheck);

interface Claim {
  /** Stands in the intro, the right answer, the explanation or an answer to an exercise. */
  readonly says: string;
  /** Changes of the scenario: those of the second variant, or others. */
  readonly with?: 'against' | Readonly<Record<string, string>>;
}

/** A result of the run, in base units: bit/s, s, B. */
interface MetricCheck {
  readonly flow: string;
  readonly metric: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A verdict on a guideline. */
interface VerdictCheck {
  readonly rule: string;
  readonly status: Status;
}

/** Who can read messages between the ends, and which tests find one of them or whoever lets it. */
interface ReadersCheck {
  readonly readers: readonly string[];
  readonly node: string;
  readonly foundBy: readonly string[];
}
