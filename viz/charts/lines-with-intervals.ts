import { line, scaleLinear, scaleLog, scalePoint } from 'd3';
import { z } from 'zod';
import { choice } from '../../sim/core/params';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, flowNames, pick, references, text } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { metricLabel, withUnit, words } from '../format';
import { endLabelHeight, endLabels, endLabelSpace, type EndLabel } from '../legend';
import { interval, marker, stroke } from '../marks';
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
    reference: references('lines to compare with, each a label and a value, or one value per place on the x axis'),
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
    const levels = reference.flatMap(({ value }) => value);
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
    const place = placer(xs, params.scale, plot);
    const shift = (i: number) => (params.scale === 'categories' ? (i - (lines.length - 1) / 2) * 4 : 0);
    const placed = lines.map((one, i) => ({
      ...one,
      points: one.points.map((p) => ({ x: place(p.x) + shift(i), ...p.estimate })),
    }));
    const compared = reference.map(({ label, value }) => ({
      label,
      points:
        typeof value === 'number'
          ? [plot.left, plot.right].map((px) => ({ x: px, y: y(value) }))
          : value.slice(0, xs.length).map((level, i) => ({ x: place(i), y: y(level) })),
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
      bottomAxis(
        plot,
        xs.map((value, i) => ({ at: place(i), text: String(value) })),
        params.xLabel || words(x),
      ),
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

/** Place of the i-th x value, in points. */
function placer(
  xs: readonly (string | number)[],
  kind: 'categories' | 'linear' | 'log',
  plot: Plot,
): (i: number) => number {
  if (kind === 'categories') {
    const scale = scalePoint<number>(xs.keys(), [plot.left, plot.right]).padding(0.4);
    return (i) => scale(i)!;
  }
  const values = xs.map(Number);
  if (values.some((value) => Number.isNaN(value) || (kind === 'log' && value <= 0))) {
    const wanted = kind === 'log' ? 'positive numbers' : 'numbers';
    throw new ChartError(`scale: ${kind} needs ${wanted} on the x axis, found ${xs.join(', ')}`);
  }
  const domain = [Math.min(...values), Math.max(...values)];
  const range = [plot.left + 8, plot.right - 8];
  const scale = kind === 'log' ? scaleLog(domain, range) : scaleLinear(domain, range);
  return (i) => scale(values[i]!);
}
