import { scaleLinear, symbolCircle, symbolSquare } from 'd3';
import * as z from 'zod';
import { durationSchema } from '../../sim/core/params';
import { parseQuantity } from '../../sim/core/units';
import { ChartError, defineChart, matches, pick, text, type ChartTables } from '../chart';
import { formatQuantity, quantityOf } from '../format';
import type { Axis, Panel, Place, Series } from '../grammar';
import { requireFactors } from '../select';
import { styleOf } from '../theme';

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
  plan(tables, params, width) {
    const { column, x, y } = params;
    const paths = pathsOf(tables, params);
    const { quantity, unit } = quantityOf(column);
    const full = params.capacity === undefined ? undefined : parseQuantity(params.capacity)!.value;
    const most = Math.max(full ?? 0, ...paths.flatMap(({ points }) => points.map((p) => Math.max(p.x, p.y))));
    const to = scaleLinear([0, most], [0, 1]).nice(5).domain()[1]!;
    const [xAxis, yAxis] = [x, y].map((flow): Axis => ({
      label: `${quantity} of ${flow}`,
      unit,
      scale: 'linear',
      from: 0,
      to,
    })) as [Axis, Axis];
    const panels = paths.map(({ name, points }): Panel => {
      const fairness = [0, to].map((value) => ({ x: value, y: value }));
      const efficiency = full === undefined ? [] : [{ x: 0, y: full }, { x: full, y: 0 }]; // prettier-ignore
      return {
        heading: name,
        x: xAxis,
        y: yAxis,
        layers: [
          { series: FAIRNESS, mark: 'path', rows: fairness, width: 0.8 },
          ...(full === undefined ? [] : [{ series: EFFICIENCY, mark: 'path', rows: efficiency, width: 0.8 } as const]),
          { series: PATH, mark: 'path', rows: points, width: 0.7 },
          { series: START, mark: 'points', rows: points.slice(0, 1) },
          { series: END, mark: 'points', rows: points.slice(-1) },
        ],
      };
    });
    const legend = full === undefined ? 'Dotted: equal shares.' : 'Dotted: equal shares; dashed: full use.';
    const note = `Replication ${paths[0]!.replication}. Circle: start; square: end. ${legend}`;
    const last = paths.map(({ name, points }) => {
      const p = points[points.length - 1]!;
      return `${name === '' ? '' : `${name}: `}ends at ${formatQuantity(p.x, unit)} and ${formatQuantity(p.y, unit)}.`;
    });
    return {
      title: `${tables.title}: ${quantity} of ${y} against that of ${x}`,
      description: `${last.join(' ')} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'none',
      panels,
      columns: width > 400 && paths.length !== 4 ? 3 : 2,
      aspect: 1,
    };
  },
});

const PLAIN = styleOf(2, 0);
const FAIRNESS: Series = { label: '', style: { ...PLAIN, dash: '1.2 1.6' }, role: 'fairness' };
const EFFICIENCY: Series = { label: '', style: { ...PLAIN, dash: '4 2' }, role: 'efficiency' };
const PATH: Series = { label: '', style: styleOf(0, 0) };
const START: Series = { label: '', style: { ...PLAIN, marker: symbolCircle, filled: false }, role: 'start' };
const END: Series = { label: '', style: { ...PLAIN, marker: symbolSquare, filled: true }, role: 'end' };

interface PathThrough {
  readonly name: string;
  readonly replication: number;
  readonly points: readonly Place[];
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
