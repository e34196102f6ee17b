import { z } from 'zod';
import { scaleBand } from 'd3';
import type { Factors, Summary } from '../../sim/stats/table';
import { ChartError, type ChartTables, defineChart, pick, text } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { displayUnit, words } from '../format';
import { requireFactors, selectRows } from '../select';
import { svg, type SvgNode } from '../svg';
import { colours, textWidth, theme } from '../theme';

const LINE = theme.tickSize + 1.5;
/** Light fills that black type is read on, in the order of `kinds`; the last is for none of them. */
const FILLS = ['#cfe3f2', '#d6efe6', '#f9dcc4', '#e9d3e4'] as const;

interface Cell {
  readonly kind: number;
  /** Of the replications, the part that were of this kind. */
  readonly share: number;
  readonly time: number | undefined;
}

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
  draw(tables, params, { width }) {
    const { x, y, kinds, at, flow } = params;
    requireFactors(tables, [x, y, ...Object.keys(at)]);
    const [columns, rows] = [x, y].map((name) => tables.factors.find((factor) => factor.name === name)!.values);
    const outcomes = kinds.map((kind) => selectRows(tables.summaries, kind, [flow], at));
    const values = tables.summaries.filter((row) => row.metric === params.value && row.flow === flow);
    if (values.length === 0) throw new ChartError(`no ${params.value} of ${flow}`);
    const unit = displayUnit(values[0]!.unit, Math.max(...values.map(({ estimate }) => estimate.mean)));
    const n = outcomes[0]![0]!.estimate.n;

    const cellOf = (column: string | number, row: string | number): Cell => {
      const wanted = { ...at, [x]: column, [y]: row };
      const shares = outcomes.map((one) => meanAt(one, wanted) ?? 0);
      const most = Math.max(...shares);
      const kind = most > 0 ? shares.indexOf(most) : -1;
      return { kind, share: most, time: meanAt(values, wanted) };
    };

    const columnLabels = columns!.map((value) => broken(String(value)));
    const rowLabels = rows!.map((value) => broken(String(value)));
    const top = 4 + theme.labelSize + 4 + LINE * Math.max(...columnLabels.map((lines) => lines.length));
    const left = theme.labelSize + 8 + Math.max(...rowLabels.flat().map((line) => textWidth(line, theme.tickSize)));
    const height = Math.max(3 * LINE, ...rowLabels.map((lines) => LINE * lines.length + 4));
    const bottom = top + height * rows!.length;
    const across = scaleBand<number>(columns!.keys(), [left, width - 2]);
    const notes = wrap(
      `Outcome, and mean of the ${words(params.value)}${unit.text === '' ? '' : ` in ${unit.text}`}; n = ${n} replications.`,
      width - 4,
      theme.noteSize,
    );
    const total = bottom + noteSpace(notes) + 3;
    const spoken: string[] = [];
    const cells = rows!.flatMap((row, j) =>
      columns!.map((column, i) => {
        const cell = cellOf(column, row);
        const name = cell.kind < 0 ? 'none' : words(kinds[cell.kind]!);
        const said = cell.kind >= 0 && cell.share < 0.995 ? `${Math.round(cell.share * 100)} %` : '';
        const time = cell.time === undefined ? '' : (cell.time / unit.scale).toPrecision(3);
        spoken.push(`${column}, ${row}: ${[name, said, time].filter((part) => part !== '').join(' ')}.`);
        const box = { x: across(i)!, y: top + j * height, width: across.bandwidth(), height };
        return drawCell(
          box,
          [name, said, time].filter((part) => part !== ''),
          cell.kind,
        );
      }),
    );
    const middle = (from: number, to: number) => (from + to) / 2;
    return figure(
      { width, height: total },
      {
        title: `${tables.title}: ${kinds.map(words).join(', ')} for each ${words(x)} and ${words(y)}`,
        description: `${spoken.join(' ')} ${notes.join(' ')} ${tables.provenance}`,
      },
      svg(
        'text',
        { class: 'label', x: middle(left, width - 2), y: 2 + theme.labelSize, 'text-anchor': 'middle' },
        params.xLabel || words(x),
      ),
      svg(
        'text',
        {
          class: 'label',
          transform: `translate(${theme.labelSize} ${middle(top, bottom)}) rotate(-90)`,
          'text-anchor': 'middle',
        },
        params.yLabel || words(y),
      ),
      ...columnLabels.flatMap((lines, i) =>
        lines.map((line, k) =>
          tick(line, across(i)! + across.bandwidth() / 2, top - 4 - LINE * (lines.length - 1 - k), 'middle'),
        ),
      ),
      ...rowLabels.flatMap((lines, j) => {
        const first = top + (j + 0.5) * height - (LINE * (lines.length - 1)) / 2 + theme.tickSize * 0.36;
        return lines.map((line, k) => tick(line, left - 4, first + LINE * k, 'end'));
      }),
      ...cells,
      note(notes, total),
    );
  },
});

function drawCell(
  box: { x: number; y: number; width: number; height: number },
  lines: readonly string[],
  kind: number,
): SvgNode {
  const { x, y, width, height } = box;
  const fill = kind < 0 ? theme.paper : FILLS[kind]!;
  const first = y + height / 2 - (LINE * (lines.length - 1)) / 2 + theme.tickSize * 0.36;
  return svg(
    'g',
    { class: 'cell' },
    svg('rect', { ...box, fill, stroke: colours[2], 'stroke-width': 0.4 }),
    ...lines.map((line, k) => tick(line, x + width / 2, first + LINE * k, 'middle')),
  );
}

function tick(content: string, x: number, y: number, anchor: string): SvgNode {
  const place = { x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100 };
  return svg('text', { class: 'tick', ...place, 'font-size': theme.tickSize, 'text-anchor': anchor }, content);
}

/** A name in lines: `port-restricted-cone` in three. */
function broken(name: string): readonly string[] {
  return name.split(/(?<=-)/);
}

function meanAt(rows: ChartTables['summaries'], wanted: Factors): number | undefined {
  const isThere = (row: Summary) =>
    Object.entries(wanted).every(([name, value]) => String(row.factors[name]) === String(value));
  return rows.find(isThere)?.estimate.mean;
}
