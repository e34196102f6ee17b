import type { Scenario, Study } from '../scenario/scenario';

type Factors = Study['points'][number]['factors'];

/** Finds the scenario of the point with given factors. */
export function scenariosOf(study: Study): (factors: Factors) => Scenario | undefined {
  const scenarios = new Map(study.points.map(({ factors, scenario }) => [JSON.stringify(factors), scenario]));
  return (factors) => scenarios.get(JSON.stringify(factors));
}
