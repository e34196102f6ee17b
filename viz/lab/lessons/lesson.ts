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
}
