import type { Assignment } from './assign';
import type { Path } from './path';
import type { FactorValue } from './scenario';

/** A field to vary, found in the scenario. */
export interface Factor {
  readonly name: string;
  readonly path: Path;
  readonly values: readonly (string | number | boolean)[];
}

/** One combination of values: what it is called, and what it changes. */
export interface Combination {
  readonly factors: Readonly<Record<string, FactorValue>>;
  readonly assignments: readonly (Assignment & { readonly factor: string; readonly index: number })[];
}

/** Every combination of the factors' values, the last factor fastest; one empty combination without factors. */
export function combinations(factors: readonly Factor[]): Combination[] {
  let all: Combination[] = [{ factors: {}, assignments: [] }];
  for (const { name, path, values } of factors) {
    all = all.flatMap((combination) =>
      values.map((value, index) => ({
        factors: { ...combination.factors, [name]: factorValue(value) },
        assignments: [...combination.assignments, { factor: name, index, path, value }],
      })),
    );
  }
  return all;
}

/** A value as it appears in results. */
export function factorValue(value: string | number | boolean): FactorValue {
  return typeof value === 'boolean' ? String(value) : value;
}
