import type { StudyResult } from '../sim/run/messages';
import { scenariosOf } from '../sim/run/scenario-at';
import { observationsOf, summarise } from '../sim/stats/table';
import type { ChartTables } from './chart';

/** The results of a study as charts read them. */
export function chartTables(study: StudyResult): ChartTables {
  const { scenario, points } = study;
  const scenarioAt = scenariosOf(scenario);
  const observations = observationsOf(points, (i) => scenarioAt(points[i]!.factors)?.sessions ?? []);
  return {
    title: scenario.title,
    provenance: `Hopwise ${study.version}, study ${scenario.name}, seed ${study.seed}.`,
    factors: scenario.factors,
    observations,
    summaries: summarise(observations, scenario),
    series: points.flatMap(({ factors, replications }) =>
      replications.flatMap(({ replication, reply }) =>
        reply.series.map((table) => ({ factors, replication, ...table })),
      ),
    ),
  };
}
