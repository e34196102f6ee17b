import { defineChart, flowNames, pick, text } from '../chart';
import { displayUnit, metricLabel, words } from '../format';
import type { Layer } from '../grammar';
import { categoriesOf } from '../places';
import { describeLines, intervalNote, intervalsOf, selectLines } from '../select';
import { theme } from '../theme';

/** A metric for each value of a factor: a group of bars, one for each flow and combination of the other factors. */
export const bars = defineChart({
  summary: 'a metric as bars, grouped by a swept factor, with 95 % confidence intervals',
  reference: 'Student t interval over independent replications',
  needs: ['summaries', 'factors'],
  params: {
    metric: text('metric that the bars show', 'goodput'),
    flow: flowNames('flow, or a list of flows'),
    x: text('factor whose values are the groups'),
    at: pick('only points with these values of factors'),
    colour: text('factor that colours tell apart; by default the flow, or the slowest factor that is left'),
    xLabel: text('label of the x axis; by default the name of the factor'),
    yLabel: text('label of the y axis; by default the metric and the flow'),
  },
  plan(tables, params) {
    const { metric, flow: flows, x, at, colour } = params;
    const selected = selectLines(tables, { metric, flows, x, at, colour });
    const { xs, lines, unit } = selected;
    const estimates = lines.flatMap(({ points }) => points.map(({ estimate }) => estimate));
    const width = GROUP / lines.length;
    const layers = lines.flatMap(({ label, style, points }, i): Layer[] => {
      const series = { label, style };
      const offset = (i - (lines.length - 1) / 2) * width;
      const half = (width * (1 - BETWEEN)) / 2;
      const rows = points.map((p) => ({ x: p.x - half, x2: p.x + half, y: 0, y2: p.estimate.mean }));
      const ranges = points.flatMap((p) => intervalsOf(p.x, p.estimate));
      return [
        { series, offset, mark: 'boxes', rows, fill: i },
        { series, offset, mark: 'intervals', rows: ranges, colour: theme.ink },
      ];
    });
    const { texts, unit: xUnit } = categoriesOf(xs);
    const yLabel = params.yLabel || metricLabel(metric, flows);
    const { scale, text: read } = displayUnit(unit, Math.max(...estimates.map(({ mean }) => Math.abs(mean))));
    const note = intervalNote(estimates);
    return {
      title: `${tables.title}: ${yLabel} for each ${words(x)}`,
      description: `${describeLines(selected, scale, read)} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'top',
      panels: [
        {
          heading: '',
          x: { label: params.xLabel || words(x), unit: xUnit, scale: 'categories', values: texts },
          y: { label: yLabel, unit, scale: 'linear', from: estimates.every(({ mean }) => mean >= 0) ? 0 : undefined },
          layers,
        },
      ],
    };
  },
});

/** How much of its place a group takes, and what is left free of the place of a bar. */
const GROUP = 0.75;
const BETWEEN = 0.08;
