import { line, scaleLinear, scaleLog, scalePoint } from 'd3';
import { z } from 'zod';
import { choice } from '../../sim/core/params';
import { factoryOf } from '../../sim/core/choice';
import { type Law, laws } from '../../sim/stats/laws';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot, type Tick } from '../axes';
import { ChartError, defineChart, flowNames, pick, type Reference, references, text } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { metricLabel, withUnit, words } from '../format';
import { endLabelHeight, endLabels, endLabelSpace, type EndLabel } from '../legend';
import { interval, marker, stroke } from '../marks';
import { categoriesOf, quantitiesOf } from '../places';
import { describeLines, extentsOf, intervalNote, selectLines, type Line } from '../select';
import { svg, type SvgNode } from '../svg';
import { theme } from '../theme';
import { valueAxis, verticalTicks } from '../value-axis';

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
  draw(tables, params, size) {
    const { metric, flow: flows, x, at, colour, reference } = params;
    const selected = selectLines(tables, { metric, flows, x, at, colour });
    const { xs, lines, unit } = selected;
    const estimates = lines.flatMap(({ points }) => points.map(({ estimate }) => estimate));
    const levels = reference.flatMap((one) => levelsOf(one, xs));
    const axis = valueAxis(unit, [...extentsOf(estimates), ...levels], {
      from: startOf(params.yFrom, estimates),
      to: params.yTo,
    });

    const notes = wrap(intervalNote(estimates), size.width - 4, theme.noteSize);
    const around = 6 + bottomSpace + noteSpace(notes);
    const needed = around + endLabelHeight(lines.length + reference.length);
    const height = size.height ?? Math.round(Math.max(Math.min(size.width * 0.62, 240), needed));
    const plot: Plot = {
      top: 6,
      bottom: height - bottomSpace - noteSpace(notes),
      left: leftSpace(axis.ticks),
      right: size.width - 2 - endLabelSpace([...lines, ...reference].map(({ label }) => label)),
    };
    const y = axis.scale(plot.bottom, plot.top);
    const along = placesOf(xs, params.scale, plot);
    const { place } = along;
    const shift = (i: number) => (params.scale === 'categories' ? (i - (lines.length - 1) / 2) * 4 : 0);
    const placed = lines.map((one, i) => ({
      ...one,
      points: one.points.map((p) => ({ x: place(p.x) + shift(i), ...p.estimate })),
    }));
    const compared = reference.map((one) => ({
      label: one.label,
      points:
        typeof one.value === 'number'
          ? [plot.left, plot.right].map((px) => ({ x: px, y: y(one.value as number) }))
          : levelsOf(one, xs).map((level, i) => ({ x: place(i), y: y(level) })),
    }));
    const ends: EndLabel[] = [
      ...placed.map(({ label, style, points }) => {
        const last = points[points.length - 1]!;
        return { text: label, style, mark: style, x: last.x, y: y(last.mean) };
      }),
      ...compared.map(({ label, points }) => ({ text: label, style: referenceStyle, ...points[points.length - 1]! })),
    ];
    const yLabel = params.yLabel || metricLabel(metric, flows);
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${yLabel} against ${words(x)}`,
        description: `${describeLines(selected, axis.unitScale, axis.unit)} ${notes.join(' ')} ${tables.provenance}`,
      },
      leftAxis(plot, verticalTicks(axis, plot), withUnit(yLabel, axis.unit)),
      bottomAxis(plot, along.ticks, withUnit(params.xLabel || words(x), along.unit)),
      svg('g', { class: 'references' }, ...compared.map(({ points }) => stroke(pathOf(points), referenceStyle, 0.9))),
      endLabels(ends, plot.right, plot.top, plot.bottom),
      ...placed.map((one) => drawLine(one, y, plot)),
      note(notes, height),
    );
  },
});

const referenceStyle = { colour: theme.faint, dash: '1.2 1.6' };

type PlacedLine = Pick<Line, 'style'> & {
  readonly points: readonly { readonly x: number; readonly mean: number; readonly halfWidth: number }[];
};

function drawLine({ style, points }: PlacedLine, y: (value: number) => number, plot: Plot): SvgNode {
  return svg(
    'g',
    { class: 'series' },
    stroke(pathOf(points.map((p) => ({ x: p.x, y: y(p.mean) }))), style),
    ...points
      .filter(({ halfWidth }) => halfWidth < Infinity)
      .map((p) => interval(p.x, y(p.mean - p.halfWidth), y(p.mean + p.halfWidth), plot, style.colour)),
    ...points.map((p) => marker(p.x, y(p.mean), style)),
  );
}

function pathOf(points: readonly { readonly x: number; readonly y: number }[]): string {
  return (
    line<{ x: number; y: number }>(
      (p) => p.x,
      (p) => p.y,
    ).digits(2)(points) ?? ''
  );
}

/** Zero when no mean is below it, even where an interval is: the axis cuts such an interval off. */
function startOf(wanted: number | undefined, estimates: readonly { readonly mean: number }[]): number | undefined {
  return wanted ?? (estimates.every(({ mean }) => mean >= 0) ? 0 : undefined);
}

interface Places {
  /** Place of the i-th x value, in points. */
  place(i: number): number;
  readonly ticks: readonly Tick[];
  /** Unit of the ticks, '' for none. */
  readonly unit: string;
}

/** More values than this do not each get a tick on a linear scale. */
const MOST_TICKS = 6;

function placesOf(xs: readonly (string | number)[], kind: 'categories' | 'linear' | 'log', plot: Plot): Places {
  if (kind === 'categories') {
    const scale = scalePoint<number>(xs.keys(), [plot.left, plot.right]).padding(0.4);
    const place = (i: number): number => scale(i)!;
    const { texts, unit } = categoriesOf(xs);
    return { place, ticks: texts.map((text, i) => ({ at: place(i), text })), unit };
  }
  const read = quantitiesOf(xs);
  if (read === undefined || (kind === 'log' && read.values.some((value) => value <= 0))) {
    const wanted = kind === 'log' ? 'positive numbers' : 'numbers';
    throw new ChartError(`scale: ${kind} needs ${wanted} on the x axis, found ${xs.join(', ')}`);
  }
  const { values, texts, unit, base } = read;
  const domain = [Math.min(...values), Math.max(...values)] as const;
  const range = [plot.left + 8, plot.right - 8] as const;
  if (kind === 'linear' && values.length > MOST_TICKS) {
    const axis = valueAxis(base, values, { from: domain[0], to: domain[1] });
    const at = axis.scale(...range);
    return {
      place: (i) => at(values[i]!),
      ticks: axis.ticks.map(({ value, text }) => ({ at: at(value), text })),
      unit: axis.unit,
    };
  }
  const scale = kind === 'log' ? scaleLog(domain, range) : scaleLinear(domain, range);
  const place = (i: number): number => scale(values[i]!);
  return { place, ticks: texts.map((text, i) => ({ at: place(i), text })), unit };
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
