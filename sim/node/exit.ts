/** Exit codes of the command line. */
export const Exit = {
  ok: 0,
  /** An expectation of a scenario does not hold. */
  unmet: 1,
  /** The command line or a scenario is wrong. */
  badInput: 2,
  /** A run failed, or Hopwise itself did. */
  failed: 3,
  /** Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
} as const;
export type Exit = (typeof Exit)[keyof typeof Exit];

/** A mistake of the user: its message is shown without a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
