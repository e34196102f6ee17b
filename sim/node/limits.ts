import { InvalidArgumentError } from 'commander';
import { parseDuration, parseSize } from '../core/units';

/** What a run may use up; one that wants more has diverged, and the others go on without it. */
export interface RunLimits {
  /** Of real time. */
  readonly seconds: number;
  /** Of memory of its thread. */
  readonly megabytes: number;
  /** Events fired. */
  readonly events: number;
}

/** Far more than a sound run takes. */
export const USUAL_LIMITS: RunLimits = { seconds: 3600, megabytes: 4096, events: 1e11 };

/** Options of the command line. */
export interface LimitOptions {
  readonly runTime?: number;
  readonly runMemory?: number;
  readonly runEvents?: number;
}

export function limitsOf({ runTime, runMemory, runEvents }: LimitOptions): RunLimits {
  const { seconds, megabytes, events } = USUAL_LIMITS;
  return { seconds: runTime ?? seconds, megabytes: runMemory ?? megabytes, events: runEvents ?? events };
}

/** Commander's parser of a time with its unit, in seconds. */
export function secondsFrom(text: string): number {
  return checked(() => parseDuration(text) / 1e9, 'a time such as 10 min');
}

/** Commander's parser of a size with its unit, in MiB. */
export function megabytesFrom(text: string): number {
  return Math.ceil(checked(() => parseSize(text) / 2 ** 20, 'a size such as 2 GiB'));
}

function checked(parse: () => number, expected: string): number {
  let value = 0;
  try {
    value = parse();
  } catch {
    // said below
  }
  if (!(value > 0)) throw new InvalidArgumentError(`expected ${expected}`);
  return value;
}
