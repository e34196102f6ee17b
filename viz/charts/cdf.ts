import * as z from 'zod';
import { choice } from '../../sim/core/params';
import { percentile } from '../../sim/stats/measures';
import { ChartError, defineChart, text } from '../chart';
import { displayUnit } from '../format';
import type { Axis, Layer } from '../grammar';
import { sampleNote, sampleParams, samplesOf, sortedOf } from '../samples';
import { variantsOf } from '../select';

/** How samples are distributed: the fraction of them that is at most x, or above it. */
export const cdf = defineChart({
  summary: 'empirical distribution (CDF, CCDF) of a metric over replications, or of a recorded column over time',
  reference: 'empirical distribution function, F(x) = number of samples <= x, over n',
  needs: ['observations', 'series', 'factors'],
  params: {
    ...sampleParams,
    complement: z.boolean().default(false).describe('show the fraction above x instead (CCDF), on a logarithmic axis'),
    xScale: choice('places on the x axis: by value, or by its logarithm', ['linear', 'log'], 'linear'),
    xLabel: text('label of the x axis'),
  },
  plan(tables, params) {
    const { at, colour, complement } = params;
    const { samples, unit, label: sampled } = samplesOf(tables, params);
    const lines = variantsOf(tables, samples, Object.keys(at), colour).map(({ label, style, rows }) => ({
      label,
      style,
      sorted: sortedOf(rows),
    }));
    const isLog = params.xScale === 'log';
    if (isLog && lines.some(({ sorted }) => sorted[0]! <= 0))
      throw new ChartError('xScale: log needs positive samples');
    const layers = lines.map(({ label, style, sorted }): Layer => {
      const n = sorted.length;
      // P(X > x) is 0 at the last sample, which a logarithmic axis does not have: its step is left open.
      const rows = complement
        ? [{ x: sorted[0]!, y: 1 }, ...sorted.slice(0, -1).map((x, i) => ({ x, y: (n - 1 - i) / n }))]
        : [{ x: sorted[0]!, y: 0 }, ...sorted.map((x, i) => ({ x, y: (i + 1) / n }))];
      const markers = (complement ? TAIL : QUARTILES)
        .filter((fraction) => !complement || fraction * n >= 1)
        .map((fraction) => ({ x: percentile(sorted, complement ? 1 - fraction : fraction), y: fraction }));
      // Few samples are seen as steps; of many, the steps would only tear the dashes.
      return { series: { label, style }, mark: 'line', rows, markers, ...(n < 60 ? { curve: 'step' } : {}) };
    });

    const label = params.xLabel || sampled;
    const { scale, text: read } = displayUnit(unit, Math.max(...lines.map(({ sorted }) => Math.abs(sorted.at(-1)!))));
    const medians = lines.map((one) =>
      `${one.label}: median ${(percentile(one.sorted, 0.5) / scale).toPrecision(3)} ${read}`.trim(),
    );
    const note = sampleNote(
      lines.map(({ sorted }) => sorted.length),
      params,
    );
    const y: Axis = complement
      ? { label: 'fraction of samples above', unit: '', scale: 'log' }
      : { label: 'fraction of samples', unit: '', scale: 'linear', from: 0, to: 1 };
    return {
      title: `${tables.title}: distribution of ${label}`,
      description: `${medians.join('; ')}. ${note} ${tables.provenance}`,
      notes: [note],
      legend: 'top',
      panels: [{ heading: '', x: { label, unit, scale: params.xScale, from: 'any' }, y, layers }],
    };
  },
});

/** Where lines carry their markers. */
const QUARTILES = [0.25, 0.5, 0.75];
const TAIL = [0.5, 0.1, 0.01, 0.001];
