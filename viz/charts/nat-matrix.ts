import * as z from 'zod';
import type { Factors, Summary } from '../../sim/stats/table';
import { type Cell, cellLayers } from '../cells';
import { ChartError, type ChartTables, defineChart, pick, text } from '../chart';
import { displayUnit, words } from '../format';
import type { Axis } from '../grammar';
import { requireFactors, selectRows } from '../select';
import { colours, theme } from '../theme';

/** Light fills that black type is read on, in the order of `kinds`; the last is for none of them. */
const FILLS = ['#cfe3f2', '#d6efe6', '#f9dcc4', '#e9d3e4'] as const;

/** What came of each pair of two factors: for pairs of translators, how two hosts behind them reach each other. */
export const natMatrix = defineChart({
  summary: 'for each pair of values of two factors, which of several outcomes it had, and a metric',
  reference: 'RFC 5128 section 3.3; Ford, Srisuresh and Kegel 2005',
  needs: ['summaries', 'factors'],
  params: {
    kinds: z
      .array(z.string())
      .min(1)
      .max(FILLS.length)
      .default(['direct', 'reflexive', 'relayed'])
      .describe('metrics that are 1 where the outcome is of that kind, and 0 where it is not'),
    value: text('metric that stands in the cells', 'setupTime'),
    flow: text('flow that both are of', 'network'),
    x: text('factor of the columns'),
    y: text('factor of the rows'),
    at: pick('only points with these values of factors'),
    xLabel: text('label of the columns; by default the name of the factor'),
    yLabel: text('label of the rows; by default the name of the factor'),
  },
  plan(tables, params) {
    const { x, y, kinds, at, flow } = params;
    requireFactors(tables, [x, y, ...Object.keys(at)]);
    const [columns, rows] = [x, y].map((name) => tables.factors.find((factor) => factor.name === name)!.values);
    const outcomes = kinds.map((kind) => selectRows(tables.summaries, kind, [flow], at));
    const values = tables.summaries.filter((row) => row.metric === params.value && row.flow === flow);
    if (values.length === 0) throw new ChartError(`no ${params.value} of ${flow}`);
    const unit = displayUnit(values[0]!.unit, Math.max(...values.map(({ estimate }) => estimate.mean)));
    const n = outcomes[0]![0]!.estimate.n;

    const spoken: string[] = [];
    const cells = rows!.flatMap((row, j) =>
      columns!.map((column, i): Cell => {
        const wanted = { ...at, [x]: column, [y]: row };
        const shares = outcomes.map((one) => meanAt(one, wanted) ?? 0);
        const most = Math.max(...shares);
        const kind = most > 0 ? shares.indexOf(most) : -1;
        const time = meanAt(values, wanted);
        const parts = [
          kind < 0 ? 'none' : words(kinds[kind]!),
          kind >= 0 && most < 0.995 ? `${Math.round(most * 100)} %` : '',
          time === undefined ? '' : (time / unit.scale).toPrecision(3),
        ].filter((part) => part !== '');
        spoken.push(`${column}, ${row}: ${parts.join(' ')}.`);
        // Rows are read from the top.
        const place = { x: i, y: rows!.length - 1 - j };
        return { ...place, value: time, text: parts.join('\n'), fill: kind < 0 ? theme.paper : FILLS[kind]! };
      }),
    );
    const note = `Outcome, and mean of the ${words(params.value)}${unit.text === '' ? '' : ` in ${unit.text}`}; n = ${n} replications.`;
    const axisOf = (label: string, names: readonly (string | number)[]): Axis => ({
      label,
      unit: '',
      scale: 'categories',
      values: names.map(String),
    });
    return {
      title: `${tables.title}: ${kinds.map(words).join(', ')} for each ${words(x)} and ${words(y)}`,
      description: `${spoken.join(' ')} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'none',
      panels: [
        {
          heading: '',
          x: axisOf(params.xLabel || words(x), columns!),
          y: axisOf(params.yLabel || words(y), [...rows!].reverse()),
          layers: cellLayers(cells, colours[2]),
        },
      ],
      panelHeight: rows!.length * ROW,
    };
  },
});

/** Of three lines of text. */
const ROW = 3 * (theme.tickSize + 1.5) + 3;

function meanAt(rows: ChartTables['summaries'], wanted: Factors): number | undefined {
  const isThere = (row: Summary) =>
    Object.entries(wanted).every(([name, value]) => String(row.factors[name]) === String(value));
  return rows.find(isThere)?.estimate.mean;
}
