import { line } from 'd3';
import { duration } from '../../sim/core/params';
import { averageOf, mser5 } from '../../sim/stats/mser';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, matches, pick, text, type ChartTables } from '../chart';
import { decimate } from '../decimate';
import { figure, note, noteSpace, wrap } from '../figure';
import { quantityOf, withUnit, words } from '../format';
import { stroke } from '../marks';
import { requireFactors } from '../select';
import { svg, type SvgNode } from '../svg';
import { colours, theme } from '../theme';
import { horizontalTicks, valueAxis, verticalTicks, type ValueAxis } from '../value-axis';

/** Where a quantity settles: the average over the recorded replications, and the warm-up that MSER-5 finds in it. */
export const warmUp = defineChart({
  summary: 'a recorded quantity averaged over replications, with the warm-up that MSER-5 finds',
  reference: 'Welch 1983 (averages over replications); White, Cobb and Spratt, WSC 2000 (MSER-5)',
  needs: ['series', 'factors'],
  params: {
    show: text('the recorded column', 'goodput_bps'),
    at: pick('the point to draw: a value for every swept factor'),
    warmup: duration('the warm-up of the scenario, to be drawn beside; none at 0 s', '0 s'),
  },
  draw(tables, { show, at, warmup }, size) {
    requireFactors(tables, Object.keys(at));
    const panels = panelsOf(tables, show, at);
    const time = valueAxis(
      's',
      panels.flatMap(({ times }) => [times[0]!, times.at(-1)!]),
      { from: 0 },
    );
    const { quantity, unit } = quantityOf(show);
    const axis = valueAxis(
      unit,
      panels.flatMap(({ values }) => values),
      {},
      3,
    );
    const where = tables.factors.flatMap(({ name }) => (at[name] === undefined ? [] : [`${words(name)} ${at[name]}`]));
    const replications = panels[0]!.replications;
    const notes = wrap(
      [
        `Average over n = ${replications} ${replications === 1 ? 'replication' : 'replications'}${where.length > 0 ? `, ${where.join(', ')}` : ''};`,
        'shaded: warm-up found by MSER-5; line: mean of the rest',
        ...(warmup > 0 ? ['; dashed: warm-up of the scenario.'] : ['.']),
      ]
        .join(' ')
        .replace(/ ([;.])/g, '$1'),
      size.width - 4,
      theme.noteSize,
    );
    const left = leftSpace(axis.ticks);
    const right = size.width - 6;
    const panelHeight = Math.max(52, size.width * 0.2);
    const height = panels.length * (panelHeight + HEADING + GAP) - GAP + bottomSpace + noteSpace(notes) + 6;
    const drawn = panels.flatMap((panel, i) => {
      const top = 6 + HEADING + i * (panelHeight + HEADING + GAP);
      const plot: Plot = { left, right, top, bottom: top + panelHeight };
      const isLast = i === panels.length - 1;
      const ticks = horizontalTicks(time, plot);
      return [
        shade(panel, plot, time),
        leftAxis(plot, verticalTicks(axis, plot), withUnit(quantity, axis.unit), left),
        bottomAxis(
          plot,
          isLast ? ticks : ticks.map((tick) => ({ ...tick, text: '' })),
          isLast ? withUnit('time', time.unit) : '',
        ),
        ...curves(panel, plot, time, axis, warmup / 1e9),
        svg('text', { class: 'facet', x: left, y: top - 4, 'font-weight': 'bold' }, headingOf(panel)),
      ];
    });
    const found = panels.map(headingOf).join('. ');
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: warm-up of ${quantity}`,
        description: `${found}. ${notes.join(' ')} ${tables.provenance}`,
      },
      ...drawn,
      note(notes, height),
    );
  },
});

const HEADING = 13;
const GAP = 8;

interface Panel {
  readonly name: string;
  readonly replications: number;
  readonly times: readonly number[];
  /** Averages over replications. */
  readonly values: readonly number[];
  readonly settled: { readonly at: number; readonly mean: number; readonly found: boolean };
}

function panelsOf(
  { series, factors }: ChartTables,
  show: string,
  at: Readonly<Record<string, string | number>>,
): Panel[] {
  const open = factors.find(({ name, values }) => at[name] === undefined && values.length > 1);
  if (open !== undefined) throw new ChartError(`at: ${open.name} is not fixed; give one of ${open.values.join(', ')}`);
  const here = series.filter((one) => matches(one.factors, at));
  const panels = [...new Set(here.map(({ name }) => name))].flatMap((name): Panel[] => {
    const runs = here.flatMap((one) => {
      const column = one.columns.find((c) => c.name === show);
      return one.name === name && column !== undefined
        ? [{ times: one.columns[0]!.values, values: column.values }]
        : [];
    });
    if (runs.length === 0) return [];
    const values = averageOf(runs.map((one) => one.values));
    if (values.length < 20) return [];
    return [{ name, replications: runs.length, times: runs[0]!.times, values, settled: mser5(values) }];
  });
  if (panels.length > 0) return panels;
  const known = [...new Set(series.flatMap((one) => one.columns.slice(1).map((column) => column.name)))];
  throw new ChartError(`nothing has 20 samples or more of ${show}; recorded are ${known.join(', ') || 'none'}`);
}

function headingOf({ name, times, settled }: Panel): string {
  const end = `${Number(times[settled.at]!.toPrecision(3))} s`;
  return settled.found ? `${name}: settled after ${end}` : `${name}: not settled within the first half`;
}

function shade({ times, settled }: Panel, plot: Plot, time: ValueAxis): SvgNode {
  const x = time.scale(plot.left, plot.right);
  const width = Math.max(0, x(times[settled.at]!) - plot.left);
  const height = plot.bottom - plot.top;
  return svg('rect', { class: 'warm-up', x: plot.left, y: plot.top, width, height, fill: theme.grid, opacity: 0.6 });
}

function curves(
  { times, values, settled }: Panel,
  plot: Plot,
  time: ValueAxis,
  axis: ValueAxis,
  warmup: number,
): SvgNode[] {
  const x = time.scale(plot.left, plot.right);
  const y = axis.scale(plot.bottom, plot.top);
  const shape = line<{ x: number; y: number }>(
    (p) => p.x,
    (p) => p.y,
  )
    .defined((p) => !Number.isNaN(p.y))
    .digits(1);
  const points = decimate(times.map((t, i) => ({ x: x(t), y: y(values[i]!) })));
  const level = [settled.at, times.length - 1].map((i) => ({ x: x(times[i]!), y: y(settled.mean) }));
  const own = [plot.top, plot.bottom].map((at) => ({ x: x(warmup), y: at }));
  return [
    stroke(shape(points) ?? '', { colour: colours[0], dash: undefined }, 0.8),
    stroke(shape(level) ?? '', { colour: colours[1], dash: undefined }),
    ...(warmup > 0 ? [stroke(shape(own) ?? '', { colour: theme.ink, dash: '3 2' }, 0.8)] : []),
  ];
}
