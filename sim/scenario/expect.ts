import { suggestion } from '../core/did-you-mean';
import type { StudyResult } from '../run/messages';
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
  const applicable = scenario.expect.filter(({ at }) => isSwept(at, scenario));
  return applicable.flatMap((expectation) => check(expectation, summaries));
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

function violation({ unit, estimate }: Summary, { atLeast, atMost }: Expectation): string | undefined {
  for (const bound of [atLeast, atMost]) {
    if (bound !== undefined && bound.unit !== '' && bound.unit !== unit) {
      return `measured in ${unit === '' ? 'plain numbers' : unit}; the bound is ${bound.text}`;
    }
  }
  const found = `found ${Number(estimate.mean.toPrecision(5))}${unit === '' ? '' : ` ${unit}`} (mean of ${estimate.n})`;
  // Written so that a mean that is not a number meets no bound.
  if (atLeast !== undefined && !(estimate.mean >= atLeast.value)) return `${found}; expected at least ${atLeast.text}`;
  if (atMost !== undefined && !(estimate.mean <= atMost.value)) return `${found}; expected at most ${atMost.text}`;
  return undefined;
}

function matches(factors: Readonly<Record<string, FactorValue>>, at: Readonly<Record<string, FactorValue>>): boolean {
  return Object.entries(at).every(([name, value]) => String(factors[name]) === String(value));
}

function describe(metric: string, flow: string, factors: Readonly<Record<string, FactorValue>>): string {
  const where = Object.entries(factors).map(([name, value]) => `${name} = ${value}`);
  return `${metric} of ${flow}${where.length > 0 ? ` at ${where.join(', ')}` : ''}`;
}
