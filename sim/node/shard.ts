import { InvalidArgumentError } from 'commander';

/** One of several parts of the runs of a study, made by a process of its own. */
export interface Shard {
  /** Counted from 1. */
  readonly index: number;
  readonly of: number;
}

/** Commander's parser of `2/8`. */
export function shardFrom(text: string): Shard {
  const match = /^\s*(\d+)\s*\/\s*(\d+)\s*$/.exec(text);
  const [index, of] = match === null ? [0, 0] : [Number(match[1]), Number(match[2])];
  if (index < 1 || index > of) throw new InvalidArgumentError('expected i/n with i from 1 to n, such as 2/8');
  return { index, of };
}
