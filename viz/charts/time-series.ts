import { line, scaleLinear } from 'd3';
import { z } from 'zod';
import { duration, integer } from '../../sim/core/params';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, matches, pick, text, type ChartTables, type RecordedSeries } from '../chart';
import { decimate } from '../decimate';
import { figure, note, noteSpace, wrap } from '../figure';
import { quantityOf, withUnit, words } from '../format';
import { endLabelHeight, endLabels, endLabelSpace } from '../legend';
import { stroke } from '../marks';
import { requireFactors } from '../select';
import { svg, type SvgNode } from '../svg';
import { colours, dashes, theme, type LineStyle } from '../theme';
import { horizontalTicks, valueAxis, verticalTicks, type ValueAxis } from '../value-axis';

/** What one replication recorded, over time: panels above each other that share the time axis. */
export const timeSeries = defineChart({
  summary: 'recorded series of one replication over time (cwnd, SRTT, queue ...), in panels that share the time axis',
  reference: 'small multiples: Tufte, The Visual Display of Quantitative Information (1983)',
  needs: ['series', 'factors'],
  params: {
    show: z.array(z.string()).min(1).prefault(['cwnd_bytes']).describe('recorded columns, a panel for each'),
    only: z.array(z.string()).prefault([]).describe('recorded elements (flows, links) to draw; by default all'),
    at: pick('the point to draw: a value for every swept factor but the facet'),
    facet: text('factor whose values are drawn one below the other'),
    replication: integer('replication to draw', 1, 1),
    from: duration('start of the time axis', '0 s'),
    to: duration('end of the time axis; by default that of the recording', '0 s'),
  },
  draw(tables, params, size) {
    const { show, only, at, facet, replication } = params;
    requireFactors(tables, [...Object.keys(at), ...(facet === '' ? [] : [facet])]);
    const recorded = tables.series.filter(
      (series) =>
        series.replication === replication &&
        matches(series.factors, at) &&
        (only.length === 0 || only.includes(series.name)),
    );
    if (recorded.length === 0)
      throw new ChartError(`nothing was recorded there; the results have ${available(tables)}`);
    requireOnePoint(tables, recorded, facet);
    const panels = panelsOf(tables, recorded, facet, show);

    const times = recorded.flatMap((series) => ends(series.columns[0]!.values));
    const time = timeAxis(times, params.from / 1e9, params.to / 1e9);
    const axes = show.map((column) => valueAxis(quantityOf(column).unit, valuesOf(panels, column, time), {}, 3));
    const styles = stylesOf(panels);
    const notes = wrap(noteOf(tables, recorded[0]!, facet), size.width - 4, theme.noteSize);
    const left = Math.max(...axes.map((axis) => leftSpace(axis.ticks)));
    const right = size.width - 2 - endLabelSpace([...styles.keys()]);
    const headings = panels.filter(({ heading }) => heading !== undefined).length;
    const mostLabels = endLabelHeight(Math.max(...panels.map(({ lines }) => lines.length)));
    const chrome = headings * headingSpace + (panels.length - 1) * panelGap + bottomSpace + noteSpace(notes) + 6;
    const panelHeight =
      size.height === undefined
        ? Math.max(52, size.width * 0.14, mostLabels)
        : Math.max(20, (size.height - chrome) / panels.length);
    const height = Math.ceil(chrome + panels.length * panelHeight);

    let top = 6;
    const drawn = panels.flatMap((panel, i) => {
      if (panel.heading !== undefined) top += headingSpace;
      const plot: Plot = { left, right, top, bottom: top + panelHeight };
      const isLast = i === panels.length - 1;
      top = plot.bottom + panelGap;
      const axis = axes[show.indexOf(panel.column)]!;
      const ticks = horizontalTicks(time, plot);
      return [
        ...(panel.heading === undefined ? [] : [headingText(panel.heading, plot)]),
        leftAxis(plot, verticalTicks(axis, plot), withUnit(quantityOf(panel.column).quantity, axis.unit), left),
        bottomAxis(
          plot,
          isLast ? ticks : ticks.map((tick) => ({ ...tick, text: '' })),
          isLast ? withUnit('time', time.unit) : '',
        ),
        ...drawLines(panel, plot, time, axis, styles),
      ];
    });
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${show.map((column) => quantityOf(column).quantity).join(', ')} over time`,
        description: `${describe(panels)} ${notes.join(' ')} ${tables.provenance}`,
      },
      ...drawn,
      note(notes, height),
    );
  },
});

const headingSpace = 13;
const panelGap = 8;

interface Panel {
  /** Above the first panel of each facet. */
  readonly heading: string | undefined;
  readonly column: string;
  readonly lines: readonly {
    readonly name: string;
    readonly times: readonly number[];
    readonly values: readonly number[];
  }[];
}

/** The panels of the first facet with one column each, then those of the next. */
function panelsOf(
  tables: ChartTables,
  recorded: readonly RecordedSeries[],
  facet: string,
  show: readonly string[],
): Panel[] {
  const facets = facet === '' ? [undefined] : tables.factors.find(({ name }) => name === facet)!.values;
  const panels = facets.flatMap((value) => {
    const here = facet === '' ? recorded : recorded.filter((series) => series.factors[facet] === value);
    const some = show.map((column) => ({
      column,
      lines: here.flatMap((series) => {
        const found = series.columns.find(({ name }) => name === column);
        return found ? [{ name: series.name, times: series.columns[0]!.values, values: found.values }] : [];
      }),
    }));
    return some
      .filter(({ lines }) => lines.length > 0)
      .map((panel, i) => ({ ...panel, heading: i === 0 && value !== undefined ? headingOf(facet, value) : undefined }));
  });
  const missing = show.find((column) => !panels.some((panel) => panel.column === column));
  if (missing === undefined) return panels;
  throw new ChartError(`no series has a column ${missing}; the results have ${available(tables)}`);
}

function drawLines(
  { lines }: Panel,
  plot: Plot,
  time: ValueAxis,
  axis: ValueAxis,
  styles: ReadonlyMap<string, LineStyle>,
): SvgNode[] {
  const x = time.scale(plot.left, plot.right);
  const y = axis.scale(plot.bottom, plot.top);
  const placed = lines.map(({ name, times, values }) => ({
    name,
    style: styles.get(name)!,
    points: decimate(
      times
        .map((t, i) => ({ x: x(t), y: y(values[i]!) }))
        .filter((point) => point.x >= plot.left - 1e-9 && point.x <= plot.right + 1e-9),
    ),
  }));
  const shape = line<{ x: number; y: number }>(
    (p) => p.x,
    (p) => p.y,
  )
    .defined((p) => !Number.isNaN(p.y))
    .digits(1);
  const labels = placed.flatMap(({ name, style, points }) => {
    const last = points.filter((p) => !Number.isNaN(p.y)).at(-1);
    return last ? [{ text: name, style, ...last }] : [];
  });
  return [
    endLabels(labels, plot.right, plot.top, plot.bottom),
    svg('g', { class: 'series' }, ...placed.map(({ points, style }) => stroke(shape(points) ?? '', style, 0.8))),
  ];
}

/** From `from` to `to` seconds; without `to`, to the end of the recording, or to a round number just after it. */
function timeAxis(times: readonly number[], from: number, to: number): ValueAxis {
  const end = Math.max(...times);
  const round = scaleLinear([from, end], [0, 1]).nice(5).domain()[1]!;
  return valueAxis('s', times, { from, to: to > 0 ? to : round - end < 0.02 * (end - from) ? round : end });
}

/** Each element keeps its style in all panels; those that share a panel differ in dash as well as in colour. */
function stylesOf(panels: readonly Panel[]): Map<string, LineStyle> {
  const together = panels.map(({ lines }) => lines.map(({ name }) => name));
  const dashOf = new Map<string, number>();
  for (const name of together.flat()) {
    if (dashOf.has(name)) continue;
    const near = new Set(together.filter((names) => names.includes(name)).flat());
    const taken = new Set([...near].map((other) => dashOf.get(other)));
    let dash = 0;
    while (taken.has(dash)) dash++;
    dashOf.set(name, dash);
  }
  const styles = [...dashOf].map(
    ([name, dash], i) => [name, { colour: colours[i % colours.length]!, dash: dashes[dash % dashes.length] }] as const,
  );
  return new Map(styles);
}

function valuesOf(panels: readonly Panel[], column: string, time: ValueAxis): number[] {
  const within = time.scale(0, 1);
  return panels
    .filter((panel) => panel.column === column)
    .flatMap(({ lines }) => lines)
    .flatMap(({ times, values }) => values.filter((_, i) => within(times[i]!) >= 0 && within(times[i]!) <= 1))
    .reduce<number[]>(
      ([low = Infinity, high = -Infinity], value) =>
        Number.isNaN(value) ? [low, high] : [Math.min(low, value), Math.max(high, value)],
      [],
    );
}

/** Throws unless every factor is fixed by what was picked: one replication of one point is drawn, not several on top. */
function requireOnePoint(tables: ChartTables, recorded: readonly RecordedSeries[], facet: string): void {
  for (const { name } of tables.factors) {
    if (name === facet) continue;
    const values = [...new Set(recorded.map((series) => series.factors[name]!))];
    if (values.length > 1) throw new ChartError(`at: ${name} is not fixed; give one of ${values.join(', ')}`);
  }
}

function noteOf({ factors }: ChartTables, { factors: point, replication }: RecordedSeries, facet: string): string {
  const where = factors.filter(({ name }) => name !== facet).map(({ name }) => `${words(name)} ${point[name]!}`);
  return `${[`Replication ${replication}`, ...where].join(', ')}.`;
}

function describe(panels: readonly Panel[]): string {
  const rows = panels.map(
    ({ heading, column, lines }) => `${heading ?? ''} ${column} of ${lines.map(({ name }) => name).join(', ')}.`,
  );
  return rows.map((row) => row.trim()).join(' ');
}

function headingText(heading: string, plot: Plot): SvgNode {
  return svg('text', { class: 'facet', x: plot.left, y: plot.top - 4, 'font-weight': 'bold' }, heading);
}

function headingOf(facet: string, value: string | number): string {
  return typeof value === 'number' ? `${words(facet)} ${value}` : value;
}

function ends(values: readonly number[]): number[] {
  return values.length > 0 ? [values[0]!, values[values.length - 1]!] : [];
}

function available({ series }: ChartTables): string {
  if (series.length === 0) return 'no recorded series';
  const replications = [...new Set(series.map(({ replication }) => replication))].join(', ');
  const names = [...new Set(series.map(({ name }) => name))];
  const columns = [...new Set(series.flatMap((one) => one.columns.slice(1).map(({ name }) => name)))];
  return `${columns.join(', ')} of ${names.slice(0, 8).join(', ')}${names.length > 8 ? ' ...' : ''} in replication ${replications}`;
}
