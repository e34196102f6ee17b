import { curveLinear, curveStepAfter, line } from 'd3';
import { duration, integer } from '../../sim/core/params';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, flowNames, matches, pick, text, type ChartTables } from '../chart';
import { decimate, type Place } from '../decimate';
import { figure, note, noteSpace, wrap } from '../figure';
import { metricLabel, quantityOf, withUnit } from '../format';
import { topLegend } from '../legend';
import { marker, stroke } from '../marks';
import { requireFactors, selectRows, variantsOf } from '../select';
import { svg } from '../svg';
import { theme } from '../theme';
import { percentile } from '../../sim/stats/measures';
import type { Factors } from '../../sim/stats/table';
import { horizontalTicks, valueAxis, verticalTicks } from '../value-axis';

/** How samples are distributed: the fraction of them that is at most x. */
export const cdf = defineChart({
  summary: 'empirical distribution (CDF) of a metric over replications, or of a recorded column over time',
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
    xLabel: text('label of the x axis'),
  },
  draw(tables, params, size) {
    const { metric, column, at, colour } = params;
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
    const extremes = lines.flatMap(({ sorted }) => [sorted[0]!, sorted[sorted.length - 1]!]);
    const axis = valueAxis(unit, extremes, { from: 'any' });
    const fractions = valueAxis('', [0, 1], { from: 0, to: 1 });

    const height = size.height ?? Math.round(Math.min(size.width * 0.62, 240));
    const notes = wrap(
      noteOf(
        lines.map(({ sorted }) => sorted.length),
        params,
      ),
      size.width - 4,
      theme.noteSize,
    );
    const left = leftSpace(fractions.ticks);
    const entries = lines.map(({ label, style }) => ({
      text: label,
      draw: (x: number, y: number, width: number) =>
        svg('g', {}, stroke(`M${round(x)},${round(y)}h${width}`, style), marker(x + width / 2, y, style)),
    }));
    const legend = topLegend(entries, left, size.width - left - 4);
    const plot: Plot = {
      top: legend.height + 4,
      bottom: height - bottomSpace - noteSpace(notes),
      left,
      right: size.width - 10,
    };
    const x = axis.scale(plot.left, plot.right);
    const y = fractions.scale(plot.bottom, plot.top);
    const drawn = lines.map(({ sorted, style }) => {
      const steps = sorted.map((value, i) => ({ x: x(value), y: y((i + 1) / sorted.length) }));
      // Few samples are seen as steps; of many, the steps would only tear the dashes.
      const shape = line<Place>(
        (p) => p.x,
        (p) => p.y,
      ).curve(sorted.length < 60 ? curveStepAfter : curveLinear);
      const path = shape.digits(2)([{ x: steps[0]!.x, y: y(0) }, ...decimate(steps)]) ?? '';
      const marks = quartiles.map((fraction) => marker(x(percentile(sorted, fraction)), y(fraction), style));
      return svg('g', {}, stroke(path, style), ...marks);
    });
    const label = params.xLabel || (column === '' ? metricLabel(metric, params.flow) : quantityOf(column).quantity);
    const medians = lines.map((one) =>
      `${one.label}: median ${(percentile(one.sorted, 0.5) / axis.unitScale).toPrecision(3)} ${axis.unit}`.trim(),
    );
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: distribution of ${label}`,
        description: `${medians.join('; ')}. ${notes.join(' ')} ${tables.provenance}`,
      },
      leftAxis(plot, verticalTicks(fractions, plot), 'fraction of samples'),
      bottomAxis(plot, horizontalTicks(axis, plot), withUnit(label, axis.unit)),
      svg('g', { class: 'series' }, ...drawn),
      legend.node,
      note(notes, height),
    );
  },
});

/** Where lines carry their markers. */
const quartiles = [0.25, 0.5, 0.75];

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
  const [low, high] = [Math.min(...counts), Math.max(...counts)];
  const n = low === high ? String(low) : `${low}–${high}`;
  return column === ''
    ? `n = ${n} replications.`
    : `n = ${n} samples over time of replication ${replication}; they are not independent.`;
}

function round(x: number): number {
  return Math.round(x * 100) / 100;
}
