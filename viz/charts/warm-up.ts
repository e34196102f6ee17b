import { duration } from '../../sim/core/params';
import { averageOf, mser5 } from '../../sim/stats/mser';
import { ChartError, defineChart, matches, pick, text, type ChartTables } from '../chart';
import { quantityOf, words } from '../format';
import type { Axis, Layer, Series } from '../grammar';
import { requireFactors } from '../select';
import { inkStyle, styleOf, theme } from '../theme';

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
  plan(tables, { show, at, warmup }) {
    requireFactors(tables, Object.keys(at));
    const found = averagesOf(tables, show, at);
    const { quantity, unit } = quantityOf(show);
    const where = tables.factors.flatMap(({ name }) => (at[name] === undefined ? [] : [`${words(name)} ${at[name]}`]));
    const replications = found[0]!.replications;
    const note = [
      `Average over n = ${replications} ${replications === 1 ? 'replication' : 'replications'}${where.length > 0 ? `, ${where.join(', ')}` : ''};`,
      `shaded: warm-up found by MSER-5; line: mean of the rest${warmup > 0 ? '; dashed: warm-up of the scenario' : ''}.`,
    ].join(' ');
    const time: Axis = { label: 'time', unit: 's', scale: 'linear', from: 0 };
    const level: Axis = { label: quantity, unit, scale: 'linear', ticks: 3 };
    const panels = found.map((one) => ({
      heading: headingOf(one),
      x: time,
      y: level,
      layers: layersOf(one, warmup / 1e9),
    }));
    return {
      title: `${tables.title}: warm-up of ${quantity}`,
      description: `${found.map(headingOf).join('. ')}. ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'none',
      panels,
    };
  },
});

const AVERAGE: Series = { label: '', style: styleOf(0, 0) };
const REST: Series = { label: '', style: styleOf(1, 0) };
const FOUND: Series = { label: '', style: { ...inkStyle, colour: theme.faint }, role: 'warm-up' };
const OWN: Series = { label: '', style: { ...inkStyle, dash: '3 2' } };

function layersOf({ times, values, settled }: Averages, warmup: number): Layer[] {
  const end = times[settled.at]!;
  // As high as the average: the shade must not stretch the axis.
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(...finite)];
  const mean = [end, times.at(-1)!].map((x) => ({ x, y: settled.mean }));
  return [
    { series: FOUND, mark: 'boxes', rows: [{ x: times[0]!, x2: end, y: low, y2: high }], fill: 'light', width: 0 },
    { series: AVERAGE, mark: 'line', rows: times.map((x, i) => ({ x, y: values[i]! })), width: 0.8 },
    { series: REST, mark: 'line', rows: mean },
    ...(warmup > 0
      ? [{ series: OWN, mark: 'segments', rows: [{ x: warmup, y: low, x2: warmup, y2: high }], width: 0.8 } as const]
      : []),
  ];
}

interface Averages {
  readonly name: string;
  readonly replications: number;
  readonly times: readonly number[];
  /** Averages over replications. */
  readonly values: readonly number[];
  readonly settled: { readonly at: number; readonly mean: number; readonly found: boolean };
}

function averagesOf(
  { series, factors }: ChartTables,
  show: string,
  at: Readonly<Record<string, string | number>>,
): Averages[] {
  const open = factors.find(({ name, values }) => at[name] === undefined && values.length > 1);
  if (open !== undefined) throw new ChartError(`at: ${open.name} is not fixed; give one of ${open.values.join(', ')}`);
  const here = series.filter((one) => matches(one.factors, at));
  const panels = [...new Set(here.map(({ name }) => name))].flatMap((name): Averages[] => {
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

function headingOf({ name, times, settled }: Averages): string {
  const end = `${Number(times[settled.at]!.toPrecision(3))} s`;
  return settled.found ? `${name}: settled after ${end}` : `${name}: not settled within the first half`;
}
