import { interpolateCividis, lab, scaleBand } from 'd3';
import { z } from 'zod';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { defineChart, flowNames, pick, text } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { displayUnit, metricLabel, withUnit, words } from '../format';
import { categoriesOf } from '../places';
import { intervalNote, requireFactors, selectRows, variantsOf } from '../select';
import { svg, type SvgNode } from '../svg';
import { theme } from '../theme';
import type { Summary } from '../../sim/stats/table';

/** A metric over two factors: a cell for each pair of values, one panel for each combination of the other factors. */
export const heatMap = defineChart({
  summary:
    'a metric over two swept factors as shaded cells with their numbers, one panel per combination of the others',
  reference:
    'Wilkinson and Friendly, The History of the Cluster Heat Map (2009); colours: Nunez, Anderton and Renslow 2018',
  needs: ['summaries', 'factors'],
  params: {
    metric: text('metric that the cells show', 'goodput'),
    flow: flowNames('flow, or a list of flows: each has panels of its own'),
    x: text('factor whose values are the columns'),
    y: text('factor whose values are the rows'),
    at: pick('only points with these values of factors'),
    from: z.number().optional().describe('value of the darkest colour, in base units; by default the smallest'),
    to: z.number().optional().describe('value of the lightest colour, in base units; by default the largest'),
    digits: z.int().min(0).max(4).default(2).describe('digits after the decimal point'),
    xLabel: text('label of the x axis; by default the name of the factor'),
    yLabel: text('label of the y axis; by default the name of the factor'),
    label: text('what the cells show; by default the metric and the flow'),
  },
  draw(tables, params, size) {
    const { metric, flow: flows, x, y, at, digits } = params;
    requireFactors(tables, [x, y, ...Object.keys(at)]);
    const rows = selectRows(tables.summaries, metric, flows, at);
    const valuesOf = (name: string) =>
      tables.factors.find((f) => f.name === name)!.values.filter((v) => rows.some((row) => row.factors[name] === v));
    const [xs, ys] = [valuesOf(x), valuesOf(y)];
    const panels = variantsOf(tables, rows, [x, y, ...Object.keys(at)]);

    const means = rows.map(({ estimate }) => estimate.mean);
    const from = params.from ?? Math.min(...means);
    const to = params.to ?? Math.max(...means);
    const unit = displayUnit(rows[0]!.unit, Math.max(...means.map(Math.abs)));
    const label = withUnit(params.label || metricLabel(metric, flows), unit.text);
    const written = (value: number) => (value / unit.scale).toFixed(digits);
    const widest = Math.max(...rows.map(({ estimate }) => estimate.halfWidth).filter(Number.isFinite), 0);
    const sentences = [`Cells: ${label}.`, intervalNote(rows.map(({ estimate }) => estimate))];
    if (widest > 0) sentences.push(`Widest interval: ± ${written(widest)}.`);
    const notes = sentences.flatMap((sentence) => wrap(sentence, size.width - 4, theme.noteSize));

    const [xTicks, yTicks] = [categoriesOf(xs), categoriesOf(ys)];
    const left = leftSpace(yTicks.texts.map((t) => ({ text: t })));
    const columns = panels.length === 1 ? 1 : size.width > 400 ? Math.min(3, panels.length) : 1;
    const lines = Math.ceil(panels.length / columns);
    const heading = panels.length > 1 ? theme.labelSize + 5 : 4;
    const panelWidth = (size.width - 4) / columns;
    const cellHeight = Math.max(12, Math.min(24, (panelWidth - left) / Math.max(1, xs.length)));
    const around = heading + bottomSpace + 4;
    const bodyHeight =
      size.height === undefined ? ys.length * cellHeight : (size.height - noteSpace(notes)) / lines - around;
    const panelHeight = around + bodyHeight;
    const height = size.height ?? Math.ceil(lines * panelHeight + noteSpace(notes));

    const drawn = panels.map(({ label: name, rows: members }, i) => {
      const plot: Plot = {
        left: (i % columns) * panelWidth + left,
        right: (i % columns) * panelWidth + panelWidth - 2,
        top: Math.floor(i / columns) * panelHeight + heading,
        bottom: Math.floor(i / columns) * panelHeight + heading + bodyHeight,
      };
      const across = scaleBand<number>(xs.keys(), [plot.left, plot.right]);
      const down = scaleBand<number>([...ys.keys()].reverse(), [plot.top, plot.bottom]);
      const centre = (start: number, width: number) => start + width / 2;
      const cell = ({ factors, estimate: { mean } }: Summary): SvgNode => {
        const [cx, cy] = [across(xs.indexOf(factors[x]!))!, down(ys.indexOf(factors[y]!))!];
        const colour = interpolateCividis(to > from ? Math.max(0, Math.min(1, (mean - from) / (to - from))) : 0.5);
        return svg(
          'g',
          { class: 'cell' },
          svg('rect', {
            x: cx,
            y: cy,
            width: across.bandwidth(),
            height: down.bandwidth(),
            fill: colour,
            stroke: theme.paper,
            'stroke-width': 0.6,
          }),
          svg(
            'text',
            {
              x: centre(cx, across.bandwidth()),
              y: centre(cy, down.bandwidth()) + theme.tickSize * 0.36,
              'font-size': theme.tickSize,
              'text-anchor': 'middle',
              fill: lab(colour).l > 55 ? theme.ink : theme.paper,
            },
            written(mean),
          ),
        );
      };
      return svg(
        'g',
        { class: 'panel' },
        ...(panels.length > 1
          ? [
              svg(
                'text',
                { class: 'heading', x: (plot.left + plot.right) / 2, y: plot.top - 4, 'text-anchor': 'middle' },
                name,
              ),
            ]
          : []),
        leftAxis(
          { ...plot, right: plot.left },
          yTicks.texts.map((t, k) => ({ at: centre(down(k)!, down.bandwidth()), text: t })),
          withUnit(params.yLabel || words(y), yTicks.unit),
        ),
        bottomAxis(
          plot,
          xTicks.texts.map((t, k) => ({ at: centre(across(k)!, across.bandwidth()), text: t })),
          withUnit(params.xLabel || words(x), xTicks.unit),
        ),
        ...members.map(cell),
      );
    });
    const spoken = panels.map(({ label: name, rows: members }) => {
      const cells = members.map(
        (r) => `${String(r.factors[x])} / ${String(r.factors[y])}: ${written(r.estimate.mean)}`,
      );
      return `${name}: ${cells.join(', ')}.`;
    });
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${params.label || metricLabel(metric, flows)} over ${words(x)} and ${words(y)}`,
        description: `${spoken.join(' ')} ${notes.join(' ')} ${tables.provenance}`,
      },
      ...drawn,
      note(notes, height),
    );
  },
});
