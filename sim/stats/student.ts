// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- jstat ships no types
/// <reference path="./jstat.d.ts" />
import jstat from 'jstat';

const { noncentralt, studentt } = jstat.jStat;

/** Value that a Student t variable stays below with this probability. Degrees of freedom >= 1. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return studentt.inv(probability, degreesOfFreedom);
}

/** Probability that |T| is at least |t|: the two-sided p-value of a t statistic. */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  return Math.min(1, 2 * studentt.cdf(-Math.abs(t), degreesOfFreedom));
}

/** Probability that a noncentral t variable stays below `t`. */
export function noncentralStudent(t: number, degreesOfFreedom: number, noncentrality: number): number {
  return noncentralt.cdf(t, degreesOfFreedom, noncentrality);
}
