import type { Assignment } from './assign';
import type { Path } from './path';
import type { FactorValue } from './scenario';

/** The value, in results, of a factor that does not apply to a point. */
export const UNSET = '-';

/** One value of a factor: what it is called, and what it changes. */
export interface Level {
  readonly label: FactorValue;
  readonly assignments: readonly LevelAssignment[];
}

export interface LevelAssignment extends Assignment {
  /** Where in the scenario file this is written. */
  readonly writtenAt: Path;
}

/** Labels that factors must have, each as text. */
export type Match = Readonly<Record<string, readonly string[]>>;

/** Something to vary, found in the scenario. */
export interface Factor {
  readonly name: string;
  readonly levels: readonly Level[];
  /** The factor above with which this one moves, level by level. */
  readonly with?: string;
  /** It varies only where factors above match. */
  readonly when?: Match;
}

/** One combination of levels. */
export interface Combination {
  readonly factors: Readonly<Record<string, FactorValue>>;
  /** In the order of the factors; those that do not apply are left out. */
  readonly levels: readonly { readonly factor: Factor; readonly index: number }[];
}

/**
 * Every combination of levels that is not excluded, the last factor fastest; one empty combination without factors.
 * A factor whose condition does not hold has the value `UNSET` once, and changes nothing there.
 */
export function combinations(factors: readonly Factor[], excluded: readonly Match[] = []): Combination[] {
  const all: Combination[] = [];
  const labels: Record<string, FactorValue> = {};
  const chosen: { factor: Factor; index: number }[] = [];
  const indexOf = new Map<string, number>();
  const visit = (depth: number): void => {
    const factor = factors[depth];
    if (factor === undefined) {
      if (!excluded.some((match) => matches(labels, match))) all.push({ factors: { ...labels }, levels: [...chosen] });
      return;
    }
    const leader = factor.with === undefined ? undefined : indexOf.get(factor.with);
    const applies = (factor.when === undefined || matches(labels, factor.when)) && leader !== -1;
    const indices = !applies ? [-1] : leader === undefined ? factor.levels.keys() : [leader];
    for (const index of indices) {
      labels[factor.name] = index < 0 ? UNSET : factor.levels[index]!.label;
      indexOf.set(factor.name, index);
      if (index >= 0) chosen.push({ factor, index });
      visit(depth + 1);
      if (index >= 0) chosen.pop();
    }
  };
  visit(0);
  return all;
}

/** Whether all factors of `match` have one of the labels it names. */
export function matches(labels: Readonly<Record<string, FactorValue>>, match: Match): boolean {
  return Object.entries(match).every(([name, wanted]) => wanted.includes(String(labels[name])));
}

/** A value as it appears in results. */
export function factorValue(value: string | number | boolean): FactorValue {
  return typeof value === 'boolean' ? String(value) : value;
}
