import type { Scenario, Study } from '../scenario/scenario';

/** The scenario of the point with these factors. */
export function scenarioAt(study: Study, factors: Study['points'][number]['factors']): Scenario | undefined {
  const wanted = JSON.stringify(factors);
  return study.points.find((point) => JSON.stringify(point.factors) === wanted)?.scenario;
}
