import { line, scaleLinear, scaleLog, scalePoint } from 'd3';
import { z } from 'zod';
import { choice } from '../../sim/core/params';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, pick, references, text } from '../chart';
import { figure, note, noteLine, wrap } from '../figure';
import { displayUnit, tickFormat, withUnit, words } from '../format';
import { endLabels, endLabelSpace, type EndLabel } from '../legend';
import { interval, marker, stroke } from '../marks';
import { intervalNote, selectLines, type Line } from '../select';
import { svg } from '../svg';
import { theme } from '../theme';

const referenceStyle = { colour: theme.faint, dash: '1.2 1.6' };

/** A metric against a factor: one line for each flow and combination of the other factors, with confidence intervals. */
export const linesWithIntervals = defineChart({
  summary: 'a metric against a swept factor, one line per combination of the others, with 95 % confidence intervals',
  reference: 'Student t interval over independent replications',
  needs: ['summaries', 'factors'],
  params: {
    metric: text('metric on the y axis', 'goodput'),
    flow: z
      .union([z.string(), z.array(z.string()).min(1)])
      .default('network')
      .describe('flow, or a list of flows'),
    x: text('factor on the x axis'),
    at: pick('only points with these values of factors'),
    scale: choice('places on the x axis: in equal steps, or by value', ['categories', 'linear', 'log'], 'categories'),
    reference: references(
      'constant lines to compare with, each a label and a value or one value per place on the x axis',
    ),
    yFrom: z.number().optional().describe('start of the y axis, in base units'),
    yTo: z.number().optional().describe('end of the y axis, in base units'),
    xLabel: text('label of the x axis; by default the name of the factor'),
    yLabel: text('label of the y axis; by default the metric and the flow'),
  },
  draw(tables, params, size) {
    if (params.x === '') throw new ChartError('x: the factor on the x axis is missing');
    const flows = typeof params.flow === 'string' ? [params.flow] : params.flow;
    const { xs, lines, unit } = selectLines(tables, { metric: params.metric, flows, x: params.x, at: params.at });
    const estimates = lines.flatMap(({ points }) => points.map(({ estimate }) => estimate));
    const levels = params.reference.flatMap(({ value }) => value);
    const ends = estimates.flatMap(({ mean, halfWidth }) =>
      halfWidth < Infinity ? [mean - halfWidth, mean + halfWidth] : [mean],
    );
    const largest = params.yTo ?? Math.max(...ends, ...levels);
    const display = displayUnit(unit, largest);

    const height = size.height ?? Math.round(Math.min(size.width * 0.62, 240));
    const notes = wrap(intervalNote(estimates), size.width - 4, theme.noteSize);
    const allPositive = estimates.every(({ mean }) => mean >= 0);
    const smallest = params.yFrom ?? (allPositive ? 0 : Math.min(...ends, ...levels));
    const y = scaleLinear([smallest / display.scale, largest / display.scale], [0, 0]);
    if (params.yTo === undefined) y.nice(5);
    const labelled = [...lines.map(({ label }) => label), ...params.reference.map(({ label }) => label)];
    const plot: Plot = {
      top: 6,
      bottom: height - bottomSpace - notes.length * noteLine - 2,
      left: leftSpace(y.ticks(5).map((value) => ({ at: 0, text: tickFormat(y.ticks(5))(value) }))),
      right: size.width - endLabelSpace(labelled) - 2,
    };
    y.range([plot.bottom, plot.top]);
    const place = placer(xs, params.scale, plot);
    const shift = (i: number) => (params.scale === 'categories' ? (i - (lines.length - 1) / 2) * 4 : 0);
    const yAt = (value: number) => y(value / display.scale);

    const drawn = lines.map(({ points, style }, i) => {
      const at = points.map(({ x, estimate }) => ({ x: place(x) + shift(i), ...estimate }));
      const path =
        line<(typeof at)[number]>(
          (p) => p.x,
          (p) => yAt(p.mean),
        ).digits(2)(at) ?? '';
      return svg(
        'g',
        { class: 'series' },
        stroke(path, style),
        ...at
          .filter((p) => p.halfWidth < Infinity)
          .map((p) =>
            interval(p.x, yAt(p.mean - p.halfWidth), yAt(p.mean + p.halfWidth), plot.top, plot.bottom, style.colour),
          ),
        ...at.map((p) => marker(p.x, yAt(p.mean), style)),
      );
    });
    const compared = params.reference.map(({ value }) => {
      const points = xs.map((_, i) => [place(i), yAt(typeof value === 'number' ? value : (value[i] ?? NaN))] as const);
      const known = points.filter(([, level]) => !Number.isNaN(level));
      const whole =
        typeof value === 'number'
          ? ([
              [plot.left, yAt(value)],
              [plot.right, yAt(value)],
            ] as const)
          : known;
      return stroke(line().digits(2)(whole.map(([px, py]) => [px, py])) ?? '', referenceStyle, 0.9);
    });
    const yLabel =
      params.yLabel || (flows.length > 1 ? words(params.metric) : `${words(params.metric)} of ${flows[0]!}`);
    const ticks = y.ticks(5);
    const formatted = tickFormat(ticks);
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${yLabel} against ${words(params.x)}`,
        description: `${describe(lines, xs, display.scale, display.text)} ${notes.join(' ')} ${tables.provenance}`,
      },
      leftAxis(
        plot,
        ticks.map((value) => ({ at: y(value), text: formatted(value) })),
        withUnit(yLabel, display.text),
      ),
      bottomAxis(
        plot,
        xs.map((value, i) => ({ at: place(i), text: String(value) })),
        params.xLabel || words(params.x),
      ),
      svg('g', { class: 'references' }, ...compared),
      endLabels(
        [
          ...lines.map(({ label, style, points }, i): EndLabel => {
            const last = points[points.length - 1]!;
            return { text: label, style, mark: style, x: place(last.x) + shift(i), y: yAt(last.estimate.mean) };
          }),
          ...params.reference.map(({ label, value }): EndLabel => {
            const last = typeof value === 'number' ? value : value[value.length - 1]!;
            return { text: label, style: referenceStyle, x: plot.right, y: yAt(last) };
          }),
        ],
        plot.right,
        plot.top,
        plot.bottom,
      ),
      ...drawn,
      note(notes, 2, height - 3 - (notes.length - 1) * noteLine),
    );
  },
});

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
    throw new ChartError(
      `scale: ${kind} needs ${kind === 'log' ? 'positive ' : ''}numbers on the x axis, found ${xs.join(', ')}`,
    );
  }
  const domain = [Math.min(...values), Math.max(...values)];
  const range = [plot.left + 8, plot.right - 8];
  const scale = kind === 'log' ? scaleLog(domain, range) : scaleLinear(domain, range);
  return (i) => scale(values[i]!);
}

function describe(lines: readonly Line[], xs: readonly (string | number)[], scale: number, unit: string): string {
  return lines
    .map(({ label, points }) => {
      const values = points.map(({ x, estimate }) => {
        const halfWidth = estimate.halfWidth < Infinity ? ` ± ${(estimate.halfWidth / scale).toPrecision(2)}` : '';
        return `${xs[x]!}: ${(estimate.mean / scale).toPrecision(3)}${halfWidth}`;
      });
      return `${label}: ${values.join(', ')}${unit === '' ? '' : ` ${unit}`}.`;
    })
    .join(' ');
}
