import * as z from 'zod';
import { choice } from '../../sim/core/params';
import { factoryOf } from '../../sim/core/choice';
import { type Law, laws } from '../../sim/stats/laws';
import { ChartError, defineChart, flowNames, pick, type Reference, references, text } from '../chart';
import { displayUnit, metricLabel, words } from '../format';
import type { Axis, Layer } from '../grammar';
import { categoriesOf, quantitiesOf } from '../places';
import { describeLines, intervalNote, intervalsOf, selectLines } from '../select';
import { referenceStyle } from '../theme';

/** A metric against a factor: one line for each flow and combination of the other factors, with confidence intervals. */
export const linesWithIntervals = defineChart({
  summary: 'a metric against a swept factor, one line per combination of the others, with 95 % confidence intervals',
  reference: 'Student t interval over independent replications',
  needs: ['summaries', 'factors'],
  params: {
    metric: text('metric on the y axis', 'goodput'),
    flow: flowNames('flow, or a list of flows'),
    x: text('factor on the x axis'),
    at: pick('only points with these values of factors'),
    colour: text('factor that colours tell apart; by default the flow, or the slowest factor that is left'),
    scale: choice('places on the x axis: in equal steps, or by value', ['categories', 'linear', 'log'], 'categories'),
    reference: references(
      'lines to compare with, each a label and a value, one value per place on the x axis, or a law of the factor there',
    ),
    yFrom: z.number().optional().describe('start of the y axis, in base units'),
    yTo: z.number().optional().describe('end of the y axis, in base units'),
    xLabel: text('label of the x axis; by default the name of the factor'),
    yLabel: text('label of the y axis; by default the metric and the flow'),
  },
  plan(tables, params) {
    const { metric, flow: flows, x, at, colour, reference } = params;
    const selected = selectLines(tables, { metric, flows, x, at, colour });
    const { xs, lines, unit } = selected;
    const estimates = lines.flatMap(({ points }) => points.map(({ estimate }) => estimate));
    const { axis, places } = placesOf(xs, params.scale, params.xLabel || words(x));
    const isNegative = estimates.some(({ mean }) => mean < 0);
    const yLabel = params.yLabel || metricLabel(metric, flows);
    // The axis cuts off an interval that reaches below zero where no mean does.
    const y: Axis = {
      label: yLabel,
      unit,
      scale: 'linear',
      from: params.yFrom ?? (isNegative ? undefined : 0),
      to: params.yTo,
    };

    const step = params.scale === 'categories' ? Math.min(0.12, 0.6 / lines.length) : 0;
    const drawn = lines.flatMap(({ label, style, points }, i): Layer[] => {
      const common = { series: { label, style }, offset: (i - (lines.length - 1) / 2) * step };
      const rows = points.map((p) => ({ x: places[p.x]!, y: p.estimate.mean }));
      const ranges = points.flatMap((p) => intervalsOf(places[p.x]!, p.estimate));
      return [
        { ...common, mark: 'intervals', rows: ranges },
        { ...common, mark: 'line', rows, markers: 'all' },
      ];
    });
    const ends = axis.scale === 'categories' ? [-0.5, xs.length - 0.5] : [axis.from as number, axis.to!];
    const compared = reference.map((one): Layer => {
      const level = one.value;
      const rows =
        typeof level === 'number'
          ? ends.map((end) => ({ x: end, y: level }))
          : levelsOf(one, xs).map((value, i) => ({ x: places[i]!, y: value }));
      return {
        series: { label: one.label, style: referenceStyle, role: 'references' },
        mark: 'line',
        rows,
        width: 0.9,
      };
    });
    const { scale, text: read } = displayUnit(unit, Math.max(...estimates.map(({ mean }) => Math.abs(mean))));
    const note = intervalNote(estimates);
    return {
      title: `${tables.title}: ${yLabel} against ${words(x)}`,
      description: `${describeLines(selected, scale, read)} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'end',
      panels: [{ heading: '', x: axis, y, layers: [...compared, ...drawn] }],
    };
  },
});

/** More values than this do not each get a tick on a linear scale. */
const MOST_TICKS = 6;

/** The x axis, and where on it each value of the factor is. */
function placesOf(
  xs: readonly (string | number)[],
  kind: 'categories' | 'linear' | 'log',
  label: string,
): { readonly axis: Axis; readonly places: readonly number[] } {
  if (kind === 'categories') {
    const { texts, unit } = categoriesOf(xs);
    return { axis: { label, unit, scale: 'categories', values: texts }, places: [...xs.keys()] };
  }
  const read = quantitiesOf(xs);
  if (read === undefined || (kind === 'log' && read.values.some((value) => value <= 0))) {
    const wanted = kind === 'log' ? 'positive numbers' : 'numbers';
    throw new ChartError(`scale: ${kind} needs ${wanted} on the x axis, found ${xs.join(', ')}`);
  }
  const { values, texts, unit, unitScale, base } = read;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Room for the markers at both ends.
  const room = kind === 'log' ? 1 : 0.04 * (high - low);
  const ends = kind === 'log' ? { from: low / 1.1, to: high * 1.1 } : { from: low - room, to: high + room };
  if (kind === 'linear' && values.length > MOST_TICKS)
    return { axis: { label, unit: base, scale: kind, ...ends }, places: values };
  const ticks = values.map((value, i) => ({ value, text: texts[i]! }));
  const display = { text: unit, scale: unitScale };
  return { axis: { label, unit: base, display, scale: kind, ...ends, ticks }, places: values };
}

/** Where a reference is at each place on the x axis, base units. */
function levelsOf({ label, value, law }: Reference, xs: readonly (string | number)[]): readonly number[] {
  if (law === undefined) {
    if (value === undefined) throw new ChartError(`reference ${label}: expected a value or a law`);
    return typeof value === 'number' ? xs.map(() => value) : value.slice(0, xs.length);
  }
  const read = quantitiesOf(xs);
  if (read === undefined) throw new ChartError(`reference ${label}: ${law.name} needs quantities on the x axis`);
  return read.values.map(factoryOf<void, Law>(laws, law)());
}
