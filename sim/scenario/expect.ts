import { factoryOf } from '../core/choice';
import { suggestion } from '../core/did-you-mean';
import { parseQuantity } from '../core/units';
import type { StudyResult } from '../run/messages';
import { type Law, laws } from '../stats/laws';
import { observationsOf, summarise, type Summary } from '../stats/table';
import type { Expectation, FactorValue, Study } from './scenario';

/** An expectation that a study does not meet, at one point. */
export interface Unmet {
  /** Such as `goodput of long at segments = 2`. */
  readonly what: string;
  /** What was found and what was expected. */
  readonly why: string;
}

/** Compares the means over replications of a study with what its scenario expects. */
export function unmetExpectations({ scenario, points }: StudyResult): Unmet[] {
  return unmetIn(
    scenario,
    summarise(
      observationsOf(points, (i) => scenario.points[i]?.scenario.sessions ?? []),
      scenario,
    ),
  );
}

/** As `unmetExpectations`, of what is summed up already. */
export function unmetIn(scenario: Study, summaries: readonly Summary[]): Unmet[] {
  return judgementsIn(scenario, summaries).flatMap(({ unmet }) => unmet);
}

/** An expectation beside what was found. */
export interface Judgement {
  readonly expectation: Expectation;
  /** Points that it holds for. */
  readonly points: number;
  /** Smallest and largest of the means there; NaN when there are none. */
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  readonly unmet: readonly Unmet[];
}

/** Every expectation that applies to the points that were run. */
export function judgementsIn(scenario: Study, summaries: readonly Summary[]): Judgement[] {
  const applicable = scenario.expect.filter(({ at }) => isSwept(at, scenario));
  return applicable.map((expectation) => {
    const { metric, flow, at } = expectation;
    const rows = summaries.filter((row) => row.flow === flow && row.metric === metric && matches(row.factors, at));
    const means = rows.map(({ estimate }) => estimate.mean);
    return {
      expectation,
      points: rows.length,
      least: rows.length === 0 ? NaN : Math.min(...means),
      most: rows.length === 0 ? NaN : Math.max(...means),
      unit: rows[0]?.unit ?? '',
      unmet: check(expectation, summaries),
    };
  });
}

/** The command line may have narrowed the sweep to other points. */
function isSwept(at: Expectation['at'], { factors }: Study): boolean {
  return Object.entries(at).every(([name, value]) =>
    factors.some((factor) => factor.name === name && factor.values.some((v) => String(v) === String(value))),
  );
}

function check(expectation: Expectation, summaries: readonly Summary[]): Unmet[] {
  const { metric, flow, at } = expectation;
  const here = summaries.filter((row) => row.flow === flow && matches(row.factors, at));
  const rows = here.filter((row) => row.metric === metric);
  if (rows.length === 0) {
    const known = [...new Set(here.map((row) => row.metric))].sort();
    const why =
      known.length === 0
        ? `nothing was measured of ${flow}`
        : `no such metric; ${flow} has ${known.join(', ')}${suggestion(metric, known)}`;
    return [{ what: describe(metric, flow, at), why }];
  }
  return rows.flatMap((row) => {
    const why = violation(row, expectation);
    return why === undefined ? [] : [{ what: describe(metric, flow, row.factors), why }];
  });
}

function violation({ unit, estimate, factors }: Summary, expectation: Expectation): string | undefined {
  const { atLeast, atMost, near } = expectation;
  for (const bound of [atLeast, atMost]) {
    if (bound !== undefined && bound.unit !== '' && bound.unit !== unit) {
      return `measured in ${unit === '' ? 'plain numbers' : unit}; the bound is ${bound.text}`;
    }
  }
  const found = `found ${Number(estimate.mean.toPrecision(5))}${unit === '' ? '' : ` ${unit}`} (mean of ${estimate.n})`;
  // Written so that a mean that is not a number meets no bound.
  if (atLeast !== undefined && !(estimate.mean >= atLeast.value)) return `${found}; expected at least ${atLeast.text}`;
  if (atMost !== undefined && !(estimate.mean <= atMost.value)) return `${found}; expected at most ${atMost.text}`;
  if (near === undefined) return undefined;
  const law = valueOfLaw(near, factors);
  if (Math.abs(estimate.mean - law) <= near.within * law) return undefined;
  return `${found}; expected ${Number(law.toPrecision(5))} ± ${Number((100 * near.within).toPrecision(3))} % (${near.law.name} law)`;
}

/** What the law says at a point. NaN where the factor is no quantity, so that nothing is near. */
function valueOfLaw({ law, of }: NonNullable<Expectation['near']>, factors: Summary['factors']): number {
  const x = parseQuantity(String(factors[of]))?.value ?? NaN;
  return factoryOf<void, Law>(laws, law)()(x);
}

function matches(factors: Readonly<Record<string, FactorValue>>, at: Readonly<Record<string, FactorValue>>): boolean {
  return Object.entries(at).every(([name, value]) => String(factors[name]) === String(value));
}

function describe(metric: string, flow: string, factors: Readonly<Record<string, FactorValue>>): string {
  const where = Object.entries(factors).map(([name, value]) => `${name} = ${value}`);
  return `${metric} of ${flow}${where.length > 0 ? ` at ${where.join(', ')}` : ''}`;
}
