import { scaleBand } from 'd3';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { defineChart, flowNames, pick, text } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { metricLabel, withUnit, words } from '../format';
import { topLegend } from '../legend';
import { bar, interval } from '../marks';
import { categoriesOf } from '../places';
import { describeLines, extentsOf, intervalNote, selectLines } from '../select';
import { svg } from '../svg';
import { theme } from '../theme';
import { valueAxis, verticalTicks } from '../value-axis';

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
  draw(tables, params, size) {
    const { metric, flow: flows, x, at, colour } = params;
    const selected = selectLines(tables, { metric, flows, x, at, colour });
    const { xs, lines, unit } = selected;
    const estimates = lines.flatMap(({ points }) => points.map(({ estimate }) => estimate));
    const allPositive = estimates.every(({ mean }) => mean >= 0);
    const axis = valueAxis(unit, [...extentsOf(estimates), 0], { from: allPositive ? 0 : undefined });

    const height = size.height ?? Math.round(Math.min(size.width * 0.62, 240));
    const notes = wrap(intervalNote(estimates), size.width - 4, theme.noteSize);
    const left = leftSpace(axis.ticks);
    const legend = topLegend(
      lines.map(({ label, style }, i) => ({
        text: label,
        draw: (lx, ly, width) => bar({ x: lx, width, top: ly - 3, bottom: ly + 3 }, style, i),
      })),
      left,
      size.width - left - 2,
    );
    const plot: Plot = {
      top: legend.height + 2,
      bottom: height - bottomSpace - noteSpace(notes),
      left,
      right: size.width - 4,
    };
    const y = axis.scale(plot.bottom, plot.top);
    const groups = scaleBand<number>(xs.keys(), [plot.left, plot.right]).padding(0.25);
    const within = scaleBand<number>(lines.keys(), [0, groups.bandwidth()]).padding(0.08);
    const drawn = lines.map(({ style, points }, i) =>
      svg(
        'g',
        { class: 'series' },
        ...points.flatMap(({ x: group, estimate: { mean, halfWidth } }) => {
          const at = groups(group)! + within(i)!;
          const shape = { x: at, width: within.bandwidth(), top: y(Math.max(mean, 0)), bottom: y(Math.min(mean, 0)) };
          const middle = at + within.bandwidth() / 2;
          return [
            bar(shape, style, i),
            ...(halfWidth < Infinity
              ? [interval(middle, y(mean - halfWidth), y(mean + halfWidth), plot, theme.ink)]
              : []),
          ];
        }),
      ),
    );
    const yLabel = params.yLabel || metricLabel(metric, flows);
    const { texts, unit: xUnit } = categoriesOf(xs);
    const ticks = texts.map((text, i) => ({ at: groups(i)! + groups.bandwidth() / 2, text }));
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${yLabel} for each ${words(x)}`,
        description: `${describeLines(selected, axis.unitScale, axis.unit)} ${notes.join(' ')} ${tables.provenance}`,
      },
      leftAxis(plot, verticalTicks(axis, plot), withUnit(yLabel, axis.unit)),
      ...drawn,
      bottomAxis(plot, ticks, withUnit(params.xLabel || words(x), xUnit)),
      legend.node,
      note(notes, height),
    );
  },
});
