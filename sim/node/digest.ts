import type { PointResult, StudySource } from '../run/messages';
import { scenariosOf } from '../run/scenario-at';
import { observationsOf, summarise, type Observation, type Summary } from '../stats/table';
import type { Point, Study } from '../scenario/scenario';

/** What a study has found, summed up: small however many runs there were. */
export interface Digest {
  readonly scenario: Study;
  readonly points: readonly (Pick<Point, 'factors'> & {
    /** Finished replications. */
    readonly finished: number;
  })[];
  readonly summaries: readonly Summary[];
}

/** One point, while it is in memory. */
export interface DigestedPoint extends PointResult {
  readonly observations: readonly Observation[];
  readonly summaries: readonly Summary[];
}

/** Sums up a study point by point. `visit` sees each of them in passing. */
export function digestOf(source: StudySource, visit: (point: DigestedPoint) => void = () => {}): Digest {
  const { scenario } = source;
  const scenarioAt = scenariosOf(scenario);
  const points: Digest['points'][number][] = [];
  const all: Summary[] = [];
  for (const point of source.points) {
    const { factors, replications } = point;
    const observations = observationsOf([point], () => scenarioAt(factors)?.sessions ?? []);
    const summaries = summarise(observations, scenario);
    points.push({ factors, finished: replications.length });
    for (const summary of summaries) all.push({ ...summary, factors });
    visit({ ...point, observations, summaries });
  }
  return { scenario, points, summaries: all };
}
