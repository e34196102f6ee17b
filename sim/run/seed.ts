import seedrandom from 'seedrandom';
import type { SeedWords } from '../core/random';

/**
 * The seed of one replication (counted from 1) of a study. It does not depend on the point of a sweep: all points see the
 * same random numbers, so that their differences are paired.
 */
export function seedOf(studySeed: number, replication: number): SeedWords {
  const words = seedrandom(`hopwise/${studySeed}/${replication}`);
  return [words.int32(), words.int32(), words.int32(), words.int32()];
}
