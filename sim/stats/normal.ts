// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- jstat ships no types
/// <reference path="./jstat.d.ts" />
import jstat from 'jstat';

const { normal } = jstat.jStat;

/** Probability that a standard normal variable is below `z`. */
export function normalProbability(z: number): number {
  return normal.cdf(z, 0, 1);
}

/** Value that a standard normal variable stays below with this probability; infinite for 0 and 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity;
  return probability >= 1 ? Infinity : normal.inv(probability, 0, 1);
}
