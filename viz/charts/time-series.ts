import { scaleLinear, symbolTimes } from 'd3';
import * as z from 'zod';
import { duration, integer } from '../../sim/core/params';
import { ChartError, defineChart, matches, pick, text, type ChartTables, type RecordedSeries } from '../chart';
import { quantityOf, words } from '../format';
import type { Axis, Layer, Place, Series } from '../grammar';
import { requireFactors } from '../select';
import { dashes, inkStyle, styleOf } from '../theme';

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
    losses: z
      .boolean()
      .default(false)
      .describe('mark when packets were dropped or sent again, where drops or retransmissions were recorded'),
    from: duration('start of the time axis', '0 s'),
    to: duration('end of the time axis; by default that of the recording', '0 s'),
  },
  plan(tables, params) {
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
    const found = panelsOf(tables, recorded, facet, show);

    const [from, to] = [params.from / 1e9, params.to / 1e9];
    const time = timeAxis(
      recorded.flatMap((series) => ends(series.columns[0]!.values)),
      from,
      to,
    );
    const axes = new Map(
      show.map((column): [string, Axis] => {
        const { quantity, unit } = quantityOf(column);
        return [column, { label: quantity, unit, scale: 'linear', ticks: 3 }];
      }),
    );
    const series = seriesOf(found);
    const panels = found.map(({ heading, column, lines }) => ({
      heading: heading ?? '',
      x: time,
      y: axes.get(column)!,
      layers: lines.flatMap(({ name, times, values, losses }): Layer[] => {
        const isShown = ({ x }: Place) => x >= from && x <= time.to!;
        const rows = times.map((x, i) => ({ x, y: values[i]! }));
        const marks = params.losses ? rows.filter((_, i) => losses[i]! > 0) : [];
        return [
          { series: series.get(name)!, mark: 'line', rows: rows.filter(isShown), width: 0.8 },
          ...(marks.length > 0 ? [{ series: LOSSES, mark: 'points', rows: marks.filter(isShown) } as const] : []),
        ];
      }),
    }));
    const marks = params.losses ? ' ×: packets dropped (links) or sent again (sessions) since the sample before.' : '';
    const note = `${noteOf(tables, recorded[0]!, facet)}${marks}`;
    return {
      title: `${tables.title}: ${show.map((column) => quantityOf(column).quantity).join(', ')} over time`,
      description: `${describe(found)} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'end',
      panels,
    };
  },
});

/** Columns that count losses. */
const LOST = ['drops_packets', 'retransmissions_packets'];

/** Above all lines. */
const LOSSES: Series = { label: '', style: { ...inkStyle, marker: symbolTimes, filled: true } };

interface Recorded {
  /** Above the first panel of each facet. */
  readonly heading: string | undefined;
  readonly column: string;
  readonly lines: readonly {
    readonly name: string;
    readonly times: readonly number[];
    readonly values: readonly number[];
    /** Packets lost since the sample before; none where that was not recorded. */
    readonly losses: readonly number[];
  }[];
}

/** The panels of the first facet with one column each, then those of the next. */
function panelsOf(
  tables: ChartTables,
  recorded: readonly RecordedSeries[],
  facet: string,
  show: readonly string[],
): Recorded[] {
  const facets = facet === '' ? [undefined] : tables.factors.find(({ name }) => name === facet)!.values;
  const panels = facets.flatMap((value) => {
    const here = facet === '' ? recorded : recorded.filter((series) => series.factors[facet] === value);
    const some = show.map((column) => ({
      column,
      lines: here.flatMap((series) => {
        const found = series.columns.find(({ name }) => name === column);
        const losses = series.columns.find(({ name }) => LOST.includes(name))?.values ?? [];
        return found ? [{ name: series.name, times: series.columns[0]!.values, values: found.values, losses }] : [];
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

/** From `from` to `to` seconds; without `to`, to the end of the recording, or to a round number just after it. */
function timeAxis(times: readonly number[], from: number, to: number): Axis {
  const end = Math.max(...times);
  const round = scaleLinear([from, end], [0, 1]).nice(5).domain()[1]!;
  const last = to > 0 ? to : round - end < 0.02 * (end - from) ? round : end;
  return { label: 'time', unit: 's', scale: 'linear', from, to: last };
}

/** Each element keeps its style in all panels; those that share a panel differ in dash as well as in colour. */
function seriesOf(panels: readonly Recorded[]): Map<string, Series> {
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
  return new Map(
    [...dashOf].map(([name, dash], i): [string, Series] => [
      name,
      { label: name, style: { ...styleOf(i, i), dash: dashes[dash % dashes.length] } },
    ]),
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

function describe(panels: readonly Recorded[]): string {
  const rows = panels.map(
    ({ heading, column, lines }) => `${heading ?? ''} ${column} of ${lines.map(({ name }) => name).join(', ')}.`,
  );
  return rows.map((row) => row.trim()).join(' ');
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
