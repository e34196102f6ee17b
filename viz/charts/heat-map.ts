import { interpolateCividis } from 'd3';
import * as z from 'zod';
import { cellLayers } from '../cells';
import { defineChart, flowNames, pick, text } from '../chart';
import { displayUnit, metricLabel, withUnit, words } from '../format';
import type { Axis } from '../grammar';
import { categoriesOf } from '../places';
import { intervalNote, requireFactors, selectRows, variantsOf } from '../select';

/** A metric over two factors: a cell for each pair of values, one panel for each combination of the other factors. */
export const heatMap = defineChart({
  summary:
    'a metric over two swept factors as shaded cells with their numbers, one panel per combination of the others',
  reference:
    'Wilkinson and Friendly, The History of the Cluster Heat Map (2009); colours: Nunez, Anderton and Renslow 2018',
  needs: ['summaries', 'factors'],
  params: {
    metric: text('metric that the cells show', 'goodput'),
    flow: flowNames('flow, or a list of flows: each has panels of its own'),
    x: text('factor whose values are the columns'),
    y: text('factor whose values are the rows'),
    at: pick('only points with these values of factors'),
    from: z.number().optional().describe('value of the darkest colour, in base units; by default the smallest'),
    to: z.number().optional().describe('value of the lightest colour, in base units; by default the largest'),
    digits: z.int().min(0).max(4).default(2).describe('digits after the decimal point'),
    xLabel: text('label of the x axis; by default the name of the factor'),
    yLabel: text('label of the y axis; by default the name of the factor'),
    label: text('what the cells show; by default the metric and the flow'),
  },
  plan(tables, params, width) {
    const { metric, flow: flows, x, y, at, digits } = params;
    requireFactors(tables, [x, y, ...Object.keys(at)]);
    const rows = selectRows(tables.summaries, metric, flows, at);
    const valuesOf = (name: string) =>
      tables.factors.find((f) => f.name === name)!.values.filter((v) => rows.some((row) => row.factors[name] === v));
    const [xs, ys] = [valuesOf(x), valuesOf(y)];
    const variants = variantsOf(tables, rows, [x, y, ...Object.keys(at)]);

    const means = rows.map(({ estimate }) => estimate.mean);
    const from = params.from ?? Math.min(...means);
    const to = params.to ?? Math.max(...means);
    const unit = displayUnit(rows[0]!.unit, Math.max(...means.map(Math.abs)));
    const label = withUnit(params.label || metricLabel(metric, flows), unit.text);
    const written = (value: number) => (value / unit.scale).toFixed(digits);
    const shade = (value: number) =>
      interpolateCividis(to > from ? Math.max(0, Math.min(1, (value - from) / (to - from))) : 0.5);
    const widest = Math.max(...rows.map(({ estimate }) => estimate.halfWidth).filter(Number.isFinite), 0);
    const notes = [`Cells: ${label}.`, intervalNote(rows.map(({ estimate }) => estimate))];
    if (widest > 0) notes.push(`Widest interval: ± ${written(widest)}.`);

    const axisOf = (name: string, wanted: string, values: readonly (string | number)[]): Axis => {
      const { texts, unit: shared } = categoriesOf(values);
      return { label: wanted || words(name), unit: shared, scale: 'categories', values: texts };
    };
    const [xAxis, yAxis] = [axisOf(x, params.xLabel, xs), axisOf(y, params.yLabel, ys)];
    const panels = variants.map(({ label: heading, rows: members }) => {
      const cells = members.map(({ factors, estimate: { mean } }) => ({
        cx: xs.indexOf(factors[x]!),
        cy: ys.indexOf(factors[y]!),
        mean,
      }));
      return {
        heading: variants.length > 1 ? heading : '',
        x: xAxis,
        y: yAxis,
        layers: cellLayers(
          cells.map(({ cx, cy, mean }) => ({ x: cx, y: cy, value: mean, text: written(mean), fill: shade(mean) })),
        ),
      };
    });
    const columns = variants.length === 1 ? 1 : width > 400 ? 3 : 1;
    const cell = Math.max(12, Math.min(24, (width / columns - 40) / xs.length));
    const spoken = variants.map(({ label: name, rows: members }) => {
      const cells = members.map(
        (r) => `${String(r.factors[x])} / ${String(r.factors[y])}: ${written(r.estimate.mean)}`,
      );
      return `${name}: ${cells.join(', ')}.`;
    });
    return {
      title: `${tables.title}: ${params.label || metricLabel(metric, flows)} over ${words(x)} and ${words(y)}`,
      description: `${spoken.join(' ')} ${notes.join(' ')} ${tables.provenance}`,
      notes,
      legend: 'none',
      panels,
      columns,
      panelHeight: ys.length * cell,
    };
  },
});
