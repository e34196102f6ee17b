import { line } from 'd3';
import { z } from 'zod';
import { durationSchema } from '../../sim/core/params';
import { parseQuantity } from '../../sim/core/units';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, matches, pick, text, type ChartTables } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { quantityOf, withUnit } from '../format';
import { stroke } from '../marks';
import { requireFactors } from '../select';
import { svg, type SvgNode } from '../svg';
import { styleOf, theme } from '../theme';
import { horizontalTicks, valueAxis, verticalTicks, type ValueAxis } from '../value-axis';

/** What one flow has against what another has, sample by sample: the plane in which Chiu and Jain draw convergence. */
export const phasePlot = defineChart({
  summary: 'one flow against another as a path through the plane, with the lines of fairness and of full use',
  reference: 'Chiu and Jain 1989, figure 4',
  needs: ['series', 'factors'],
  params: {
    column: text('recorded series to show, with its unit: cwnd_bytes, goodput_bps', 'goodput_bps'),
    x: text('flow on the x axis'),
    y: text('flow on the y axis'),
    at: pick('only points with these values of factors'),
    facet: text('factor with a panel for each of its values'),
    capacity: z
      .string()
      .refine((written) => parseQuantity(written) !== undefined, 'expected a quantity such as 10 Mbit/s')
      .optional()
      .describe('sum of both on the line of full use, such as 10 Mbit/s; without it, no line'),
    from: durationSchema.prefault('0 s').describe('start of the time shown'),
    to: durationSchema.optional().describe('end of the time shown'),
  },
  draw(tables, params, size) {
    const { column, x, y, facet } = params;
    const paths = pathsOf(tables, params);
    const { quantity, unit } = quantityOf(column);
    const full = params.capacity === undefined ? undefined : parseQuantity(params.capacity)!.value;
    const axis = valueAxis(unit, [...paths.flatMap(({ points }) => points.flatMap((p) => [p.x, p.y])), full ?? 0]);

    const columns = Math.min(paths.length, size.width > 400 && paths.length !== 4 ? 3 : 2);
    const lines = Math.ceil(paths.length / columns);
    const left = leftSpace(axis.ticks);
    const gap = 8;
    const panelWidth = (size.width - 2) / columns;
    const side = Math.min(panelWidth - left - gap, LARGEST);
    const heading = facet === '' ? 6 : theme.labelSize + 8;
    const legend = full === undefined ? 'Dotted: equal shares.' : 'Dotted: equal shares; dashed: full use.';
    const replication = paths[0]!.replication;
    const notes = wrap(
      `Replication ${replication}. Circle: start; square: end. ${legend}`,
      size.width - 4,
      theme.noteSize,
    );
    const panelHeight = heading + side + bottomSpace;
    const height = size.height ?? Math.ceil(lines * panelHeight + noteSpace(notes));
    const drawn = paths.map((path, i) => {
      const plot: Plot = {
        left: (i % columns) * panelWidth + left,
        right: (i % columns) * panelWidth + left + side,
        top: Math.floor(i / columns) * panelHeight + heading,
        bottom: Math.floor(i / columns) * panelHeight + heading + side,
      };
      return panel(path, plot, axis, { x, y, quantity, full });
    });
    const last = paths.map(({ name, points }) => {
      const p = points[points.length - 1]!;
      return `${name === '' ? '' : `${name}: `}ends at ${written(p.x, axis)} and ${written(p.y, axis)} ${axis.unit}.`;
    });
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${quantity} of ${y} against that of ${x}`,
        description: `${last.join(' ')} ${notes.join(' ')} ${tables.provenance}`,
      },
      ...drawn,
      note(notes, height),
    );
  },
});

/** Side of a panel, in points, beyond which nothing is gained. */
const LARGEST = 170;

interface PathThrough {
  readonly name: string;
  readonly replication: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

function pathsOf(
  tables: ChartTables,
  params: {
    column: string;
    x: string;
    y: string;
    at: Readonly<Record<string, string | number>>;
    facet: string;
    from: number;
    to?: number | undefined;
  },
): PathThrough[] {
  const { column, x, y, at, facet, from, to = Infinity } = params;
  requireFactors(tables, [...Object.keys(at), ...(facet === '' ? [] : [facet])]);
  const names = facet === '' ? [''] : tables.factors.find(({ name }) => name === facet)!.values.map(String);
  return names.map((name) => {
    const wanted = facet === '' ? at : { ...at, [facet]: name };
    const find = (flow: string) => {
      const recorded = tables.series.find((s) => s.name === flow && matches(s.factors, wanted));
      const values = recorded?.columns.find((c) => c.name === column)?.values;
      if (recorded === undefined || values === undefined) {
        const known = [
          ...new Set(tables.series.flatMap((s) => s.columns.slice(1).map((c) => `${c.name} of ${s.name}`))),
        ];
        throw new ChartError(
          `no ${column} of ${flow} was recorded; the results have ${known.join(', ') || 'no series'}`,
        );
      }
      return { recorded, values };
    };
    const [first, second] = [find(x), find(y)];
    const times = first.recorded.columns[0]!.values;
    const points = times.flatMap((t, i) => {
      const [px, py] = [first.values[i]!, second.values[i]!];
      return t * 1e9 < from || t * 1e9 > to || !Number.isFinite(px) || !Number.isFinite(py) ? [] : [{ x: px, y: py }];
    });
    if (points.length === 0) throw new ChartError(`nothing was recorded of ${x} and ${y} in the time shown`);
    return { name, replication: first.recorded.replication, points };
  });
}

function panel(
  { name, points }: PathThrough,
  plot: Plot,
  axis: ValueAxis,
  { x, y, quantity, full }: { x: string; y: string; quantity: string; full: number | undefined },
): SvgNode {
  const across = axis.scale(plot.left, plot.right);
  const up = axis.scale(plot.bottom, plot.top);
  const style = styleOf(0, 0);
  const start = points[0]!;
  const end = points[points.length - 1]!;
  const thin = { colour: theme.ink, dash: '1.2 1.6' };
  const path = line<{ x: number; y: number }>(
    (p) => across(p.x),
    (p) => up(p.y),
  ).digits(2)(points)!;
  const straight = (x1: number, y1: number, x2: number, y2: number) =>
    `M${r(across(x1))},${r(up(y1))}L${r(across(x2))},${r(up(y2))}`;
  const most = axis.ticks[axis.ticks.length - 1]!.value;
  return svg(
    'g',
    { class: 'panel' },
    leftAxis(plot, verticalTicks(axis, plot), withUnit(`${quantity} of ${y}`, axis.unit)),
    bottomAxis(plot, horizontalTicks(axis, plot), withUnit(`${quantity} of ${x}`, axis.unit)),
    ...(name === ''
      ? []
      : [
          svg(
            'text',
            { class: 'heading', x: (plot.left + plot.right) / 2, y: plot.top - 5, 'text-anchor': 'middle' },
            name,
          ),
        ]),
    svg('g', { class: 'fairness' }, stroke(straight(0, 0, most, most), thin, 0.8)),
    ...(full === undefined
      ? []
      : [svg('g', { class: 'efficiency' }, stroke(straight(0, full, full, 0), { ...thin, dash: '4 2' }, 0.8))]),
    svg('g', { class: 'series' }, stroke(path, style, 0.7)),
    svg('circle', {
      class: 'start',
      cx: r(across(start.x)),
      cy: r(up(start.y)),
      r: 2.6,
      fill: theme.paper,
      stroke: theme.ink,
    }),
    svg('rect', {
      class: 'end',
      x: r(across(end.x)) - 2.4,
      y: r(up(end.y)) - 2.4,
      width: 4.8,
      height: 4.8,
      fill: theme.ink,
    }),
  );
}

function written(value: number, axis: ValueAxis): string {
  return (value / axis.unitScale).toPrecision(3);
}

function r(x: number): number {
  return Math.round(x * 100) / 100;
}
