import * as z from 'zod';
import { choice } from '../../sim/core/params';
import type { Observation } from '../../sim/stats/table';
import { ChartError, defineChart, pick, text } from '../chart';
import { formatQuantity, metricLabel } from '../format';
import type { Layer, Place } from '../grammar';
import { countOf, selectRows, variantsOf } from '../select';

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
  plan(tables, params) {
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
      pairs: rows.flatMap((row): Place[] => {
        const y = yOf.get(keyOf(row));
        return y === undefined ? [] : [{ x: isLog ? Math.log10(row.value) : row.value, y }];
      }),
    }));
    const drawn = variants.filter(({ pairs }) => pairs.length > 0).map((one) => ({ ...one, ...spreadOf(one.pairs) }));
    if (drawn.length === 0) {
      throw new ChartError(`no replication has both ${params.x} of ${params.xFlow} and ${params.y} of ${params.yFlow}`);
    }
    const back = (place: Place): Place => (isLog ? { x: 10 ** place.x, y: place.y } : place);
    const layers = drawn.flatMap(({ label, style, mean, pairs, ...spread }): Layer[] => {
      const series = { label, style };
      const outline: Layer = { series, mark: 'outline', rows: ellipseOf(mean, spread).map(back) };
      return [...(pairs.length > 1 ? [outline] : []), { series, mark: 'points', rows: [back(mean)] }];
    });

    const note = `Mean and one-sigma ellipse of the replications, n = ${countOf(drawn.map(({ pairs }) => pairs.length))} each. Up and to the left is better.`;
    const xLabel = params.xLabel || metricLabel(params.x, [params.xFlow]);
    const yLabel = params.yLabel || metricLabel(params.y, [params.yFlow]);
    const [xUnit, yUnit] = [xRows[0]!.unit, yRows[0]!.unit];
    const spoken = drawn.map(
      ({ label, mean }) => `${label}: ${formatQuantity(back(mean).x, xUnit)}, ${formatQuantity(mean.y, yUnit)}.`,
    );
    return {
      title: `${tables.title}: ${yLabel} against ${xLabel}`,
      description: `${spoken.join(' ')} ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'top',
      panels: [
        {
          heading: '',
          x: { label: xLabel, unit: xUnit, scale: params.xScale },
          y: { label: yLabel, unit: yUnit, scale: 'linear', from: params.yFrom },
          layers,
        },
      ],
    };
  },
});

interface Spread {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** Mean, variances and covariance over the replications (n - 1). */
function spreadOf(pairs: readonly Place[]): Spread & { readonly mean: Place } {
  const n = pairs.length;
  const mean = { x: pairs.reduce((t, p) => t + p.x, 0) / n, y: pairs.reduce((t, p) => t + p.y, 0) / n };
  const over = (f: (p: Place) => number) => (n > 1 ? pairs.reduce((t, p) => t + f(p), 0) / (n - 1) : 0);
  return {
    mean,
    xx: over((p) => (p.x - mean.x) * (p.x - mean.x)),
    xy: over((p) => (p.x - mean.x) * (p.y - mean.y)),
    yy: over((p) => (p.y - mean.y) * (p.y - mean.y)),
  };
}

const CORNERS = 72;

/** The places at Mahalanobis distance 1 from the mean: a circle, stretched by the Cholesky factor of the covariance. */
function ellipseOf(mean: Place, { xx, xy, yy }: Spread): Place[] {
  const a = Math.sqrt(xx);
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(0, yy - b * b));
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return { x: mean.x + a * cos, y: mean.y + b * cos + c * sin };
  });
}

function keyOf({ factors, replication }: Observation): string {
  return JSON.stringify([factors, replication]);
}
