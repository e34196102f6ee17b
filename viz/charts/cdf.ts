import { z } from 'zod';
import { choice, duration, integer } from '../../sim/core/params';
import { percentile } from '../../sim/stats/measures';
import type { Factors } from '../../sim/stats/table';
import { ChartError, defineChart, flowNames, matches, pick, text, type ChartTables } from '../chart';
import { displayUnit, metricLabel, quantityOf } from '../format';
import type { Axis, Layer } from '../grammar';
import { countOf, requireFactors, selectRows, variantsOf } from '../select';

/** How samples are distributed: the fraction of them that is at most x, or above it. */
export const cdf = defineChart({
  summary: 'empirical distribution (CDF, CCDF) of a metric over replications, or of a recorded column over time',
  reference: 'empirical distribution function, F(x) = number of samples <= x, over n',
  needs: ['observations', 'series', 'factors'],
  params: {
    metric: text('metric whose values in the replications are the samples'),
    flow: flowNames('flow, or a list of flows, of the metric'),
    column: text('instead of a metric: recorded column whose values over time are the samples'),
    replication: integer('replication that the column is taken from', 1, 1),
    from: duration('time from which samples of the column count', '0 s'),
    at: pick('only points with these values of factors'),
    colour: text('factor that colours tell apart; by default the flow, or the slowest factor'),
    complement: z.boolean().default(false).describe('show the fraction above x instead (CCDF), on a logarithmic axis'),
    xScale: choice('places on the x axis: by value, or by its logarithm', ['linear', 'log'], 'linear'),
    xLabel: text('label of the x axis'),
  },
  plan(tables, params) {
    const { metric, column, at, colour, complement } = params;
    if ((metric === '') === (column === '')) throw new ChartError('give either a metric or a column');
    requireFactors(tables, Object.keys(at));
    const samples = column === '' ? metricSamples(tables, metric, params.flow, at) : seriesSamples(tables, params);
    const lines = variantsOf(tables, samples, Object.keys(at), colour).map(({ label, style, rows }) => ({
      label,
      style,
      sorted: rows
        .flatMap(({ values }) => values)
        .filter((value) => !Number.isNaN(value))
        .sort((a, b) => a - b),
    }));
    const unit = samples[0]!.unit;
    const isLog = params.xScale === 'log';
    if (isLog && lines.some(({ sorted }) => sorted[0]! <= 0))
      throw new ChartError('xScale: log needs positive samples');
    const layers = lines.map(({ label, style, sorted }): Layer => {
      const n = sorted.length;
      // P(X > x) is 0 at the last sample, which a logarithmic axis does not have: its step is left open.
      const rows = complement
        ? [{ x: sorted[0]!, y: 1 }, ...sorted.slice(0, -1).map((x, i) => ({ x, y: (n - 1 - i) / n }))]
        : [{ x: sorted[0]!, y: 0 }, ...sorted.map((x, i) => ({ x, y: (i + 1) / n }))];
      const markers = (complement ? TAIL : QUARTILES)
        .filter((fraction) => !complement || fraction * n >= 1)
        .map((fraction) => ({ x: percentile(sorted, complement ? 1 - fraction : fraction), y: fraction }));
      // Few samples are seen as steps; of many, the steps would only tear the dashes.
      return { series: { label, style }, mark: 'line', rows, markers, ...(n < 60 ? { curve: 'step' } : {}) };
    });

    const label = params.xLabel || (column === '' ? metricLabel(metric, params.flow) : quantityOf(column).quantity);
    const { scale, text: read } = displayUnit(unit, Math.max(...lines.map(({ sorted }) => Math.abs(sorted.at(-1)!))));
    const medians = lines.map((one) =>
      `${one.label}: median ${(percentile(one.sorted, 0.5) / scale).toPrecision(3)} ${read}`.trim(),
    );
    const note = noteOf(
      lines.map(({ sorted }) => sorted.length),
      params,
    );
    const y: Axis = complement
      ? { label: 'fraction of samples above', unit: '', scale: 'log' }
      : { label: 'fraction of samples', unit: '', scale: 'linear', from: 0, to: 1 };
    return {
      title: `${tables.title}: distribution of ${label}`,
      description: `${medians.join('; ')}. ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'top',
      panels: [{ heading: '', x: { label, unit, scale: params.xScale, from: 'any' }, y, layers }],
    };
  },
});

/** Where lines carry their markers. */
const QUARTILES = [0.25, 0.5, 0.75];
const TAIL = [0.5, 0.1, 0.01, 0.001];

interface Samples {
  readonly factors: Factors;
  readonly flow: string;
  readonly unit: string;
  readonly values: readonly number[];
}

function metricSamples(tables: ChartTables, metric: string, flows: readonly string[], at: Factors): Samples[] {
  return selectRows(tables.observations, metric, flows, at).map((row) => ({ ...row, values: [row.value] }));
}

function seriesSamples(
  tables: ChartTables,
  { column, replication, from, at }: { column: string; replication: number; from: number; at: Factors },
): Samples[] {
  const found = tables.series
    .filter((series) => series.replication === replication && matches(series.factors, at))
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

function noteOf(counts: readonly number[], { column, replication }: { column: string; replication: number }): string {
  const n = countOf(counts);
  return column === ''
    ? `n = ${n} replications.`
    : `n = ${n} samples over time of replication ${replication}; they are not independent.`;
}
