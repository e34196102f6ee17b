import { duration, integer } from '../sim/core/params';
import { NETWORK } from '../sim/stats/derived';
import type { Factors } from '../sim/stats/table';
import { ChartError, flowNames, matches, pick, text, type ChartTables } from './chart';
import { metricLabel, quantityOf } from './format';
import { countOf, requireFactors, selectRows } from './select';

/** How a chart of a distribution is told what its samples are. */
export const sampleParams = {
  metric: text('metric whose values in the replications are the samples'),
  flow: flowNames('flow, or a list of flows; of a column: by default all that have it'),
  column: text('instead of a metric: recorded column whose values over time are the samples'),
  replication: integer('replication that the column is taken from', 1, 1),
  from: duration('time from which samples of the column count', '0 s'),
  at: pick('only points with these values of factors'),
  colour: text('factor that colours tell apart; by default the flow, or the slowest factor'),
};

interface Wanted {
  readonly metric: string;
  readonly flow: readonly string[];
  readonly column: string;
  readonly replication: number;
  /** Nanoseconds. */
  readonly from: number;
  readonly at: Factors;
}

/** What one replication, or one recorded element, contributes. */
export interface Samples {
  readonly factors: Factors;
  readonly flow: string;
  readonly unit: string;
  readonly values: readonly number[];
}

/** The samples that are wanted, their base unit, and what they measure. */
export function samplesOf(tables: ChartTables, wanted: Wanted) {
  const { metric, column, flow, at } = wanted;
  if ((metric === '') === (column === '')) throw new ChartError('give either a metric or a column');
  requireFactors(tables, Object.keys(at));
  const samples = column === '' ? metricSamples(tables, metric, flow, at) : seriesSamples(tables, wanted);
  const label = column === '' ? metricLabel(metric, flow) : quantityOf(column).quantity;
  return { samples, unit: samples[0]!.unit, label };
}

/** All values together, the least first. */
export function sortedOf(samples: readonly Samples[]): number[] {
  const values = samples.flatMap((one) => one.values).filter((value) => !Number.isNaN(value));
  return values.sort((a, b) => a - b);
}

/** How many samples there are, and of what kind. */
export function sampleNote(
  counts: readonly number[],
  { column, replication }: Pick<Wanted, 'column' | 'replication'>,
): string {
  const n = countOf(counts);
  return column === ''
    ? `n = ${n} replications.`
    : `n = ${n} samples over time of replication ${replication}; they are not independent.`;
}

function metricSamples(tables: ChartTables, metric: string, flows: readonly string[], at: Factors): Samples[] {
  return selectRows(tables.observations, metric, flows, at).map((row) => ({ ...row, values: [row.value] }));
}

function seriesSamples(tables: ChartTables, { column, replication, from, at, flow }: Wanted): Samples[] {
  const isWanted = (name: string) => flow.includes(NETWORK) || flow.includes(name);
  const found = tables.series
    .filter((series) => series.replication === replication && isWanted(series.name) && matches(series.factors, at))
    .flatMap((series) => {
      const times = series.columns[0]!.values;
      return series.columns
        .filter(({ name }) => name === column)
        .map(({ values }) => ({
          factors: series.factors,
          flow: series.name,
          unit: quantityOf(column).unit,
          values: values.filter((_, i) => times[i]! * 1e9 >= from),
        }));
    });
  if (found.some(({ values }) => values.length > 0)) return found;
  const columns = new Set(tables.series.flatMap((series) => series.columns.slice(1).map(({ name }) => name)));
  throw new ChartError(`no series has a column ${column} there; recorded: ${[...columns].join(', ') || 'nothing'}`);
}
