import { z } from 'zod';
import { choice } from '../../sim/core/params';
import { horizontalTicks, valueAxis, verticalTicks, type ValueAxis } from '../value-axis';
import { bottomAxis, bottomSpace, leftAxis, leftSpace, type Plot } from '../axes';
import { ChartError, defineChart, pick, text } from '../chart';
import { figure, note, noteSpace, wrap } from '../figure';
import { displayUnit, metricLabel, withUnit } from '../format';
import { topLegend } from '../legend';
import { marker, stroke } from '../marks';
import { selectRows, variantsOf } from '../select';
import { svg } from '../svg';
import { theme } from '../theme';
import type { Observation } from '../../sim/stats/table';

interface Pair {
  readonly x: number;
  readonly y: number;
}

/** Two metrics against each other: where the replications of each variant lie, as their mean and their one-sigma ellipse. */
export const ellipse = defineChart({
  summary: 'two metrics against each other: mean and one-sigma ellipse over the replications of each variant',
  reference: 'Winstein and Balakrishnan, TCP ex Machina, SIGCOMM 2013, figure 4',
  needs: ['observations', 'factors'],
  params: {
    x: text('metric on the x axis', 'queueingDelayP95'),
    xFlow: text('flow whose metric that is', 'network'),
    y: text('metric on the y axis', 'goodput'),
    yFlow: text('flow whose metric that is', 'network'),
    at: pick('only points with these values of factors'),
    colour: text('factor that colours tell apart; by default the slowest factor that is left'),
    xScale: choice('places on the x axis: by value, or by its logarithm', ['linear', 'log'], 'linear'),
    yFrom: z.number().optional().describe('start of the y axis, in base units; by default zero'),
    xLabel: text('label of the x axis; by default the metric and the flow'),
    yLabel: text('label of the y axis; by default the metric and the flow'),
  },
  draw(tables, params, size) {
    const { at, colour } = params;
    const xRows = selectRows(tables.observations, params.x, [params.xFlow], at);
    const yRows = selectRows(tables.observations, params.y, [params.yFlow], at);
    const isLog = params.xScale === 'log';
    if (isLog && xRows.some(({ value }) => value <= 0)) {
      throw new ChartError(`xScale: log needs positive values of ${params.x}`);
    }
    const yOf = new Map(yRows.map((row) => [keyOf(row), row.value]));
    const variants = variantsOf(tables, xRows, Object.keys(at), colour).map(({ label, style, rows }) => ({
      label,
      style,
      pairs: rows.flatMap((row): Pair[] => {
        const y = yOf.get(keyOf(row));
        return y === undefined ? [] : [{ x: isLog ? Math.log10(row.value) : row.value, y }];
      }),
    }));
    if (variants.every(({ pairs }) => pairs.length === 0)) {
      throw new ChartError(`no replication has both ${params.x} of ${params.xFlow} and ${params.y} of ${params.yFlow}`);
    }
    const drawn = variants.filter(({ pairs }) => pairs.length > 0).map((one) => ({ ...one, ...spreadOf(one.pairs) }));
    const reach = drawn.flatMap(({ mean, xx }) => [mean.x - Math.sqrt(xx), mean.x, mean.x + Math.sqrt(xx)]);
    const xAxis = isLog ? logAxis(xRows[0]!.unit, reach) : valueAxis(xRows[0]!.unit, reach);
    const yAxis = valueAxis(
      yRows[0]!.unit,
      drawn.flatMap(({ mean, yy }) => [mean.y, mean.y + Math.sqrt(yy)]),
      { from: params.yFrom },
    );

    const counts = drawn.map(({ pairs }) => pairs.length);
    const n =
      Math.min(...counts) === Math.max(...counts) ? String(counts[0]) : `${Math.min(...counts)}–${Math.max(...counts)}`;
    const notes = wrap(
      `Mean and one-sigma ellipse of the replications, n = ${n} each. Up and to the left is better.`,
      size.width - 4,
      theme.noteSize,
    );
    const left = leftSpace(yAxis.ticks);
    const legend = topLegend(
      drawn.map(({ label, style }) => ({
        text: label,
        draw: (x, y, width) => svg('g', {}, stroke(`M${x},${y}h${width}`, style, 0.8), marker(x + width / 2, y, style)),
      })),
      left,
      size.width - left - 2,
    );
    const height = size.height ?? Math.round(Math.min(size.width * 0.7, 260) + legend.height);
    const plot: Plot = {
      left,
      right: size.width - 8,
      top: legend.height + 4,
      bottom: height - bottomSpace - noteSpace(notes),
    };
    const x = xAxis.scale(plot.left, plot.right);
    const y = yAxis.scale(plot.bottom, plot.top);
    const perX = x(1) - x(0);
    const perY = y(1) - y(0);
    const xLabel = params.xLabel || metricLabel(params.x, [params.xFlow]);
    const yLabel = params.yLabel || metricLabel(params.y, [params.yFlow]);
    return figure(
      { width: size.width, height },
      {
        title: `${tables.title}: ${yLabel} against ${xLabel}`,
        description: `${drawn
          .map(({ label, mean }) => {
            const [mx, my] = [(isLog ? 10 ** mean.x : mean.x) / xAxis.unitScale, mean.y / yAxis.unitScale];
            return `${label}: ${mx.toPrecision(3)} ${xAxis.unit}, ${my.toPrecision(3)} ${yAxis.unit}.`;
          })
          .join(' ')} ${notes.join(' ')} ${tables.provenance}`,
      },
      leftAxis(plot, verticalTicks(yAxis, plot), withUnit(yLabel, yAxis.unit)),
      bottomAxis(plot, horizontalTicks(xAxis, plot), withUnit(xLabel, xAxis.unit)),
      legend.node,
      ...drawn.map(({ style, mean, pairs, ...spread }) =>
        svg(
          'g',
          { class: 'series' },
          ...(pairs.length > 1 ? [ellipseOf(mean, spread, { x, y, perX, perY }, style)] : []),
          marker(x(mean.x), y(mean.y), style),
        ),
      ),
      note(notes, height),
    );
  },
});

/** An axis for logarithms to base 10 of values in base units, with ticks at 1, 2 and 5 times the powers of 10. */
function logAxis(unit: string, logarithms: readonly number[]): ValueAxis {
  const [low, high] = [Math.min(...logarithms) - 0.05, Math.max(...logarithms) + 0.05];
  const display = displayUnit(unit, 10 ** ((low + high) / 2));
  const ticks: { value: number; text: string }[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of [1, 2, 5]) {
      const value = Math.log10(digit) + power;
      const text = String(Number(((digit * 10 ** power) / display.scale).toPrecision(6)));
      if (value >= low && value <= high) ticks.push({ value, text });
    }
  }
  const scale = (start: number, end: number) => (value: number) =>
    start + ((end - start) * (value - low)) / (high - low);
  return { unit: display.text, unitScale: display.scale, ticks, scale };
}

interface Spread {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** Mean, variances and covariance over the replications (n - 1). */
function spreadOf(pairs: readonly Pair[]): Spread & { readonly mean: Pair } {
  const n = pairs.length;
  const mean = { x: pairs.reduce((t, p) => t + p.x, 0) / n, y: pairs.reduce((t, p) => t + p.y, 0) / n };
  const over = (f: (p: Pair) => number) => (n > 1 ? pairs.reduce((t, p) => t + f(p), 0) / (n - 1) : 0);
  return {
    mean,
    xx: over((p) => (p.x - mean.x) * (p.x - mean.x)),
    xy: over((p) => (p.x - mean.x) * (p.y - mean.y)),
    yy: over((p) => (p.y - mean.y) * (p.y - mean.y)),
  };
}

interface Scales {
  x(value: number): number;
  y(value: number): number;
  /** Points per base unit. */
  readonly perX: number;
  readonly perY: number;
}

/** The points at Mahalanobis distance 1 from the mean: an ellipse along the eigenvectors of the covariance, in points. */
function ellipseOf(
  mean: Pair,
  { xx, xy, yy }: Spread,
  { x, y, perX, perY }: Scales,
  style: { colour: string; dash: string | undefined },
) {
  const [a, b, d] = [xx * perX * perX, xy * perX * perY, yy * perY * perY];
  const middle = (a + d) / 2;
  const root = Math.hypot((a - d) / 2, b);
  const angle = (Math.atan2(2 * b, a - d) / 2) * (180 / Math.PI);
  const [cx, cy] = [Math.round(x(mean.x) * 100) / 100, Math.round(y(mean.y) * 100) / 100];
  return svg('ellipse', {
    class: 'spread',
    rx: Math.sqrt(middle + root),
    ry: Math.sqrt(Math.max(0, middle - root)),
    transform: `translate(${cx} ${cy}) rotate(${Math.round(angle * 100) / 100})`,
    fill: style.colour,
    'fill-opacity': 0.15,
    stroke: style.colour,
    'stroke-width': 0.8,
    'stroke-dasharray': style.dash,
  });
}

function keyOf({ factors, replication }: Observation): string {
  return JSON.stringify([factors, replication]);
}
